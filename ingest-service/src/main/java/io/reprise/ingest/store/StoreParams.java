package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;

/** Parameters that many calls share. */
final class StoreParams {
  static final Type<String> STORE_NAME = Type.of(text -> SafeId.check("datastore", text, 3, 32));
  static final Type<Namespace> NAMESPACE = Type.of(Namespace::parse);
  static final Type<AuthId> AUTH_ID = Type.of(AuthId::parse);

  static final Param<String> STORE = Param.of("store", STORE_NAME);
  static final Param<Namespace> NS = Param.of("ns", NAMESPACE).orNothing();
  static final Param<BackupType> TYPE = Param.of("backup-type", Type.of(BackupType::parse));
  static final Param<String> ID =
      Param.of("backup-id", Type.of(text -> SafeId.check("backup id", text, 1, 255)));
  static final Param<Long> TIME = Param.of("backup-time", Type.integer(1, 253_402_300_799L));
  static final Param<Long> MAX_DEPTH =
      Param.of("max-depth", Type.integer(0, Namespace.MAX_DEPTH)).orNothing();

  private StoreParams() {}

  static Namespace namespace(Call call) {
    return call.get(NS, Namespace.ROOT);
  }

  static GroupId group(Call call) {
    return new GroupId(call.get(TYPE), call.get(ID));
  }

  static SnapshotId snapshot(Call call) {
    return new SnapshotId(group(call), call.get(TIME));
  }
}
