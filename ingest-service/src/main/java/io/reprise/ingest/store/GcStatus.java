package io.reprise.ingest.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.ApiError;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import io.reprise.platform.task.TaskEnd;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** The result of the last garbage collection, {@code .gc-status} (datastore.md §7.5). */
@ApplicationScoped
class GcStatus {
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

  private final Datastores configured;
  private final Stores stores;
  private final Tasks tasks;

  GcStatus(Datastores configured, Stores stores, Tasks tasks) {
    this.configured = configured;
    this.stores = stores;
    this.tasks = tasks;
  }

  /** @throws ApiError 400 if there is no such datastore, or it cannot be looked up */
  ObjectNode ofJob(String store) throws IOException {
    Section section = configured.section(store);
    if (section == null) throw ApiError.badRequest("no such datastore '" + store + "'");
    return ofJob(section);
  }

  /** The counters, with when the last collection that succeeded ended, and when the next one is due. */
  ObjectNode ofJob(Section store) throws IOException {
    ObjectNode status;
    try (var use = stores.use(store.id(), Operation.READ)) {
      status = of(use.datastore());
    }
    status.put("store", store.id());
    Instant last = Instant.now();
    Upid upid = upid(status);
    TaskEnd end = upid == null || !tasks.exists(upid) ? null : tasks.end(upid);
    if (upid != null && end != null) {
      last = Instant.ofEpochSecond(end.time());
      status
          .put("last-run-endtime", end.time())
          .put("last-run-state", end.status())
          .put("duration", end.time() - upid.startTime());
    }
    String schedule = store.get("gc-schedule");
    if (schedule != null) {
      status.put("schedule", schedule);
      Instant next = CalendarEvent.parse(schedule).next(last, ZoneId.systemDefault());
      if (next != null) status.put("next-run", next.getEpochSecond());
    }
    return status;
  }

  private static @Nullable Upid upid(ObjectNode status) {
    try {
      return status.path("upid").isTextual() ? Upid.parse(status.path("upid").textValue()) : null;
    } catch (InvalidName damaged) {
      return null;
    }
  }

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
