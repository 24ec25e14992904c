package io.reprise.ingest.access;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.AuthLog;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.access.AccessControl.Login;
import io.reprise.platform.access.Realm;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** Logging in, and where one can (protocol.md §2.2, §2.5). */
@ApplicationScoped
class LoginEndpoints implements EndpointGroup {
  private static final Param<AuthId> USERNAME = Param.of("username", AccessParams.USERID.type());
  private static final Param<String> PASSWORD = Param.of("password", Type.text(1, 1024));
  private static final Param<String> CHALLENGE =
      Param.of("tfa-challenge", Type.text(1, 4096)).orNothing();
  private static final Param<String> PATH = Param.of("path", Type.text(0, 256)).orNothing();
  private static final Param<String> PRIVS =
      Param.of("privs", Type.text(0, 256)).orNothing();
  private static final Param<Long> PORT =
      Param.of("port", Type.integer(1, 65_535)).orNothing();

  private final AccessControl access;
  private final AuthLog log;

  LoginEndpoints(AccessControl access, AuthLog log) {
    this.access = access;
    this.log = log;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        post("/access/ticket", "Log in, or renew a ticket")
            .takes(USERNAME, PASSWORD, CHALLENGE, PATH, PRIVS, PORT)
            .needs(Rule.WORLD)
            .answers(this::login),
        get("/access/domains", "Realms that users belong to")
            .needs(Rule.WORLD)
            .answers(this::realms));
  }

  private Answer login(Call call) throws IOException {
    AuthId user = call.get(USERNAME);
    if (call.find(CHALLENGE) != null || call.find(PATH) != null || call.find(PORT) != null) {
      // No login of this server asks for a second factor or opens a terminal, so none has these.
      throw refused(call, "no such challenge or terminal");
    }
    return switch (access.login(user, call.get(PASSWORD))) {
      case Login.Refused(String reason) -> throw refused(call, reason);
      case Login.Granted granted -> {
        log.success(user);
        yield Answer.of(Json.object()
            .put("username", granted.user().toString())
            .put("ticket", granted.ticket())
            .put("CSRFPreventionToken", granted.csrfToken()));
      }
    };
  }

  /** One text for all reasons; the reason is in the log. */
  private ApiError refused(Call call, String reason) {
    log.failure(call.peer(), call.get(USERNAME).toString(), reason);
    return new ApiError(401, "authentication failed");
  }

  private Answer realms(Call call) throws IOException {
    ArrayNode realms = Json.object().arrayNode();
    for (Realm realm : access.realms()) {
      var item = realms.addObject().put("realm", realm.name()).put("type", realm.type());
      if (realm.comment() != null) item.put("comment", realm.comment());
      if (realm.name().equals("pbs")) item.put("default", true);
    }
    return Answer.withDigest(realms, access.realmsDigest());
  }
}
