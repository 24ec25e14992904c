package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_BACKUP;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.os.FileSystemSpace;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Rule;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** All datastores at a glance: those a caller may see, their space, their garbage collections (protocol.md §5.1, §8.2). */
@ApplicationScoped
class StoreListEndpoints implements EndpointGroup {
  private final Datastores configured;
  private final Stores stores;
  private final GcStatus gcStatus;

  StoreListEndpoints(Datastores configured, Stores stores, GcStatus gcStatus) {
    this.configured = configured;
    this.stores = stores;
    this.gcStatus = gcStatus;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/admin/datastore", "Datastores that the caller may use").answers(this::list),
        get("/status/datastore-usage", "Space of all datastores").answers(this::usage),
        get("/admin/gc", "Garbage collections of all datastores").answers(this::collections),
        get("/admin/gc/{store}", "Garbage collection of one datastore, as a list")
            .takes(StoreParams.STORE)
            .needs(Rule.on("/datastore/{store}", DATASTORE_AUDIT))
            .answers(this::collection));
  }

  private static boolean seesUsage(Caller caller, String store) {
    return caller.mayAny("/datastore/" + store, DATASTORE_AUDIT, DATASTORE_BACKUP);
  }

  /** Whether it may do anything in a namespace is not known of a datastore that cannot be opened. */
  private boolean seesName(Caller caller, String store) {
    if (seesUsage(caller, store)) return true;
    try (var use = stores.use(store, Operation.LOOKUP)) {
      return StatusEndpoints.hasAnything(caller, use.datastore());
    } catch (IOException | ApiError unavailable) {
      return false;
    }
  }

  private Answer list(Call call) throws IOException {
    ArrayNode items = Json.object().arrayNode();
    for (Section section : configured.now().sections().sections()) {
      if (!seesName(call.caller(), section.id())) continue;
      ObjectNode item = items.addObject().put("store", section.id());
      // null is said, not left out; so is what a caller must not see
      item.put("comment", seesUsage(call.caller(), section.id()) ? section.get("comment") : null);
      if (section.get("maintenance-mode") != null) {
        item.put("maintenance", section.get("maintenance-mode"));
      }
    }
    return Answer.of(items);
  }

  /** No history is kept yet, so none is told, nor a date on which the datastore would be full. */
  private Answer usage(Call call) throws IOException {
    ArrayNode items = Json.object().arrayNode();
    for (Section section : configured.now().sections().sections()) {
      String store = section.id();
      if (!seesName(call.caller(), store)) continue;
      ObjectNode item = items.addObject().put("store", store);
      if (!seesUsage(call.caller(), store)) continue;
      try (var use = stores.use(store, Operation.READ)) {
        FileSystemSpace space = use.datastore().space();
        item.put("total", space.totalBytes())
            .put("used", space.usedBytes())
            .put("avail", space.availableBytes())
            .set("gc-status", GcStatus.of(use.datastore()));
      } catch (IOException | ApiError e) {
        item.put("error", String.valueOf(e.getMessage()));
      }
    }
    return Answer.of(items);
  }

  private Answer collection(Call call) throws IOException {
    return Answer.of(Json.object().arrayNode().add(gcStatus.ofJob(call.get(StoreParams.STORE))));
  }

  private Answer collections(Call call) throws IOException {
    ArrayNode items = Json.object().arrayNode();
    for (Section section : configured.now().sections().sections()) {
      if (!call.caller().may("/datastore/" + section.id(), DATASTORE_AUDIT)) continue;
      try {
        items.add(gcStatus.ofJob(section));
      } catch (IOException | ApiError unavailable) {
        continue; // one that cannot be opened must not hide the others
      }
    }
    return Answer.of(items);
  }
}
