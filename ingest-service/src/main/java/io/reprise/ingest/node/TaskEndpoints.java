package io.reprise.ingest.node;

import static io.reprise.ingest.node.NodeEndpoints.NODE;
import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.platform.access.Privilege.SYS_AUDIT;
import static io.reprise.platform.access.Privilege.SYS_MODIFY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.Privilege;
import io.reprise.platform.task.LogPage;
import io.reprise.platform.task.TaskEnd;
import io.reprise.platform.task.TaskEntry;
import io.reprise.platform.task.TaskFilter;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tasks: list, state, log, stop (protocol.md §6.3). */
@ApplicationScoped
class TaskEndpoints implements EndpointGroup {
  private static final String TASKS_ACL = "/system/tasks";
  private static final Param<Upid> UPID = Param.of("upid", Type.of(Upid::parse));
  private static final Param<Long> START =
      Param.of("start", Type.integer(0, Integer.MAX_VALUE)).orNothing();
  private static final Param<Long> LIMIT =
      Param.of("limit", Type.integer(0, Integer.MAX_VALUE)).orNothing();
  private static final Param<Boolean> RUNNING = Param.of("running", Type.FLAG).orNothing();
  private static final Param<Boolean> ERRORS = Param.of("errors", Type.FLAG).orNothing();
  private static final Param<String> USER =
      Param.of("userfilter", Type.text(0, 256)).orNothing();
  private static final Param<String> TYPE =
      Param.of("typefilter", Type.text(0, 256)).orNothing();
  private static final Param<String> STORE =
      Param.of("store", Type.of(text -> SafeId.check("datastore", text, 3, 32))).orNothing();
  private static final Param<Long> SINCE =
      Param.of("since", Type.integer(0, Long.MAX_VALUE)).orNothing();
  private static final Param<Long> UNTIL =
      Param.of("until", Type.integer(0, Long.MAX_VALUE)).orNothing();
  private static final Param<List<TaskEnd.Kind>> STATUS =
      Param.of("statusfilter", Type.list(Type.of(TaskEndpoints::kind))).orNothing();
  private static final Param<Boolean> TEST_STATUS =
      Param.of("test-status", Type.FLAG).orNothing();
  private static final Param<Boolean> DOWNLOAD = Param.of("download", Type.FLAG).orNothing();

  private final Tasks tasks;

