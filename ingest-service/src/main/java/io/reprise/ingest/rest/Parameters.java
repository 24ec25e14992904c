package io.reprise.ingest.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of one call, merged from path, query and body by the rules of protocol.md §1.5 and checked. */
public final class Parameters {
  /** Bytes of a body that carries parameters. */
  public static final int BODY_LIMIT = 65_536;

  /** Wrong parameters that one answer tells of. */
  private static final int MAX_WRONG = 20;

  private static final ObjectMapper JSON = JsonMapper.builder(
          com.fasterxml.jackson.core.JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(32).build())
              .build())
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final Map<String, Object> values;

  private Parameters(Map<String, Object> values) {
    this.values = values;
  }

  /** A parameter that is mandatory, or given. */
  public <T> T get(Param<T> param) {
    T value = find(param);
    if (value == null) {
      throw new IllegalStateException(param.name() + " is read but not declared or not mandatory");
    }
    return value;
  }

  /** @return the fallback if the parameter was not given */
  public <T> T get(Param<T> param, T fallback) {
    T value = find(param);
    return value == null ? fallback : value;
  }

  /** @return null if the parameter was not given */
  @SuppressWarnings(
      "unchecked") // read by this parameter's own type; names are unique in an endpoint
  public <T> @Nullable T find(Param<T> param) {
    return (T) values.get(param.name());
  }

  /**
   * Parameters of an ordinary request.
   *
   * @param query text behind {@code ?}; null if there is none
   * @param contentType the header, null if absent
   * @throws ApiError 400 with a text for each wrong parameter
   */
  public static Parameters ofRequest(
      List<Param<?>> declared,
      Map<String, String> pathVariables,
      @Nullable String query,
      @Nullable String contentType,
      byte[] body) {
    String type =
        contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (type) {
      case "application/json" -> ofJson(declared, pathVariables, body);
      case "", "application/x-www-form-urlencoded" -> {
        var given = new Form(pathVariables);
        given.add(query);
        given.add(utf8(body, "the body"));
        yield given.checked(declared);
      }
      default ->
        throw ApiError.badRequest("content type '" + type
            + "' carries no parameters here: send a form or application/json");
    };
  }

  /** Parameters of a raw upload, a download or an upgrade: from path and query alone. */
  public static Parameters ofQuery(
      List<Param<?>> declared, Map<String, String> pathVariables, @Nullable String query) {
    var given = new Form(pathVariables);
    given.add(query);
    return given.checked(declared);
  }

  private static Parameters ofJson(
      List<Param<?>> declared, Map<String, String> pathVariables, byte[] body) {
    JsonNode json;
    try {
      json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw ApiError.badRequest("the body is not valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw ApiError.badRequest("the body is not valid JSON");
    }
    if (!json.isObject()) throw ApiError.badRequest("the JSON body must be an object");
    var reader = new Reader(declared);
    pathVariables.forEach(
        (name, value) -> reader.read(name, type -> type.fromForm(List.of(value))));
    json.properties().forEach(member -> {
      if (pathVariables.containsKey(member.getKey())) {
        reader.wrong(member.getKey(), "given more than once");
      } else {
        reader.read(member.getKey(), type -> type.fromJson(member.getValue()));
      }
    });
    return reader.finish();
  }

  private static String utf8(byte[] bytes, String what) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw ApiError.badRequest(what + " is not UTF-8 text");
    }
  }

  /** @throws ApiError 400 for a broken percent sequence, or one that is no UTF-8 text */
  static String percentDecoded(String text, boolean plusIsBlank) {
    // Bytes as characters of their own: the JDK's decoder would hide what is no UTF-8.
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try {
      String decoded = URLDecoder.decode(
          plusIsBlank ? bytes : bytes.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      return utf8(decoded.getBytes(StandardCharsets.ISO_8859_1), "the URL or form");
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("the URL or form has a broken percent sequence");
    }
  }

  private static final class Form {
    private final Map<String, List<String>> given = new LinkedHashMap<>();

    Form(Map<String, String> pathVariables) {
      pathVariables.forEach(this::put);
    }

    private void put(String name, String value) {
      given.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    void add(@Nullable String encoded) {
      if (encoded == null) return;
      for (String pair : encoded.split("&")) {
        if (pair.isEmpty()) continue;
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        put(percentDecoded(name, true), percentDecoded(value, true));
      }
    }

    Parameters checked(List<Param<?>> declared) {
      var reader = new Reader(declared);
      given.forEach((name, texts) -> reader.read(name, type -> type.fromForm(texts)));
      return reader.finish();
    }
  }

  private static final class Reader {
    private final List<Param<?>> declared;
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> wrong = new LinkedHashMap<>();

    Reader(List<Param<?>> declared) {
      this.declared = declared;
    }

    interface Step {
      Object value(Type<?> type);
    }

    void read(String name, Step step) {
      if (name.equals("_dc")) return; // browsers' way around caches
      Param<?> param = find(name);
      if (param == null) {
        wrong(name, "this call has no such parameter");
        return;
      }
      try {
        values.put(name, step.value(param.type()));
      } catch (IllegalArgumentException e) {
        wrong(name, String.valueOf(e.getMessage()));
      }
    }

    private @Nullable Param<?> find(String name) {
      for (Param<?> param : declared) {
        if (param.name().equals(name)) return param;
      }
      return null;
    }

    void wrong(String name, String why) {
      if (wrong.size() >= MAX_WRONG) return;
      // The name comes from outside: it is only quoted, and short.
      wrong.put(name.length() > 80 ? name.substring(0, 80) + "…" : name, why);
    }

    Parameters finish() {
      for (Param<?> param : declared) {
        if (!param.optional()
            && !values.containsKey(param.name())
            && !wrong.containsKey(param.name())) {
          wrong(param.name(), "must be given");
        }
      }
      if (!wrong.isEmpty()) throw ApiError.parameters(wrong);
      return new Parameters(values);
    }
  }
}
