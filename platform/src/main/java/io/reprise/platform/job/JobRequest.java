package io.reprise.platform.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.platform.task.Upid;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Work that was asked for and is not done yet: one file.
 *
 * @param id names it for good; for one that an event brought, the event's {@code id}
 * @param name of the job; for work on demand, of the datastore
 * @param parameters what the type of work needs besides; known to whoever asks and whoever does it
 * @param schedule the calendar event that asked; null if somebody did
 * @param task null until it is begun, where the one who asked made none
 * @param attempts processes that have begun it
 */
public record JobRequest(
    String id,
    JobType type,
    String name,
    ObjectNode parameters,
    AuthId by,
    Instant time,
    @Nullable String schedule,
    @Nullable Upid task,
    int attempts) {
  private static final int ID_LENGTH = 64;

  public JobRequest {
    SafeId.check("id of a request", id, 1, ID_LENGTH);
    SafeId.check("job", name, 1, ID_LENGTH);
  }

  /** Of the lease that makes one replica do it. */
  String lease() {
    return type + "-" + (type.isConfigured() ? name : id);
  }

  boolean isFor(JobType type, String name) {
    return this.type == type && this.name.equals(name);
  }

  JobRequest begun(Upid begun) {
    return new JobRequest(id, type, name, parameters, by, time, schedule, begun, attempts + 1);
  }

  byte[] toJson() throws BadFormat {
    ObjectNode json = Json.object();
    json.put("type", type.toString());
    json.put("name", name);
    json.set("parameters", parameters);
    json.put("by", by.toString());
    json.put("time", time.toString());
    if (schedule != null) json.put("schedule", schedule);
    if (task != null) json.put("upid", task.toString());
    json.put("attempts", attempts);
    return Json.pretty(json);
  }

  static JobRequest parse(String id, byte[] utf8, String file) throws BadFormat {
    ObjectNode json = Json.parseObject(utf8, file);
    try {
      return new JobRequest(
          id,
          JobType.of(json.path("type").asText()),
          json.path("name").asText(),
          json.path("parameters") instanceof ObjectNode parameters ? parameters : Json.object(),
          AuthId.parse(json.path("by").asText()),
          Instant.parse(json.path("time").asText()),
          json.hasNonNull("schedule") ? json.path("schedule").asText() : null,
          json.hasNonNull("upid") ? Upid.parse(json.path("upid").asText()) : null,
          json.path("attempts").asInt());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new BadFormat(file + " is no request: " + e.getMessage(), e);
    }
  }
}
