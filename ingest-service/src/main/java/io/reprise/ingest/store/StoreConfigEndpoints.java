package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.platform.access.Privilege.DATASTORE_ALLOCATE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.PropertyString;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.Values;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Datastores as they are configured (protocol.md §5.7, datastore.md §12.2). */
@ApplicationScoped
class StoreConfigEndpoints implements EndpointGroup {
  private static final Param<String> NAME = Param.of("name", StoreParams.STORE_NAME);
  private static final Param<Path> PATH =
      Param.of("path", Type.of(StoreConfigEndpoints::directory));
  private static final Param<String> PRUNE_SCHEDULE = text("prune-schedule", Values.SCHEDULE);
  private static final Param<Boolean> VERIFY_NEW =
      Param.of("verify-new", Type.FLAG).orNothing();
  private static final Param<Boolean> REUSE =
      Param.of("reuse-datastore", Type.FLAG).orNothing();
  private static final Param<Maintenance> MAINTENANCE =
      Param.of("maintenance-mode", Type.of(StoreConfigEndpoints::maintenance)).orNothing();
  private static final Param<String> DIGEST =
      Param.of("digest", Type.text(64, 64)).orNothing();
  private static final Param<Boolean> KEEP_JOBS =
      Param.of("keep-job-configs", Type.FLAG).orNothing();
  private static final Param<Boolean> DESTROY =
      Param.of("destroy-data", Type.FLAG).orNothing();

  /** Settings that creation and change share, as they stand in datastore.cfg. */
  private static final List<Param<?>> SETTINGS = List.of(
      text("comment", Values.COMMENT),
      text("gc-schedule", Values.SCHEDULE),
      VERIFY_NEW,
      text("notify-user", Values.AUTH_ID),
      text("notify", Values.NOTIFY),
      text("notification-mode", Values.NOTIFICATION_MODE),
      text("tuning", Values.TUNING));

  private static final Param<List<String>> DELETE = Param.of(
          "delete",
          Type.list(Type.oneOf(
              "comment",
              "gc-schedule",
              "prune-schedule",
              "keep-last",
              "keep-hourly",
              "keep-daily",
              "keep-weekly",
              "keep-monthly",
              "keep-yearly",
              "verify-new",
              "notify-user",
              "notify",
              "notification-mode",
              "tuning",
              "maintenance-mode")))
      .orNothing();

  private final Datastores configured;
  private final StoreLifecycle lifecycle;

  StoreConfigEndpoints(Datastores configured, StoreLifecycle lifecycle) {
    this.configured = configured;
    this.lifecycle = lifecycle;
  }

  private static Param<String> text(String name, Values.Check check) {
    return Param.of(name, Type.of(check::canonical)).orNothing();
  }

  private static Maintenance maintenance(String text) {
    Maintenance maintenance =
        Maintenance.of(PropertyString.parse(Values.MAINTENANCE.canonical(text), "type"));
    if (maintenance == null) throw new InvalidName("maintenance mode", text, "a type");
    return maintenance;
  }

  private static Path directory(String text) {
    if (text.length() > 4096 || text.indexOf('\0') >= 0 || !text.startsWith("/")) {
      throw new InvalidName("path", text, "an absolute path");
    }
    return Path.of(Values.text(1, 4096).canonical(text)).normalize();
  }

  @Override
  public List<Endpoint> endpoints() {
    var creation = new ArrayList<Param<?>>(List.of(NAME, PATH, REUSE, PRUNE_SCHEDULE, MAINTENANCE));
    creation.addAll(SETTINGS);
    creation.addAll(KeepParams.ALL);
    var change = new ArrayList<Param<?>>(List.of(NAME, MAINTENANCE, DELETE, DIGEST));
    change.addAll(SETTINGS);
    return List.of(
        get("/config/datastore", "Datastores and their settings").answers(this::list),
        post("/config/datastore", "Create a datastore")
            .takes(creation.toArray(Param[]::new))
            .needs(Rule.on("/datastore", DATASTORE_ALLOCATE))
            .answers(this::create),
        get("/config/datastore/{name}", "Settings of a datastore")
            .takes(NAME)
            .needs(Rule.on("/datastore/{name}", DATASTORE_AUDIT))
            .answers(this::show),
        put("/config/datastore/{name}", "Change the settings of a datastore")
            .takes(change.toArray(Param[]::new))
            .needs(Rule.on("/datastore/{name}", DATASTORE_MODIFY))
            .answers(this::update),
        delete("/config/datastore/{name}", "Remove a datastore, with destroy-data its content too")
            .takes(NAME, KEEP_JOBS, DESTROY, DIGEST)
            .needs(Rule.on("/datastore/{name}", DATASTORE_ALLOCATE))
            .answers(this::remove));
  }

