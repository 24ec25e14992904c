package io.reprise.ingest.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The table of endpoints as an OpenAPI 3.1 document, served at {@code /openapi.json}. */
final class OpenApi {
  private OpenApi() {}

  static byte[] describe(List<Endpoint> endpoints) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0");
    document.putObject("info").put("title", "Reprise, PBS 3.2 API").put("version", "3.2");
    document.putArray("servers").addObject().put("url", "/api2/json");
    ObjectNode paths = document.putObject("paths");
    for (Endpoint endpoint : endpoints) {
      describe(
          endpoint,
          paths
              .withObjectProperty(endpoint.path())
              .putObject(endpoint.method().name().toLowerCase(Locale.ROOT)));
    }
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void describe(Endpoint endpoint, ObjectNode operation) {
    operation
        .put("summary", endpoint.purpose())
        .put("x-permission", endpoint.rule().text());
    ArrayNode parameters = operation.putArray("parameters");
    for (Param<?> param : endpoint.params()) {
      boolean inPath = endpoint.path().contains("{" + param.name() + "}");
      parameters
          .addObject()
          .put("name", param.name())
          .put("in", inPath ? "path" : "query")
          .put("required", !param.optional())
          .set("schema", param.type().schema());
    }
    if (endpoint.rawBytes() > 0) {
      operation.putObject("requestBody").putObject("content").putObject("application/octet-stream");
    }
    ObjectNode responses = operation.putObject("responses");
    responses.putObject("200").put("description", "data in its envelope");
    responses.putObject("4XX").put("description", "one sentence as text");
  }
}
