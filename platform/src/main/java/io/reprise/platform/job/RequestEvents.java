package io.reprise.platform.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.platform.event.Topic;
import java.io.IOException;
import java.time.Instant;

/**
 * Makes request files of events, ours and those of others (docs/asyncapi.yaml). Ours name a task, so their file was written
 * before them, and they only wake who does it.
 */
public final class RequestEvents {
  private final Jobs jobs;
  private final Runnable wake;

  /** @param wake called when there is something to do, e.g. {@link JobRunner#wake} */
  public RequestEvents(Jobs jobs, Runnable wake) {
    this.jobs = jobs;
    this.wake = wake;
  }

  /**
   * Data are {@code type} (a {@link JobType}; left out, the configured one of the topic), {@code name} (of the job, or the
   * datastore), and where wanted {@code by} and {@code parameters}.
   *
   * @param id attribute {@code id}; with the same one again nothing happens
   * @throws BadFormat if it asks for nothing that there is; it never will
   * @throws IOException if the file cannot be written now
   */
  public void accept(Topic topic, String id, Instant time, ObjectNode data) throws IOException {
    if (!data.hasNonNull("upid")) {
      try {
        JobType type = type(topic, data.path("type").asText(""));
        String by = data.path("by").asText("");
        JsonNode parameters = data.path("parameters");
        jobs.accept(
            id,
            time,
            type,
            data.path("name").asText(""),
            parameters instanceof ObjectNode given ? given : data.objectNode(),
            by.isEmpty() ? null : AuthId.parse(by));
      } catch (IllegalArgumentException e) {
        throw new BadFormat(topic + " " + id + ": " + e.getMessage(), e);
      }
    }
    wake.run();
  }

  private static JobType type(Topic topic, String text) {
    for (JobType type : JobType.values()) {
      if (type.requests() == topic && (text.isEmpty() || type.toString().equals(text))) return type;
    }
    throw new IllegalArgumentException("no type '" + text + "' of work is asked for there");
  }
}
