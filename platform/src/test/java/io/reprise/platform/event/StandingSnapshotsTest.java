package io.reprise.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.NewSnapshot;
import io.reprise.datastore.snapshot.SpaceFloor;
import io.reprise.platform.event.Truth.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandingSnapshotsTest {
  private static final AuthId WHO = AuthId.parse("admin@pbs");
  private static final SnapshotId SNAPSHOT = Samples.SNAPSHOT;

  @TempDir
  Path root;

  private Datastore datastore;
  private StandingSnapshots truth;

  @BeforeEach
  void open() throws Exception {
    var config = new DatastoreConfig(
        "store1", root.resolve("store1"), SyncLevel.NONE, null, SpaceFloor.NONE);
    Files.createDirectories(root.resolve("store1/.chunks"));
    datastore =
        Datastore.open(config, new DatastoreLayout(root.resolve("state"), root.resolve("run")));
    truth = new StandingSnapshots(
        (store, question) -> store.equals("store1") ? question.of(datastore) : Verdict.DROP);
  }

  @AfterEach
  void close() throws Exception {
    datastore.close();
  }

  private NewSnapshot begin() throws Exception {
    NewSnapshot backup = datastore.startBackup(Namespace.ROOT, SNAPSHOT, WHO, false);
    try (var encoder = new BlobEncoder()) {
      backup.putBlob(ArchiveName.MANIFEST, Manifest.of(SNAPSHOT, List.of()).encode(encoder));
    }
    return backup;
  }

  private static Event finished(String store) {
    return Event.of(
        Samples.finished(store, Namespace.ROOT, SNAPSHOT, List.of()), "node1", Instant.now());
  }

  @Test
  void aRunningBackupsEventWaitsUntilItsManifestStands() throws Exception {
    Event event = finished("store1");
    var within = new AtomicReference<Verdict>();
    try (var backup = begin()) {
      assertThat(truth.of(event)).isEqualTo(Verdict.WAIT);
      backup.finish(UnaryOperator.identity(), manifest -> {
        try {
          within.set(truth.of(event));
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
      assertThat(within).hasValue(Verdict.WAIT);
      assertThat(truth.of(event)).as("before the session ends").isEqualTo(Verdict.SEND);
    }
    assertThat(truth.of(event)).isEqualTo(Verdict.SEND);
  }

  @Test
  void aBackupThatEndedWithoutAManifestIsNeverAnnounced() throws Exception {
    begin().close();
    assertThat(truth.of(finished("store1"))).isEqualTo(Verdict.DROP);
  }

  @Test
  void aKilledBackupIsNeverAnnounced() throws Exception {
    Files.createDirectories(datastore.directory(Namespace.ROOT, SNAPSHOT)); // no lease, no manifest
    assertThat(truth.of(finished("store1"))).isEqualTo(Verdict.DROP);
  }

  @Test
  void aDatastoreThatIsNotMountedSaysNothing() throws Exception {
    Files.move(root.resolve("store1"), root.resolve("elsewhere"));
    Files.createDirectory(root.resolve("store1"));
    assertThat(truth.of(finished("store1"))).isEqualTo(Verdict.WAIT);
  }

  @Test
  void aDatastoreThatIsGoneHasNoEvents() throws Exception {
    assertThat(truth.of(finished("store2"))).isEqualTo(Verdict.DROP);
  }

  @Test
  void aRemovalIsTrueAsSoonAsItIsWritten() throws Exception {
    assertThat(truth.of(Event.of(Samples.removed(), "node1", Instant.now())))
        .isEqualTo(Verdict.SEND);
  }
}
