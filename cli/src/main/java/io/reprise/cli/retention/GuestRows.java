package io.reprise.cli.retention;

import com.fasterxml.jackson.databind.JsonNode;

/** How a guest is named in a row. */
final class GuestRows {
  private GuestRows() {}

  /** {@code [ns:]type/id}. */
  static String guest(JsonNode row) {
    String namespace = row.path("ns").asText();
    return (namespace.isEmpty() ? "" : namespace + ":")
        + row.path("backup-type").asText()
        + "/"
        + row.path("backup-id").asText();
  }
}
