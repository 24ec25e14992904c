package io.reprise.ingest.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The two formatters of the API (protocol.md §1.3, §1.4). */
enum Envelope {
  JSON,
  EXTJS;

  static final String CONTENT_TYPE = "application/json;charset=UTF-8";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  void write(Answer.Json answer, OutputStream out) throws IOException {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      json.writeFieldName("data");
      MAPPER.writeTree(json, answer.data());
      end(json, answer.attributes());
    }
  }

  void write(Answer.Rows answer, OutputStream out) throws IOException {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("data");
      answer.rows().writeTo(row -> MAPPER.writeTree(json, row));
      json.writeEndArray();
      end(json, answer.attributes());
    }
  }

  /** Status of the response line for an error; {@code extjs} tells it in the body. */
  int statusLine(ApiError error) {
    return this == EXTJS ? 200 : error.status();
  }

  byte[] body(ApiError error) {
    String message = String.valueOf(error.getMessage());
    if (this == JSON) return message.getBytes(StandardCharsets.UTF_8);
    ObjectNode body = MAPPER.createObjectNode();
    ObjectNode fields = body.putObject("errors");
    error.fields().forEach(fields::put);
    body.put("message", error.fields().isEmpty() ? message : "parameter verification failed");
    body.put("status", error.status());
    body.put("success", false);
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonGenerator generator(OutputStream out) throws IOException {
    return MAPPER.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  private void end(JsonGenerator json, Map<String, JsonNode> attributes) throws IOException {
    for (var attribute : attributes.entrySet()) {
      json.writeFieldName(attribute.getKey());
      MAPPER.writeTree(json, attribute.getValue());
    }
    if (this == EXTJS) {
      if (!attributes.containsKey("success")) json.writeBooleanField("success", true);
      json.writeNumberField("status", 200);
    }
    json.writeEndObject();
  }
}
