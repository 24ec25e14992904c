package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.group;
import static io.reprise.ingest.store.StoreParams.namespace;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.platform.access.AccessControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** Groups change hands (protocol.md §2.8). */
@ApplicationScoped
class OwnerEndpoints implements EndpointGroup {
  private static final Param<AuthId> NEW_OWNER = Param.of("new-owner", StoreParams.AUTH_ID);

  private final Stores stores;
  private final AccessControl access;

  OwnerEndpoints(Stores stores, AccessControl access) {
    this.stores = stores;
    this.access = access;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        post("/admin/datastore/{store}/change-owner", "Give a group to another user or token")
            .takes(STORE, NS, TYPE, ID, NEW_OWNER)
            .answers(this::change));
  }

  private Answer change(Call call) throws IOException {
    var granted = GroupAccess.CHANGE.of(call.caller(), call.get(STORE), namespace(call));
    AuthId to = call.get(NEW_OWNER);
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      GroupId group = SnapshotEndpoints.existing(datastore, namespace(call), group(call));
      if (!granted.everyGroup()) {
        AuthId from = GroupAccess.owner(datastore, namespace(call), group);
        if (!mayHandOver(call.caller().id(), from, to)) {
          throw new ApiError( // 401 as PBS, not 403
              401,
              call.caller().id() + " may not give group " + group + " of " + from + " to " + to
                  + ": only among a user and its own tokens");
        }
      }
      if (!access.accounts().isActive(to)) {
        throw ApiError.badRequest(
            "there is no user or token " + to + ", or it is disabled or expired");
      }
      datastore.setOwner(namespace(call), group, to);
      return Answer.NOTHING;
    }
  }

  /** A user may, between itself and its tokens, and among these; a token never. */
  private static boolean mayHandOver(AuthId caller, AuthId from, AuthId to) {
    return !caller.isToken()
        && from.owner().equals(caller)
        && to.owner().equals(caller)
        && (from.isToken() || to.isToken());
  }
}
