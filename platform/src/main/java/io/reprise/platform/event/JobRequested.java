package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.json.Json;
import io.reprise.platform.task.Upid;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Work was asked for; its request file is written. The event only makes it begin sooner.
 *
 * @param request id of the file, and of the event
 * @param type worker type of its task
 * @param name of the job; for work on demand, of the datastore
 */
public record JobRequested(
    UUID request, Topic topic, String type, String name, Upid task, AuthId by)
    implements EventData {
  @Override
  public UUID id() {
    return request;
  }

  @Override
  public String subject() {
    return name;
  }

  @Override
  public String key() {
    return name;
  }

  @Override
  public @Nullable String store() {
    return null;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object()
        .put("type", type)
        .put("name", name)
        .put("upid", task.toString())
        .put("by", by.toString());
  }
}
