package io.reprise.ingest.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The values a parameter takes, how they are spelled in a form and in JSON (protocol.md §1.5), and their JSON schema.
 * Both readers throw {@link IllegalArgumentException} with a sentence about the value.
 */
public sealed interface Type<T> {
  Type<Boolean> FLAG = new Flag();

  /** Characters that a body or URL cannot exceed anyway. */
  int ANY_LENGTH = 65_536;

  /** @param values what the key was given in path, query and form body: one, or more for a list */
  T fromForm(List<String> values);

  T fromJson(JsonNode value);

  ObjectNode schema();

  static Type<Long> integer(long min, long max) {
    return new Whole(min, max);
  }

  /** Text of so many characters without control characters. */
  static Type<String> text(int min, int max) {
    return new Text<>(min, max, text -> {
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("control characters are not allowed");
      }
      return text;
    });
  }

  /** Text that is read by a function of the value's own; its {@link IllegalArgumentException} says what is wrong. */
  static <T> Type<T> of(Function<String, T> parse) {
    return new Text<>(0, ANY_LENGTH, parse);
  }

  static Type<String> oneOf(String... words) {
    return new Word(List.of(words));
  }

  static <T> Type<List<T>> list(Type<T> element) {
    return new Many<>(element);
  }

  private static String only(List<String> values) {
    if (values.size() != 1) throw new IllegalArgumentException("given more than once");
    return values.getFirst();
  }

  /** A string. */
  record Text<T>(int min, int max, Function<String, T> parse) implements Type<T> {
    @Override
    public T fromForm(List<String> values) {
      String text = only(values);
      if (text.length() < min || text.length() > max) {
        throw new IllegalArgumentException("expected " + min + " to " + max + " characters");
      }
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) { // JSON can name half a character
        throw new IllegalArgumentException("not UTF-8 text");
      }
      return parse.apply(text);
    }

    @Override
    public T fromJson(JsonNode value) {
      if (!value.isTextual()) throw new IllegalArgumentException("expected a string");
      return fromForm(List.of(value.textValue()));
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "string");
      if (min > 0) schema.put("minLength", min);
      return max < ANY_LENGTH ? schema.put("maxLength", max) : schema;
    }
  }

  /** One of some words. */
  record Word(List<String> words) implements Type<String> {
    @Override
    public String fromForm(List<String> values) {
      String text = only(values);
      if (!words.contains(text)) {
        throw new IllegalArgumentException("expected one of " + String.join(", ", words));
      }
      return text;
    }

    @Override
    public String fromJson(JsonNode value) {
      if (!value.isTextual()) throw new IllegalArgumentException("expected a string");
      return fromForm(List.of(value.textValue()));
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "string");
      words.forEach(schema.putArray("enum")::add);
      return schema;
    }
  }

  /** An integer in a range, both ends included. */
  record Whole(long min, long max) implements Type<Long> {
    @Override
    public Long fromForm(List<String> values) {
      try {
        return inRange(Long.parseLong(only(values)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("expected an integer", e);
      }
    }

    @Override
    public Long fromJson(JsonNode value) {
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw new IllegalArgumentException("expected an integer");
      }
      return inRange(value.longValue());
    }

    private long inRange(long value) {
      if (value < min || value > max) {
        throw new IllegalArgumentException("expected " + min + " to " + max);
      }
      return value;
    }

    @Override
    public ObjectNode schema() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("type", "integer")
          .put("minimum", min)
          .put("maximum", max);
    }
  }

  /** A boolean. */
  record Flag() implements Type<Boolean> {
    @Override
    public Boolean fromForm(List<String> values) {
      return switch (only(values).toLowerCase(Locale.ROOT)) {
        case "1", "on", "yes", "true" -> true;
        case "0", "off", "no", "false" -> false;
        default -> throw new IllegalArgumentException("expected true or false");
      };
    }

    @Override
    public Boolean fromJson(JsonNode value) {
      if (!value.isBoolean()) throw new IllegalArgumentException("expected true or false");
      return value.booleanValue();
    }

    @Override
    public ObjectNode schema() {
      return JsonNodeFactory.instance.objectNode().put("type", "boolean");
    }
  }

  /** A list: a repeated key, or a JSON array. */
  record Many<E>(Type<E> element) implements Type<List<E>> {
    @Override
    public List<E> fromForm(List<String> values) {
      return values.stream().map(value -> element.fromForm(List.of(value))).toList();
    }

    @Override
    public List<E> fromJson(JsonNode value) {
      if (!value.isArray()) throw new IllegalArgumentException("expected an array");
      var list = new ArrayList<E>(value.size());
      value.forEach(item -> list.add(element.fromJson(item)));
      return List.copyOf(list);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "array");
      schema.set("items", element.schema());
      return schema;
    }
  }
}
