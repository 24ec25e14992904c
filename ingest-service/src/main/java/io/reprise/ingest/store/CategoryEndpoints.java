package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.Values;
import io.reprise.platform.prune.Categories;
import io.reprise.platform.prune.Category;
import io.reprise.platform.prune.Guest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Categories of guests with rules of their own, and which guest is in which; ours, PBS has none of it. */
@ApplicationScoped
class CategoryEndpoints implements EndpointGroup {
  private static final Param<String> NAME =
      Param.of("name", Type.of(text -> SafeId.check("category", text, 3, 32)));
  private static final Param<String> COMMENT =
      Param.of("comment", Type.of(Values.COMMENT::canonical)).orNothing();
  private static final Param<Long> PRIORITY =
      Param.of("priority", Type.integer(0, Schemas.MAX_PRIORITY)).orNothing();
  private static final Param<String> DIGEST =
      Param.of("digest", Type.text(64, 64)).orNothing();
  private static final List<Param<List<String>>> MATCHES = matches();
  private static final Param<List<String>> DELETE =
      Param.of("delete", Type.list(Type.oneOf(optional()))).orNothing();

  private final RepriseConfig own;
  private final Stores stores;

  CategoryEndpoints(RepriseConfig own, Stores stores) {
    this.own = own;
    this.stores = stores;
  }

  private static List<Param<List<String>>> matches() {
    var matches = new ArrayList<Param<List<String>>>();
    Schemas.MATCHES.forEach((key, check) ->
        matches.add(Param.of(key, Type.list(Type.of(check::canonical))).orNothing()));
    return List.copyOf(matches);
  }

  private static String[] optional() {
    var names = new ArrayList<String>(List.of("comment", "priority"));
    names.addAll(Schemas.MATCHES.keySet());
    for (Param<Long> keep : KeepParams.ALL) names.add(keep.name());
    return names.toArray(String[]::new);
  }

  @Override
  public List<Endpoint> endpoints() {
    Rule see = Rule.on("/datastore", DATASTORE_AUDIT, DATASTORE_MODIFY);
    Rule change = Rule.on("/datastore", DATASTORE_MODIFY);
    return List.of(
        get("/config/category", "Categories of guests, in the order in which they are asked")
            .needs(see)
            .answers(this::list),
        post("/config/category", "Create a category")
            .takes(settings(NAME))
            .needs(change)
            .answers(this::create),
        get("/config/category/{name}", "Settings of a category")
            .takes(NAME)
            .needs(see)
            .answers(this::show),
        put("/config/category/{name}", "Change a category")
            .takes(settings(NAME, DELETE, DIGEST))
            .needs(change)
            .answers(this::update),
        delete("/config/category/{name}", "Remove a category")
            .takes(NAME, DIGEST)
            .needs(change)
            .answers(this::remove),
        get("/admin/datastore/{store}/categories", "Which guest is in which category, and why")
            .takes(STORE)
            .answers(this::guests));
  }

  private static Param<?>[] settings(Param<?>... first) {
    var all = new ArrayList<Param<?>>(List.of(first));
    all.addAll(List.of(COMMENT, PRIORITY));
    all.addAll(MATCHES);
    all.addAll(KeepParams.ALL);
    return all.toArray(Param[]::new);
  }

  private static ObjectNode json(Section category) {
    return Schemas.REPRISE.json(category, "name");
  }

  private Answer list(Call call) throws IOException {
    ArrayNode items = Json.object().arrayNode();
    for (Section category : Categories.ordered(own.categories())) items.add(json(category));
    return Answer.withDigest(items, own.now().digest());
  }

  private Answer show(Call call) throws IOException {
    var now = own.now();
    Section category = now.sections().find(Category.SECTION, call.get(NAME));
    if (category == null) throw missing(call);
    return Answer.withDigest(json(category), now.digest());
  }

  private static ApiError missing(Call call) {
    return ApiError.badRequest("no such category '" + call.get(NAME) + "'");
  }

  private Answer create(Call call) throws IOException {
    String name = call.get(NAME);
    own.change(null, sections -> {
      if (sections.contains(name)) {
        throw ApiError.parameters(Map.of("name", "'" + name + "' is in reprise.cfg already"));
      }
      sections.put(set(call, new Section(Category.SECTION, name)));
    });
    return Answer.NOTHING;
  }

  private static Section set(Call call, Section category) {
    var values = new LinkedHashMap<String, @Nullable Object>();
    values.put(COMMENT.name(), call.find(COMMENT));
    values.put(PRIORITY.name(), call.find(PRIORITY));
    values.putAll(KeepParams.of(call));
    values.forEach((key, value) -> {
      if (value != null) category.set(key, value.toString());
    });
    for (Param<List<String>> match : MATCHES) {
      List<String> wanted = call.find(match);
      if (wanted != null) category.setAll(match.name(), wanted);
    }
    return category;
  }

  private Answer update(Call call) throws IOException {
    own.change(call.find(DIGEST), sections -> {
      Section category = sections.find(Category.SECTION, call.get(NAME));
      if (category == null) throw missing(call);
      call.get(DELETE, List.of()).forEach(key -> category.set(key, null));
      set(call, category);
    });
    return Answer.NOTHING;
  }

  private Answer remove(Call call) throws IOException {
    own.change(call.find(DIGEST), sections -> {
      if (sections.find(Category.SECTION, call.get(NAME)) == null) throw missing(call);
      sections.remove(call.get(NAME));
    });
    return Answer.NOTHING;
  }

  /** A guest that cannot be read is in none, and it is said why. */
  private Answer guests(Call call) throws IOException {
    var categories = Categories.of(own.categories());
    ArrayNode items = Json.object().arrayNode();
    try (var use = stores.use(call.get(STORE), Operation.LOOKUP)) {
      Datastore datastore = use.datastore();
      for (Namespace namespace : datastore.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
        var granted = GroupAccess.LIST.find(call.caller(), datastore.name(), namespace);
        if (granted == null) continue;
        for (GroupId group : datastore.groups(namespace)) {
          var owner = GroupAccess.ownerIfAny(datastore, namespace, group);
          if (owner == null || !granted.covers(owner)) continue;
          ObjectNode item = items
              .addObject()
              .put("ns", namespace.toString())
              .put("backup-type", group.type().toString())
              .put("backup-id", group.id())
              .put("owner", owner.toString());
          try {
            Guest guest = Guest.read(datastore, namespace, group);
            Categories.Place place = categories.place(guest);
            item.put("name", guest.config().name());
            guest.config().tags().stream().sorted().forEach(item.putArray("tags")::add);
            guest.config().pools().stream().sorted().forEach(item.putArray("pools")::add);
            item.put("category", place.name()).put("why", place.why());
          } catch (IOException e) {
            item.put("category", "").put("why", String.valueOf(e.getMessage()));
          }
        }
      }
    }
    return Answer.of(items);
  }
}
