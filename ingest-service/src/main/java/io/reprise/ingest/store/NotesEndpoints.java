package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.ingest.store.SnapshotEndpoints.existing;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TIME;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.group;
import static io.reprise.ingest.store.StoreParams.namespace;
import static io.reprise.ingest.store.StoreParams.snapshot;

import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Notes of snapshots and groups, and protection (protocol.md §5.2). */
@ApplicationScoped
class NotesEndpoints implements EndpointGroup {
  private static final Param<String> NOTES = Param.of("notes", Type.of(text -> text));
  private static final Param<Boolean> PROTECTED = Param.of("protected", Type.FLAG);

  private final Stores stores;

  NotesEndpoints(Stores stores) {
    this.stores = stores;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/admin/datastore/{store}/notes", "Notes of a snapshot")
            .takes(STORE, NS, TYPE, ID, TIME)
            .answers(this::notes),
        put("/admin/datastore/{store}/notes", "Set the notes of a snapshot")
            .takes(STORE, NS, TYPE, ID, TIME, NOTES)
            .answers(this::setNotes),
        get("/admin/datastore/{store}/group-notes", "Notes of a group")
            .takes(STORE, NS, TYPE, ID)
            .answers(this::groupNotes),
        put("/admin/datastore/{store}/group-notes", "Set the notes of a group")
            .takes(STORE, NS, TYPE, ID, NOTES)
            .answers(this::setGroupNotes),
        get("/admin/datastore/{store}/protected", "Whether a snapshot is protected")
            .takes(STORE, NS, TYPE, ID, TIME)
            .answers(this::isProtected),
        put("/admin/datastore/{store}/protected", "Protect a snapshot from removal, or not")
            .takes(STORE, NS, TYPE, ID, TIME, PROTECTED)
            .answers(this::setProtected));
  }

  private Answer notes(Call call) throws IOException {
    var granted = GroupAccess.LIST.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.READ)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      try {
        return Answer.of(datastore.manifest(namespace(call), snapshot).notes());
      } catch (NoSuchFileException e) {
        throw unfinished(snapshot);
      }
    }
  }

  private Answer setNotes(Call call) throws IOException {
    var granted = GroupAccess.CHANGE.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      try {
        datastore.updateManifest(
            namespace(call), snapshot, manifest -> manifest.withNotes(call.get(NOTES)));
      } catch (NoSuchFileException e) {
        throw unfinished(snapshot);
      }
      return Answer.NOTHING;
    }
  }

  private static ApiError unfinished(SnapshotId snapshot) {
    return ApiError.badRequest("snapshot " + snapshot + " is not finished: it has no manifest yet");
  }

  private Answer groupNotes(Call call) throws IOException {
    var granted = GroupAccess.LIST.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.READ)) {
      Datastore datastore = use.datastore();
      if (!datastore.exists(namespace(call), group(call))) return Answer.of("");
      granted.check(datastore, namespace(call), group(call));
      return Answer.of(datastore.notes(namespace(call), group(call)));
    }
  }

  private Answer setGroupNotes(Call call) throws IOException {
    var granted = GroupAccess.CHANGE.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      existing(datastore, namespace(call), group(call));
      granted.check(datastore, namespace(call), group(call));
      datastore.setNotes(namespace(call), group(call), call.get(NOTES));
      return Answer.NOTHING;
    }
  }

  private Answer isProtected(Call call) throws IOException {
    var granted = GroupAccess.LIST.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.READ)) {
      Datastore datastore = use.datastore();
      // 404 would tell PVE that protection is not supported at all.
      if (!datastore.exists(namespace(call), snapshot(call))) return Answer.of(false);
      granted.check(datastore, namespace(call), group(call));
      return Answer.of(datastore.isProtected(namespace(call), snapshot(call)));
    }
  }

  private Answer setProtected(Call call) throws IOException {
    var granted = GroupAccess.CHANGE.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      datastore.setProtected(namespace(call), snapshot, call.get(PROTECTED));
      return Answer.NOTHING;
    }
  }
}