  TaskEndpoints(Tasks tasks) {
    this.tasks = tasks;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/nodes/{node}/tasks", "Tasks, running ones first, then newest first")
            .takes(NODE, START, LIMIT, RUNNING, ERRORS, USER, TYPE, STORE, SINCE, UNTIL, STATUS)
            .answers(this::list),
        get("/nodes/{node}/tasks/{upid}/status", "State of a task")
            .takes(NODE, UPID)
            .answers(this::status),
        get("/nodes/{node}/tasks/{upid}/log", "Log of a task")
            .takes(NODE, UPID, START, LIMIT, TEST_STATUS, DOWNLOAD)
            .answers(this::log),
        delete("/nodes/{node}/tasks/{upid}", "Ask a task to stop")
            .takes(NODE, UPID)
            .answers(this::stop));
  }

  private Answer list(Call call) throws IOException {
    boolean all = call.caller().may(TASKS_ACL, SYS_AUDIT);
    AuthId caller = call.caller().id();
    Set<TaskEnd.Kind> kinds = Set.copyOf(call.get(STATUS, List.of()));
    if (call.get(ERRORS, false)) kinds = Set.of(TaskEnd.Kind.ERROR, TaskEnd.Kind.UNKNOWN);
    Tasks.Listing listing = tasks.list(new TaskFilter(
        call.get(START, 0L),
        call.get(LIMIT, 50L),
        call.get(RUNNING, false) ? Boolean.TRUE : null,
        kinds,
        call.find(USER),
        call.find(TYPE),
        call.find(STORE),
        call.find(SINCE),
        call.find(UNTIL),
        upid -> all || caller.owns(upid.authId())));
    return new Answer.Rows(
        out -> {
          for (TaskEntry entry : listing.entries()) out.row(item(entry));
        },
        Map.of("total", LongNode.valueOf(listing.total())));
  }

  private static ObjectNode item(TaskEntry entry) {
    Upid upid = entry.upid();
    ObjectNode item = Json.object()
        .put("upid", upid.toString())
        .put("node", "localhost")
        .put("pid", upid.pid())
        .put("pstart", upid.processStart())
        .put("starttime", upid.startTime())
        .put("worker_type", upid.workerType())
        .put("worker_id", upid.workerId().isEmpty() ? null : upid.workerId())
        .put("user", upid.authId().toString());
    TaskEnd end = entry.end();
    if (end != null) item.put("endtime", end.time()).put("status", end.status());
    return item;
  }

  private Answer status(Call call) {
    Upid upid = visible(call, SYS_AUDIT);
    ObjectNode status = Json.object()
        .put("upid", upid.toString())
        .put("node", upid.node())
        .put("pid", upid.pid())
        .put("pstart", upid.processStart())
        .put("starttime", upid.startTime())
        .put("type", upid.workerType())
        .put("id", upid.workerId().isEmpty() ? null : upid.workerId())
        .put("user", upid.authId().owner().toString());
    if (upid.authId().token() != null) status.put("tokenid", upid.authId().token());
    TaskEnd end = tasks.end(upid);
    status.put("status", end == null ? "running" : "stopped");
    if (end != null) status.put("exitstatus", end.status());
    return Answer.of(status);
  }

  private Answer log(Call call) throws IOException {
    Upid upid = visible(call, SYS_AUDIT);
    if (!tasks.exists(upid)) throw ApiError.badRequest("there is no log of task " + upid);
    if (call.get(DOWNLOAD, false)) {
      return new Answer.Content("text/plain", -1, "task-" + upid + ".log", out -> {
        try (var log = tasks.openLog(upid)) {
          log.transferTo(out);
        }
      });
    }
    // Asked before the lines are read: an end that comes in between is told with its lines next
    // time.
    boolean active = tasks.end(upid) == null;
    LogPage page;
    try {
      page = tasks.log(upid, call.get(START, 0L), call.get(LIMIT, 50L));
    } catch (NoSuchFileException e) {
      throw ApiError.badRequest("there is no log of task " + upid);
    }
    var attributes = new LinkedHashMap<String, JsonNode>();
    attributes.put("total", LongNode.valueOf(page.total()));
    attributes.put("success", IntNode.valueOf(1));
    if (call.get(TEST_STATUS, false)) attributes.put("active", BooleanNode.valueOf(active));
    return new Answer.Rows(
        out -> {
          long number = page.first();
          for (String line : page.lines())
            out.row(Json.object().put("n", number++).put("t", line));
        },
        attributes);
  }

  private Answer stop(Call call) throws IOException {
    tasks.abort(visible(call, SYS_MODIFY));
    return Answer.NOTHING;
  }

  /** @throws ApiError 400, as PBS says it, unless it is the caller's own task, or the privilege lets it see or stop all */
  private static Upid visible(Call call, Privilege all) {
    Upid upid = call.get(UPID);
    Caller caller = call.caller();
    if (!caller.id().owns(upid.authId()) && !caller.may(TASKS_ACL, all)) {
      throw ApiError.badRequest(
          "task of " + upid.authId() + ": others need " + all + " on " + TASKS_ACL);
    }
    return upid;
  }

  private static TaskEnd.Kind kind(String text) {
    return switch (text) {
      case "ok" -> TaskEnd.Kind.OK;
      case "warning" -> TaskEnd.Kind.WARNING;
      case "error" -> TaskEnd.Kind.ERROR;
      case "unknown" -> TaskEnd.Kind.UNKNOWN;
      default -> throw new IllegalArgumentException("expected ok, warning, error or unknown");
    };
  }
}