  private Answer list(Call call) throws IOException {
    var now = configured.now();
    ArrayNode items = Json.object().arrayNode();
    for (Section section : now.sections().sections()) {
      if (call.caller().may("/datastore/" + section.id(), DATASTORE_AUDIT)) {
        items.add(Schemas.DATASTORE.json(section, "name"));
      }
    }
    return Answer.withDigest(items, now.digest());
  }

  private Answer show(Call call) throws IOException {
    var now = configured.now();
    Section section = now.sections().find("datastore", call.get(NAME));
    if (section == null) throw ApiError.badRequest("no such datastore '" + call.get(NAME) + "'");
    return Answer.withDigest(Schemas.DATASTORE.json(section, "name"), now.digest());
  }

  private Answer create(Call call) throws IOException {
    String name = call.get(NAME);
    if (configured.section(name) != null) {
      throw ApiError.parameters(Map.of("name", "datastore '" + name + "' exists already"));
    }
    Path path = call.get(PATH);
    for (Section other : configured.now().sections().sections()) {
      Path taken = Path.of(other.get("path", ""));
      if (path.startsWith(taken) || taken.startsWith(path)) {
        throw ApiError.parameters(
            Map.of("path", "it would overlap with datastore '" + other.id() + "' in " + taken));
      }
    }
    var section = new Section("datastore", name).set("path", path.toString());
    settings(call, section);
    Section pruneJob = null;
    String schedule = call.find(PRUNE_SCHEDULE);
    if (schedule != null) {
      pruneJob = StoreLifecycle.pruneJob(name, schedule);
      KeepParams.of(call).forEach(pruneJob::set);
    }
    return Answer.of(
        lifecycle.create(section, pruneJob, call.get(REUSE, false), who(call)).toString());
  }

  private static AuthId who(Call call) {
    return call.caller().id();
  }

  private static void settings(Call call, Section section) {
    for (Param<?> param : SETTINGS) {
      Object value = call.find(param);
      if (value != null) section.set(param.name(), value.toString());
    }
    Maintenance maintenance = call.find(MAINTENANCE);
    if (maintenance != null) section.set("maintenance-mode", maintenance.text());
  }

  private Answer update(Call call) throws IOException {
    Set<String> unset = Set.copyOf(call.get(DELETE, List.of()));
    lifecycle.update(call.get(NAME), call.find(DIGEST), section -> {
      requireNotBeingDeleted(section, call.find(MAINTENANCE), unset);
      unset.forEach(key -> section.set(key, null));
      settings(call, section);
    });
    return Answer.NOTHING;
  }

  /** A deletion that began must be brought to its end. */
  private static void requireNotBeingDeleted(
      Section section, @Nullable Maintenance wanted, Set<String> unset) {
    Maintenance current =
        Maintenance.of(PropertyString.parse(section.get("maintenance-mode", ""), "type"));
    boolean deleted = current != null && current.mode() == Maintenance.Mode.DELETE;
    boolean changes = unset.contains("maintenance-mode")
        || (wanted != null && wanted.mode() != Maintenance.Mode.DELETE);
    if (deleted && changes) {
      throw ApiError.badRequest("datastore '" + section.id()
          + "' is being deleted: its maintenance mode cannot be changed any more");
    }
  }

  private Answer remove(Call call) throws IOException {
    String name = call.get(NAME);
    var now = configured.now();
    if (now.sections().find("datastore", name) == null) {
      throw new ApiError(404, "no such datastore '" + name + "'");
    }
    String digest = call.find(DIGEST);
    if (digest != null && !digest.equals(now.digest())) {
      throw ApiError.badRequest("the configuration was changed meanwhile: load it again");
    }
    return Answer.of(lifecycle
        .remove(name, call.get(DESTROY, false), call.get(KEEP_JOBS, false), who(call))
        .toString());
  }
}
