package io.reprise.ingest.access;

import static io.reprise.ingest.access.AccessParams.DIGEST;
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
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.access.AclEntry;
import io.reprise.platform.access.AclTree;
import io.reprise.platform.access.Privilege;
import io.reprise.platform.access.Rights;
import io.reprise.platform.access.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Roles, the ACL, and what it comes to (protocol.md §2.6, §2.7). */
@ApplicationScoped
class RightsEndpoints implements EndpointGroup {
  private static final String ACL = "/access/acl";

  /** What is shown of everybody even where the ACL says nothing. */
  private static final List<String> USUAL_PATHS = List.of(
      "/",
      "/access",
      "/access/acl",
      "/access/users",
      "/access/domains",
      "/datastore",
      "/remote",
      "/system",
      "/tape");

  private static final Param<String> PATH = Param.of("path", Type.text(1, 256));
  private static final Param<Boolean> EXACT = Param.of("exact", Type.FLAG).orNothing();
  private static final Param<Role> ROLE = Param.of("role", Type.of(Role::parse));
  private static final Param<AuthId> AUTH_ID =
      Param.of("auth-id", Type.of(AuthId::parse)).orNothing();
  private static final Param<String> GROUP = Param.of("group", Type.text(1, 64)).orNothing();
  private static final Param<Boolean> PROPAGATE =
      Param.of("propagate", Type.FLAG).orNothing();
  private static final Param<Boolean> DELETE = Param.of("delete", Type.FLAG).orNothing();

  private final AccessControl access;

  RightsEndpoints(AccessControl access) {
    this.access = access;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/access/roles", "Roles and their privileges").answers(RightsEndpoints::roles),
        get("/access/permissions", "What a user or token may do where")
            .takes(AUTH_ID, PATH.orNothing())
            .answers(this::permissions),
        get("/access/acl", "Roles given to users and tokens")
            .takes(PATH.orNothing(), EXACT)
            .answers(this::list),
        put("/access/acl", "Give a role, or take it away")
            .takes(PATH, ROLE, AUTH_ID, GROUP, PROPAGATE, DELETE, DIGEST)
            .answers(this::change));
  }

  private static Answer roles(Call call) {
    ArrayNode roles = Json.object().arrayNode();
    for (Role role : Role.values()) {
      ArrayNode privileges = roles
          .addObject()
          .put("roleid", role.toString())
          .put("comment", role.purpose())
          .putArray("privs");
      role.privileges().forEach(privilege -> privileges.add(privilege.toString()));
    }
    return Answer.of(roles);
  }

  private Answer permissions(Call call) throws IOException {
    Caller caller = call.caller();
    AuthId of = call.get(AUTH_ID, caller.id());
    if (!caller.id().owns(of) && !caller.may(ACL, SYS_AUDIT)) {
      throw ApiError.badRequest( // not 403, as PBS
          "the permissions of " + of + " are shown with " + SYS_AUDIT + " on " + ACL + " only");
    }
    Rights rights = access.rights(of);
    String path = call.find(PATH.orNothing());
    var paths = new TreeSet<String>();
    if (path != null) {
      paths.add(AclTree.normalized(path));
    } else {
      paths.addAll(USUAL_PATHS);
      paths.addAll(access.acl().paths());
    }
    ObjectNode answer = Json.object();
    for (String at : paths) {
      Map<Privilege, Boolean> privileges = rights.privileges(at);
      if (privileges.isEmpty()) continue;
      ObjectNode shown = answer.putObject(at);
      privileges.forEach((privilege, propagates) -> shown.put(privilege.toString(), propagates));
    }
    return Answer.of(answer);
  }

  private Answer list(Call call) throws IOException {
    Caller caller = call.caller();
    boolean all = caller.mayAny(ACL, SYS_AUDIT, PERMISSIONS_MODIFY);
    String path = call.find(PATH.orNothing());
    String at = path == null ? null : AclTree.normalized(path);
    boolean exact = call.get(EXACT, false);
    AclTree acl = access.acl();
    ArrayNode entries = Json.object().arrayNode();
    for (AclEntry entry : acl.entries()) {
      if (!isAt(entry.path(), at, exact)) continue;
      if (!all && !isOwnToken(caller.id(), entry.who())) continue;
      boolean group = entry.who().startsWith("@");
      entries
          .addObject()
          .put("path", entry.path())
          .put("propagate", entry.propagate())
          .put("ugid", group ? entry.who().substring(1) : entry.who())
          .put("ugid_type", group ? "group" : "user")
          .put("roleid", entry.role().toString());
    }
    return Answer.withDigest(entries, acl.digest());
  }

  private static boolean isAt(String path, @Nullable String wanted, boolean exact) {
    if (wanted == null || path.equals(wanted)) return true;
    return !exact && path.startsWith(wanted.equals("/") ? "/" : wanted + "/");
  }

  private static boolean isOwnToken(AuthId caller, String who) {
    if (caller.isToken() || who.startsWith("@")) return false;
    AuthId id = AuthId.parse(who);
    return id.isToken() && id.owner().equals(caller);
  }

  private Answer change(Call call) throws IOException {
    if (call.find(GROUP) != null) {
      throw ApiError.parameters(Map.of("group", "there are no groups: give roles to users"));
    }
    AuthId who = call.find(AUTH_ID);
    if (who == null) throw ApiError.parameters(Map.of("auth-id", "must be given"));
    Caller caller = call.caller();
    if (!caller.may(ACL, PERMISSIONS_MODIFY) && !isOwnToken(caller.id(), who.toString())) {
      throw ApiError.badRequest( // not 403, as PBS
          "changing the ACL needs " + PERMISSIONS_MODIFY + " on " + ACL
              + ", or a token of your own to change it for");
    }
    boolean delete = call.get(DELETE, false);
    if (!delete && access.accounts().find(who) == null) {
      throw ApiError.parameters(Map.of("auth-id", "there is no user or token " + who));
    }
    String path = call.get(PATH);
    Role role = call.get(ROLE);
    access.changeAcl(call.find(DIGEST), tree -> {
      if (delete) tree.take(path, who, role);
      else tree.give(path, who, role, call.get(PROPAGATE, true));
    });
    return Answer.NOTHING;
  }
}
