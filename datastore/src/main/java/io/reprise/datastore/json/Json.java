package io.reprise.datastore.json;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Parses JSON texts, and writes them byte for byte as PBS does (datastore.md §5.1, §5.2, §5.4). */
public final class Json {
  /** Nesting that no real file comes near, and that recursion stands. */
  private static final int DEPTH = 64;

  private static final int NUMBER_DIGITS = 64;

  private static final JsonMapper MAPPER = JsonMapper.builder(new JsonFactoryBuilder()
          .streamReadConstraints(StreamReadConstraints.builder()
              .maxNestingDepth(DEPTH)
              .maxNumberLength(NUMBER_DIGITS)
              .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
      .build();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * @param what names the text in errors, e.g. {@code "manifest"}
   * @throws BadFormat unless it is exactly one JSON object, no key twice, nested at most 64 deep, all of it characters:
   *     what is read can be written again
   */
  public static ObjectNode parseObject(byte[] utf8, String what) throws BadFormat {
    JsonNode node;
    try {
      node = MAPPER.readTree(utf8);
    } catch (JsonProcessingException e) {
      throw new BadFormat(what + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException | NumberFormatException e) { // the latter for exponents beyond all reason
      throw new BadFormat(what + " is not JSON: " + e.getMessage(), e);
    }
    if (!isText(node)) throw new BadFormat(what + " is not JSON: it holds half a surrogate pair");
    if (node instanceof ObjectNode object) return object;
    throw new BadFormat(what + " is not a JSON object");
  }

  private static boolean isText(JsonNode node) {
    if (node.isTextual()) return isText(node.textValue());
    for (var field : node.properties()) {
      if (!isText(field.getKey())) return false;
    }
    for (JsonNode child : node) {
      if (!isText(child)) return false;
    }
    return true;
  }

  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** Two spaces a level, keys sorted by their bytes, no final newline (datastore.md §5.1). */
  public static byte[] pretty(JsonNode node) throws BadFormat {
    return new JsonText(true, true).append(node, 0).utf8();
  }

  /** One line, keys in the order they were put in (datastore.md §5.4). */
  public static byte[] compact(JsonNode node) throws BadFormat {
    return new JsonText(false, false).append(node, 0).utf8();
  }

  /**
   * The form that signatures cover: one line, keys sorted by their bytes (datastore.md §5.2).
   *
   * @throws BadFormat if there is a null anywhere
   */
  public static byte[] canonical(JsonNode node) throws BadFormat {
    return new JsonText(false, true).refusingNull().append(node, 0).utf8();
  }
}
