package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import io.reprise.platform.task.TaskProgress;
import io.reprise.platform.task.Upid;
import org.jspecify.annotations.Nullable;

/** How far a task is. The message is cut to {@value #MAX_MESSAGE} characters. */
public record TaskProgressed(Upid task, TaskProgress progress) implements EventData {
  static final int MAX_MESSAGE = 1000;

  @Override
  public Topic topic() {
    return Topic.TASK_PROGRESS;
  }

  @Override
  public String subject() {
    return task.toString();
  }

  @Override
  public String key() {
    return task.toString();
  }

  @Override
  public @Nullable String store() {
    return null;
  }

  @Override
  public ObjectNode toJson() {
    String message = progress.message();
    return Json.object()
        .put("upid", task.toString())
        .put("worker-type", task.workerType())
        .put("worker-id", task.workerId())
        .put("by", task.authId().toString())
        .put("percent", Double.isFinite(progress.percent()) ? progress.percent() : 0)
        .put("bytes", progress.bytes())
        .put("bytes-per-second", progress.bytesPerSecond())
        .put("message", message.length() > MAX_MESSAGE ? cut(message) : message);
  }

  private static String cut(String message) {
    int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 2))
        ? MAX_MESSAGE - 2
        : MAX_MESSAGE - 1;
    return message.substring(0, end) + "…";
  }
}
