package io.reprise.ingest.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/** The result of the last garbage collection, {@code .gc-status} (datastore.md §7.5). */
final class GcStatus {
  private static final String[] COUNTERS = {
    "index-file-count",
    "index-data-bytes",
    "disk-bytes",
    "disk-chunks",
    "removed-bytes",
    "removed-chunks",
    "pending-bytes",
    "pending-chunks",
    "removed-bad",
    "still-bad"
  };

  private GcStatus() {}

  /** Counters 0 and {@code upid} null if there was no collection yet, or its file cannot be read as JSON. */
  static ObjectNode of(Datastore datastore) throws IOException {
    ObjectNode file;
    try {
      file = Json.parseObject(
          Files.readAllBytes(datastore.path().resolve(".gc-status")), ".gc-status");
    } catch (NoSuchFileException | BadFormat none) {
      file = Json.object();
    }
    ObjectNode status = Json.object();
    JsonNode upid = file.get("upid");
    if (upid != null && upid.isTextual()) status.put("upid", upid.textValue());
    else status.putNull("upid");
    for (String counter : COUNTERS) status.put(counter, file.path(counter).asLong(0));
    return status;
  }
}
