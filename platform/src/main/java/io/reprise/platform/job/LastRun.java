package io.reprise.platform.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.json.Json;
import io.reprise.platform.task.TaskEnd;
import io.reprise.platform.task.Upid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a job (datastore.md §10.5).
 *
 * <pre>
 * Never ── made ──→ Created ── run ──→ Started ── end ──→ Finished
 *                                         ↑────── run ───────┘
 * </pre>
 */
public sealed interface LastRun {
  /** There is no file. */
  record Never() implements LastRun {}

  /** It never ran; {@code time} is when it was made, or its schedule changed. */
  record Created(Instant time) implements LastRun {}

  /** It runs, or its process died. */
  record Started(Upid task) implements LastRun {}

  /** @param updated when its schedule changed since; null if it did not */
  record Finished(Upid task, TaskEnd end, @Nullable Instant updated) implements LastRun {}

  /** From when the next time of its schedule is counted; for a job that is new here, from half a minute ago. */
  default Instant last(Instant now) {
    return switch (this) {
      case Never never -> now.minusSeconds(30);
      case Created created -> created.time();
      case Started started -> Instant.ofEpochSecond(started.task().startTime());
      case Finished finished ->
        finished.updated() != null
            ? finished.updated()
            : Instant.ofEpochSecond(finished.task().startTime());
    };
  }

  /** As {@link #last}, for showing when it runs next: a finished one counts from its end. */
  default Instant lastShown(Instant now) {
    return this instanceof Finished finished && finished.updated() == null
        ? Instant.ofEpochSecond(finished.end().time())
        : last(now);
  }

  /** Null for {@link Never}. */
  default @Nullable ObjectNode toJson() {
    ObjectNode json = Json.object();
    switch (this) {
      case Never never -> {
        return null;
      }
      case Created created ->
        json.putObject("created").put("time", created.time().getEpochSecond());
      case Started started ->
        json.putObject("started").put("upid", started.task().toString());
      case Finished finished -> {
        ObjectNode all = json.putObject("finished");
        all.put("upid", finished.task().toString());
        all.set("state", state(finished.end()));
        Instant updated = finished.updated();
        if (updated == null) all.putNull("updated");
        else all.put("updated", updated.getEpochSecond());
      }
    }
    return json;
  }

  private static ObjectNode state(TaskEnd end) {
    ObjectNode state = Json.object();
    switch (end.kind()) {
      case OK -> state.putObject("OK");
      case WARNING -> state.putObject("Warning").put("count", warnings(end.status()));
      case ERROR -> state.putObject("Error").put("message", end.status());
      case UNKNOWN -> state.putObject("Unknown");
    }
    for (JsonNode kind : state) ((ObjectNode) kind).put("endtime", end.time());
    return state;
  }

  private static long warnings(String status) {
    String digits = status.replaceAll("\\D", "");
    return digits.isEmpty() ? 1 : Long.parseLong(digits);
  }

  /** @throws BadFormat naming the file, if it is none that PBS or we write */
  static LastRun parse(byte[] utf8, String file) throws BadFormat {
    ObjectNode json = Json.parseObject(utf8, file);
    try {
      if (json.get("created") instanceof ObjectNode created) {
        return new Created(Instant.ofEpochSecond(created.path("time").asLong()));
      }
      if (json.get("started") instanceof ObjectNode started) {
        return new Started(Upid.parse(started.path("upid").asText()));
      }
      if (json.get("finished") instanceof ObjectNode finished) {
        JsonNode updated = finished.path("updated");
        return new Finished(
            Upid.parse(finished.path("upid").asText()),
            end(finished.path("state")),
            updated.isNumber() ? Instant.ofEpochSecond(updated.asLong()) : null);
      }
    } catch (InvalidName e) {
      throw new BadFormat(file + ": " + e.getMessage(), e);
    }
    throw new BadFormat(file + " is no state of a job: delete it, and the job starts anew");
  }

  private static TaskEnd end(JsonNode state) {
    String kind = state.fieldNames().hasNext() ? state.fieldNames().next() : "";
    JsonNode content = state.path(kind);
    String status = switch (kind) {
      case "OK" -> "OK";
      case "Warning" -> "WARNINGS: " + content.path("count").asLong();
      case "Error" -> content.path("message").asText();
      default -> "unknown";
    };
    return new TaskEnd(content.path("endtime").asLong(), status);
  }
}
