package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TIME;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.namespace;
import static io.reprise.ingest.store.StoreParams.snapshot;
import static io.reprise.platform.access.Privilege.DATASTORE_BACKUP;
import static io.reprise.platform.access.Privilege.DATASTORE_READ;

import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.ingest.upgrade.SessionUpgrade;
import io.reprise.ingest.upgrade.UpgradeRequest;
import io.reprise.ingest.upgrade.UpgradeRequest.Protocol;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.util.List;

/** Upgrades to the backup and the reader protocol: checks 1 to 4 of protocol.md §3.1 and §4.1. */
@ApplicationScoped
class SessionEndpoints implements EndpointGroup {
  private static final Param<Boolean> DEBUG = Param.of("debug", Type.FLAG).orNothing();
  private static final Param<Boolean> BENCHMARK =
      Param.of("benchmark", Type.FLAG).orNothing();

  /** Sent by newer clients; nothing to do about it here. */
  private static final Param<Boolean> NO_CACHE = Param.of("no-cache", Type.FLAG).orNothing();

  private final Stores stores;
  private final Instance<SessionUpgrade> engine;

  SessionEndpoints(Stores stores, Instance<SessionUpgrade> engine) {
    this.stores = stores;
    this.engine = engine;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/backup", "Upgrade to the backup protocol")
            .takes(STORE, NS, TYPE, ID, TIME, DEBUG, BENCHMARK, NO_CACHE)
            .raw(0)
            .answers(this::backup),
        get("/reader", "Upgrade to the reader protocol")
            .takes(STORE, NS, TYPE, ID, TIME, DEBUG)
            .raw(0)
            .answers(this::reader));
  }

  private Answer backup(Call call) throws IOException {
    String path = GroupAccess.aclPath(call.get(STORE), namespace(call));
    if (!call.caller().may(path, DATASTORE_BACKUP)) {
      throw new ApiError(403, "permission check failed: needs " + DATASTORE_BACKUP + " on " + path);
    }
    return open(call, Protocol.BACKUP, Operation.WRITE, false);
  }

  private Answer reader(Call call) throws IOException {
    String path = GroupAccess.aclPath(call.get(STORE), namespace(call));
    boolean everyGroup = call.caller().may(path, DATASTORE_READ);
    if (!everyGroup && !call.caller().may(path, DATASTORE_BACKUP)) {
      throw ApiError.badRequest( // not 403: protocol.md §4.1
          "permission check failed: needs " + DATASTORE_READ + " on " + path);
    }
    return open(call, Protocol.READER, Operation.READ, !everyGroup);
  }

  private Answer open(Call call, Protocol protocol, Operation operation, boolean ownGroupsOnly)
      throws IOException {
    stores.use(call.get(STORE), operation).close();
    if (!protocol.header().equals(call.headers().get("upgrade"))) {
      throw ApiError.badRequest("expected the header 'Upgrade: " + protocol.header() + "'");
    }
    return new Answer.Upgrade(engine
        .get()
        .open(new UpgradeRequest(
            protocol,
            call.get(STORE),
            namespace(call),
            snapshot(call),
            call.caller().id(),
            ownGroupsOnly,
            call.get(BENCHMARK, false),
            call.get(DEBUG, false),
            call.peer() == null ? null : call.peer().address())));
  }
}
