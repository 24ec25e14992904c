package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.store.StoreParams.STORE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.prune.Categories;
import io.reprise.platform.prune.Guest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What guests take on disk, as gc-service left it after its last pass ({@code status/space-<store>.json}); ours. A caller
 * sees the groups that it may list.
 */
@ApplicationScoped
class SpaceEndpoints implements EndpointGroup {
  private static final String GUEST = "guest";
  private static final String NAMESPACE = "namespace";
  private static final Param<String> BY =
      Param.of("by", Type.oneOf(GUEST, NAMESPACE, "category")).orNothing();

  private final RepriseConfig own;
  private final Stores stores;

  SpaceEndpoints(RepriseConfig own, Stores stores) {
    this.own = own;
    this.stores = stores;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(get("/admin/datastore/{store}/space", "What guests take on disk")
        .takes(STORE, BY)
        .answers(this::space));
  }

  private Answer space(Call call) throws IOException {
    String by = call.get(BY, GUEST);
    var categories = Categories.of(own.categories());
    ArrayNode guests = Json.object().arrayNode();
    Map<String, ObjectNode> sums = new TreeMap<>();
    try (var use = stores.use(call.get(STORE), Operation.LOOKUP)) {
      for (JsonNode item : figures(call.get(STORE)).path("guests")) {
        if (!(item instanceof ObjectNode figures) || !sees(call, use.datastore(), figures))
          continue;
        Guest guest = by.equals(NAMESPACE) ? null : guest(use.datastore(), figures);
        if (by.equals(GUEST)) {
          guests.add(figures.put("name", guest == null ? "" : guest.config().name()));
          continue;
        }
        String key = by.equals(NAMESPACE)
            ? figures.path("ns").asText()
            : guest == null ? "" : categories.place(guest).name();
        add(
            sums.computeIfAbsent(key, k -> Json.object().put(by.equals(NAMESPACE) ? "ns" : by, k)),
            figures);
      }
    }
    sums.values().forEach(guests::add);
    return Answer.of(guests);
  }

  /** Guests of a sum may share chunks, so what all of them together free is at least the sum of what each frees. */
  private static void add(ObjectNode sum, ObjectNode figures) {
    sum.put("guests", sum.path("guests").asLong() + 1);
    for (String name : List.of("logical", "exclusive", "share")) {
      sum.put(name, sum.path(name).asLong() + figures.path(name).asLong());
    }
  }

  private static Namespace namespace(JsonNode figures) {
    return Namespace.parse(figures.path("ns").asText());
  }

  private static GroupId group(JsonNode figures) {
    return new GroupId(
        BackupType.parse(figures.path("backup-type").asText()),
        figures.path("backup-id").asText());
  }

  /** Of a group that is removed, but can be brought back, only those who see all groups. */
  private static boolean sees(Call call, Datastore datastore, JsonNode figures) throws IOException {
    Namespace namespace = namespace(figures);
    var granted = GroupAccess.LIST.find(call.caller(), datastore.name(), namespace);
    if (granted == null || granted.everyGroup()) return granted != null;
    var owner = GroupAccess.ownerIfAny(datastore, namespace, group(figures));
    return owner != null && granted.covers(owner);
  }

  /** @return null if nothing is known of it: it was removed, or cannot be read */
  private static @Nullable Guest guest(Datastore datastore, JsonNode figures) {
    try {
      return Guest.read(datastore, namespace(figures), group(figures));
    } catch (IOException | InvalidName unknown) {
      return null;
    }
  }

  /** Empty before the first pass. */
  private ObjectNode figures(String store) throws IOException {
    Path file = stores.layout().state().resolve("status").resolve("space-" + store + ".json");
    try {
      return Json.parseObject(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException | BadFormat none) {
      return Json.object();
    }
  }
}
