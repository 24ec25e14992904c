package io.reprise.ingest.access;

import static io.reprise.ingest.access.AccessParams.COMMENT;
import static io.reprise.ingest.access.AccessParams.DIGEST;
import static io.reprise.ingest.access.AccessParams.ENABLE;
import static io.reprise.ingest.access.AccessParams.EXPIRE;
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
import io.reprise.datastore.SafeId;
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
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** API tokens of a user (protocol.md §2.3, §2.5). */
@ApplicationScoped
class TokenEndpoints implements EndpointGroup {
  private static final String LIST = "/access/users/{userid}/token";
  private static final String ONE = LIST + "/{token-name}";
  private static final Param<String> NAME =
      Param.of("token-name", Type.of(text -> SafeId.check("token name", text, 1, 60)));
  private static final Param<List<String>> DELETE =
      Param.of("delete", Type.list(Type.oneOf("comment"))).orNothing();

  private final AccessControl access;

  TokenEndpoints(AccessControl access) {
    this.access = access;
  }

  @Override
  public List<Endpoint> endpoints() {
    Rule see = Rule.on(USERS_ACL, SYS_AUDIT).or(Rule.self("userid"));
    Rule change = Rule.on(USERS_ACL, PERMISSIONS_MODIFY).or(Rule.self("userid"));
    return List.of(
        get(LIST, "API tokens of a user").takes(USERID).needs(see).answers(this::list),
        get(ONE, "An API token").takes(USERID, NAME).needs(see).answers(this::show),
        post(ONE, "Create an API token; its secret is in the answer and nowhere else")
            .takes(USERID, NAME, COMMENT, ENABLE, EXPIRE, DIGEST)
            .needs(change)
            .answers(this::create),
        put(ONE, "Change an API token")
            .takes(USERID, NAME, COMMENT, ENABLE, EXPIRE, DELETE, DIGEST)
            .needs(change)
            .answers(this::update),
        delete(ONE, "Remove an API token and its rights")
            .takes(USERID, NAME, DIGEST)
            .needs(change)
            .answers(this::remove));
  }

  private static AuthId token(Call call) {
    AuthId user = call.get(USERID);
    return new AuthId(user.user(), user.realm(), call.get(NAME));
  }

  private Answer list(Call call) throws IOException {
    var now = access.accounts().now();
    ArrayNode tokens = Json.object().arrayNode();
    for (Section section : now.sections().sections("token")) {
      AuthId id = AuthId.parse(section.id());
      if (id.owner().equals(call.get(USERID))) tokens.add(item(section, id));
    }
    return Answer.withDigest(tokens, now.digest());
  }

  private static ObjectNode item(Section section, AuthId id) {
    return Schemas.USER.json(section, "tokenid").put("token-name", id.token());
  }

  private Answer show(Call call) throws IOException {
    var now = access.accounts().now();
    Section section = now.sections().find("token", token(call).toString());
    if (section == null) throw ApiError.badRequest("no such token '" + token(call) + "'");
    return Answer.withDigest(Schemas.USER.json(section, "tokenid"), now.digest());
  }

  private Answer create(Call call) throws IOException {
    AuthId token = token(call);
    String secret = access.accounts().createToken(token, properties(call), call.find(DIGEST));
    return Answer.of(Json.object().put("tokenid", token.toString()).put("value", secret));
  }

  private Answer update(Call call) throws IOException {
    List<String> unset = unset(call, call.get(DELETE, List.of()));
    access.accounts().update(token(call), changes(call), unset, call.find(DIGEST));
    return Answer.NOTHING;
  }

  private Answer remove(Call call) throws IOException {
    access.deleteToken(token(call), call.find(DIGEST));
    return Answer.NOTHING;
  }
}
