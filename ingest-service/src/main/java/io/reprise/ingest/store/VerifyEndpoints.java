package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TIME;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.namespace;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.VerifyOrder;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verification on demand: asked for here, done by gc-service (protocol.md §5.2). */
@ApplicationScoped
class VerifyEndpoints implements EndpointGroup {
  private static final Param<Boolean> IGNORE_VERIFIED =
      Param.of("ignore-verified", Type.FLAG).orNothing();
  private static final Param<Long> OUTDATED_AFTER =
      Param.of("outdated-after", Type.integer(0, Long.MAX_VALUE)).orNothing();

  private final Stores stores;
  private final Jobs jobs;
  private final Events events;

  VerifyEndpoints(Stores stores, Jobs jobs, Events events) {
    this.stores = stores;
    this.jobs = jobs;
    this.events = events;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        post("/admin/datastore/{store}/verify", "Verify a datastore, a group or a snapshot")
            .takes(
                STORE,
                NS,
                MAX_DEPTH,
                TYPE.orNothing(),
                ID.orNothing(),
                TIME.orNothing(),
                IGNORE_VERIFIED,
                OUTDATED_AFTER)
            .answers(this::verify));
  }

  private Answer verify(Call call) throws IOException {
    String store = call.get(STORE);
    Namespace namespace = namespace(call);
    var granted = GroupAccess.VERIFY.of(call.caller(), store, namespace);
    BackupType type = call.find(TYPE);
    String id = call.find(ID);
    Long time = call.find(TIME);
    GroupId group = null;
    AuthId owner = null;
    try (var use = stores.use(store, Operation.READ)) {
      if (type != null && id != null) {
        group = new GroupId(type, id);
        granted.check(use.datastore(), namespace, group);
      } else if (type != null || id != null || time != null) {
        throw ApiError.badRequest("parameters do not specify a backup group or snapshot");
      } else if (!granted.everyGroup()) {
        owner = call.caller().id();
      }
    }
    var order = new VerifyOrder(
        namespace,
        call.get(MAX_DEPTH, (long) Namespace.MAX_DEPTH).intValue(),
        group,
        snapshot(group, time),
        call.get(IGNORE_VERIFIED, true),
        call.find(OUTDATED_AFTER),
        owner,
        false);
    return Answer.of(jobs.request(
            new Jobs.Order(
                order.type(), store, order.workerId(store), "", call.caller().id(), order.toJson()),
            events)
        .toString());
  }

  private static @Nullable SnapshotId snapshot(@Nullable GroupId group, @Nullable Long time) {
    return group == null || time == null ? null : new SnapshotId(group, time);
  }
}
