package io.reprise.ingest.access;

import static io.reprise.ingest.access.AccessParams.USERID;
import static io.reprise.ingest.access.AccessParams.USERS_ACL;
import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.platform.access.Privilege.PERMISSIONS_MODIFY;
import static io.reprise.platform.access.Privilege.SYS_AUDIT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.access.Accounts;
import io.reprise.platform.access.SecondFactors;
import io.reprise.platform.access.SecondFactors.Entry;
import io.reprise.platform.access.SecondFactors.Locks;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** Second factors that a PBS stored: shown, removed, unlocked (protocol.md §2.4). */
@ApplicationScoped
class SecondFactorEndpoints implements EndpointGroup {
  private static final String USER = "/access/tfa/{userid}";
  private static final Param<String> ID = Param.of("id", Type.text(1, 64));
  private static final Param<String> PASSWORD =
      Param.of("password", Type.text(1, 1024)).orNothing();

  private final AccessControl access;
  private final SecondFactors factors;

  SecondFactorEndpoints(AccessControl access) {
    this.access = access;
    factors = access.secondFactors();
  }

  @Override
  public List<Endpoint> endpoints() {
    Rule modify = Rule.on(USERS_ACL, PERMISSIONS_MODIFY);
    Rule ofUser = modify.or(Rule.self("userid"));
    return List.of(
        get("/access/tfa", "Second factors of all users").answers(this::all),
        get(USER, "Second factors of a user").takes(USERID).needs(ofUser).answers(this::list),
        get(USER + "/{id}", "A second factor").takes(USERID, ID).needs(ofUser).answers(this::show),
        delete(USER + "/{id}", "Remove a second factor")
            .takes(USERID, ID, PASSWORD)
            .needs(ofUser)
            .answers(this::remove),
        put("/access/users/{userid}/unlock-tfa", "Lift the locks of a user's second factors")
            .takes(USERID)
            .needs(modify)
            .answers(this::unlock));
  }

  private Answer all(Call call) throws IOException {
    boolean everybody = call.caller().mayAny(USERS_ACL, PERMISSIONS_MODIFY, SYS_AUDIT);
    ArrayNode users = Json.object().arrayNode();
    for (AuthId user : factors.users()) {
      if (!everybody && !user.equals(call.caller().id())) continue;
      ObjectNode item = users.addObject().put("userid", user.toString());
      item.set("entries", items(user));
      Locks locks = factors.locks(user);
      if (locks.totp()) item.put("totp-locked", true);
      if (locks.until() != null) item.put("tfa-locked-until", locks.until());
    }
    return Answer.of(users);
  }

  private ArrayNode items(AuthId user) throws IOException {
    ArrayNode items = Json.object().arrayNode();
    for (Entry entry : factors.entries(user)) items.add(item(entry));
    return items;
  }

  private static ObjectNode item(Entry entry) {
    ObjectNode item = Json.object()
        .put("id", entry.id())
        .put("type", entry.type())
        .put("created", entry.created());
    if (!entry.description().isEmpty()) item.put("description", entry.description());
    if (!entry.enabled()) item.put("enable", false);
    return item;
  }

  private Answer list(Call call) throws IOException {
    return Answer.of(items(call.get(USERID)));
  }

  private Answer show(Call call) throws IOException {
    for (Entry entry : factors.entries(call.get(USERID))) {
      if (entry.id().equals(call.get(ID))) return Answer.of(item(entry));
    }
    throw missing(call);
  }

  private Answer remove(Call call) throws IOException {
    AuthId caller = call.caller().id();
    String password = call.find(PASSWORD);
    if (!caller.equals(Accounts.ROOT)
        && (password == null || !access.isPassword(caller, password))) {
      throw new ApiError(401, "password must be your own password");
    }
    if (!factors.remove(call.get(USERID), call.get(ID))) throw missing(call);
    return Answer.NOTHING;
  }

  private static ApiError missing(Call call) {
    return new ApiError(404, call.get(USERID) + " has no second factor '" + call.get(ID) + "'");
  }

  private Answer unlock(Call call) throws IOException {
    Boolean locked = factors.unlock(call.get(USERID));
    if (locked == null) throw ApiError.badRequest(call.get(USERID) + " has no second factors");
    return Answer.of((boolean) locked);
  }
}
