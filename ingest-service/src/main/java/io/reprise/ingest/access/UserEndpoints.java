package io.reprise.ingest.access;

import static io.reprise.ingest.access.AccessParams.COMMENT;
import static io.reprise.ingest.access.AccessParams.DIGEST;
import static io.reprise.ingest.access.AccessParams.EMAIL;
import static io.reprise.ingest.access.AccessParams.ENABLE;
import static io.reprise.ingest.access.AccessParams.EXPIRE;
import static io.reprise.ingest.access.AccessParams.FIRSTNAME;
import static io.reprise.ingest.access.AccessParams.LASTNAME;
import static io.reprise.ingest.access.AccessParams.PASSWORD;
import static io.reprise.ingest.access.AccessParams.USERID;
import static io.reprise.ingest.access.AccessParams.USERS_ACL;
import static io.reprise.ingest.access.AccessParams.changes;
import static io.reprise.ingest.access.AccessParams.properties;
import static io.reprise.ingest.access.AccessParams.unset;
import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
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
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.access.Accounts;
import io.reprise.platform.access.Realm;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Users and their passwords (protocol.md §2.5). */
@ApplicationScoped
class UserEndpoints implements EndpointGroup {
  private static final Param<Boolean> INCLUDE_TOKENS =
      Param.of("include_tokens", Type.FLAG).orNothing();
  private static final Param<List<String>> DELETE = Param.of(
          "delete", Type.list(Type.oneOf("comment", "firstname", "lastname", "email")))
      .orNothing();
  private static final Param<String> CONFIRMATION =
      Param.of("confirmation-password", Type.text(1, 1024)).orNothing();

  private final AccessControl access;

  UserEndpoints(AccessControl access) {
    this.access = access;
  }

  @Override
  public List<Endpoint> endpoints() {
    Rule see = Rule.on(USERS_ACL, SYS_AUDIT).or(Rule.self("userid"));
    Rule change = Rule.on(USERS_ACL, PERMISSIONS_MODIFY).or(Rule.self("userid"));
    return List.of(
        get("/access/users", "Users").takes(INCLUDE_TOKENS).answers(this::list),
        post("/access/users", "Create a user")
            .takes(
                USERID, PASSWORD.orNothing(), COMMENT, ENABLE, EXPIRE, FIRSTNAME, LASTNAME, EMAIL)
            .needs(Rule.on(USERS_ACL, PERMISSIONS_MODIFY))
            .answers(this::create),
        get("/access/users/{userid}", "A user").takes(USERID).needs(see).answers(this::show),
        put("/access/users/{userid}", "Change a user")
            .takes(USERID, COMMENT, ENABLE, EXPIRE, FIRSTNAME, LASTNAME, EMAIL, DELETE, DIGEST)
            .needs(change)
            .answers(this::update),
        delete("/access/users/{userid}", "Remove a user with its tokens and rights")
            .takes(USERID, DIGEST)
            .needs(change)
            .answers(this::remove),
        put("/access/password", "Change a password")
            .takes(USERID, PASSWORD, CONFIRMATION)
            .answers(this::changePassword));
  }

  private Answer list(Call call) throws IOException {
    boolean all = call.caller().may(USERS_ACL, SYS_AUDIT);
    String self = call.caller().id().owner().toString();
    var now = access.accounts().now();
    ArrayNode users = Json.object().arrayNode();
    for (Section user : now.sections().sections("user")) {
      if (!all && !user.id().equals(self)) continue;
      ObjectNode item = Schemas.USER.json(user, "userid");
      users.add(item);
      if (!call.get(INCLUDE_TOKENS, false)) continue;
      ArrayNode tokens = Json.object().arrayNode();
      for (Section token : now.sections().sections("token")) {
        if (AuthId.parse(token.id()).owner().toString().equals(user.id())) {
          tokens.add(Schemas.USER.json(token, "tokenid"));
        }
      }
      if (!tokens.isEmpty()) item.set("tokens", tokens);
    }
    return Answer.withDigest(users, now.digest());
  }

  private Answer create(Call call) throws IOException {
    AuthId user = call.get(USERID);
    if (access.realms().stream().map(Realm::name).noneMatch(user.realm()::equals)) {
      throw ApiError.parameters(Map.of("userid", "there is no realm '" + user.realm() + "'"));
    }
    access.accounts().createUser(user, properties(call), call.find(PASSWORD.orNothing()));
    return Answer.NOTHING;
  }

  private Answer show(Call call) throws IOException {
    var now = access.accounts().now();
    AuthId user = call.get(USERID);
    Section section = now.sections().find("user", user.toString());
    if (section == null) throw ApiError.badRequest("no such user '" + user + "'");
    return Answer.withDigest(Schemas.USER.json(section, "userid"), now.digest());
  }

  private Answer update(Call call) throws IOException {
    List<String> unset = unset(call, call.get(DELETE, List.of()));
    access.accounts().update(call.get(USERID), changes(call), unset, call.find(DIGEST));
    return Answer.NOTHING;
  }

  private Answer remove(Call call) throws IOException {
    access.deleteUser(call.get(USERID), call.find(DIGEST));
    return Answer.NOTHING;
  }

  private Answer changePassword(Call call) throws IOException {
    Caller caller = call.caller();
    AuthId user = call.get(USERID);
    if (caller.id().isToken()) throw ApiError.badRequest("a token cannot change passwords");
    boolean own = user.equals(caller.id());
    boolean anybodys = caller.id().equals(Accounts.ROOT)
        || (caller.may("/", PERMISSIONS_MODIFY) && !user.realm().equals("pam"));
    if (!own && !anybodys) {
      throw ApiError.badRequest("you may not change the password of " + user);
    }
    if (!caller.id().equals(Accounts.ROOT)) {
      String confirmation = call.find(CONFIRMATION);
      if (confirmation == null || !access.isPassword(caller.id(), confirmation)) {
        throw new ApiError(401, "confirmation-password must be your own password");
      }
    }
    if (access.accounts().find(user) == null) throw new ApiError(401, "no such user");
    access.accounts().setPassword(user, call.get(PASSWORD));
    return Answer.NOTHING;
  }
}
