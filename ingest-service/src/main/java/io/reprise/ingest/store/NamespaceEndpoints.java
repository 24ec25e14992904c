package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NAMESPACE;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_BACKUP;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Namespaces: list, create, remove (protocol.md §5.2). */
@ApplicationScoped
class NamespaceEndpoints implements EndpointGroup {
  private static final Param<Namespace> PARENT = Param.of("parent", NAMESPACE).orNothing();
  private static final Param<String> NAME =
      Param.of("name", Type.of(text -> SafeId.check("namespace", text, 1, 32)));
  private static final Param<Namespace> NS = Param.of("ns", NAMESPACE);
  private static final Param<Boolean> DELETE_GROUPS =
      Param.of("delete-groups", Type.FLAG).orNothing();

  private final Stores stores;
  private final Removals removals;

  NamespaceEndpoints(Stores stores, Removals removals) {
    this.stores = stores;
    this.removals = removals;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/admin/datastore/{store}/namespace", "Namespaces below a namespace, itself included")
            .takes(STORE, PARENT, MAX_DEPTH)
            .answers(this::list),
        post("/admin/datastore/{store}/namespace", "Create a namespace")
            .takes(STORE, PARENT, NAME)
            .answers(this::create),
        delete("/admin/datastore/{store}/namespace", "Remove a namespace and what is below it")
            .takes(STORE, NS, DELETE_GROUPS)
            .answers(this::remove));
  }

  private Answer list(Call call) throws IOException {
    String store = call.get(STORE);
    Namespace parent = call.get(PARENT, Namespace.ROOT);
    int depth = call.get(MAX_DEPTH, (long) Namespace.MAX_DEPTH).intValue();
    ArrayNode items = Json.object().arrayNode();
    try (var use = stores.use(store, Operation.READ)) {
      List<Namespace> found = use.datastore().exists(parent)
          ? use.datastore().namespaces(parent, depth)
          : List.of(parent); // as PBS answers
      for (Namespace namespace : found) {
        if (call.caller()
            .mayAny(
                GroupAccess.aclPath(store, namespace),
                DATASTORE_AUDIT,
                DATASTORE_MODIFY,
                DATASTORE_BACKUP)) {
          items.addObject().put("ns", namespace.toString());
        }
      }
    }
    if (items.isEmpty()) {
      throw new ApiError(403, "permission check failed: no namespace here is visible to you");
    }
    return Answer.of(items);
  }

  private Answer create(Call call) throws IOException {
    String store = call.get(STORE);
    Namespace parent = call.get(PARENT, Namespace.ROOT);
    requireModify(call, parent);
    Namespace namespace = parent.child(call.get(NAME));
    try (var use = stores.use(store, Operation.WRITE)) {
      use.datastore().createNamespace(namespace);
    } catch (NoSuchFileException e) {
      throw ApiError.badRequest("namespace '" + parent + "' does not exist: create it first");
    }
    return Answer.of(namespace.toString());
  }

  private Answer remove(Call call) throws IOException {
    Namespace namespace = call.get(NS);
    Namespace parent = namespace.parent();
    if (parent == null) throw ApiError.badRequest("the root namespace cannot be removed");
    requireModify(call, parent);
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      if (!use.datastore().exists(namespace)) return Answer.NOTHING;
      boolean withGroups = call.get(DELETE_GROUPS, false);
      if (!removals.removeNamespace(
          use.datastore(), namespace, withGroups, call.caller().id())) {
        throw ApiError.badRequest(
            withGroups
                ? "namespace '" + namespace + "' still has protected snapshots"
                : "namespace '" + namespace + "' is not empty: give delete-groups to remove all");
      }
    }
    return Answer.NOTHING;
  }

  private static void requireModify(Call call, Namespace parent) {
    String path = GroupAccess.aclPath(call.get(STORE), parent);
    if (!call.caller().may(path, DATASTORE_MODIFY)) {
      throw new ApiError(403, "permission check failed: needs " + DATASTORE_MODIFY + " on " + path);
    }
  }
}
