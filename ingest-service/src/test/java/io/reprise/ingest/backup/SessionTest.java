package io.reprise.ingest.backup;

import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.EmptyDatastore;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Backup sessions of raw clients on a datastore of each test's own, of which nothing may be left in the end. */
abstract class SessionTest {
  static final SnapshotId FIRST = SnapshotId.parse("vm/100/2026-01-01T00:00:00Z");
  static final SnapshotId SECOND = SnapshotId.parse("vm/100/2026-01-02T00:00:00Z");

  @Inject
  EmptyDatastore store;

  @BeforeEach
  void create() throws Exception {
    store.create();
  }

  @AfterEach
  void close() {
    store.close();
  }

  RawBackup backup(SnapshotId snapshot) throws Exception {
    return new RawBackup(store.backup(snapshot));
  }
}
