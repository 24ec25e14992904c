package io.reprise.datastore.snapshot;

import static io.reprise.datastore.snapshot.TestStore.CONF;
import static io.reprise.datastore.snapshot.TestStore.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.index.FixedIndexReader;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.UploadStatistics;
import io.reprise.datastore.manifest.VerifyState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A snapshot from its start to its end (datastore.md §11.3): what is refused, the order of finish, what a failure leaves. */
class NewSnapshotTest extends OpenStore {

  private NewSnapshot start(String snapshot) throws IOException {
    return TestStore.start(store, Namespace.ROOT, snapshot);
  }

  private static <R extends Refusal> R refusal(ThrowingCallable call, Class<R> kind) {
    var found = new ArrayList<R>();
    assertThatThrownBy(call)
        .asInstanceOf(type(BackupRefused.class))
        .extracting(BackupRefused::refusal)
        .isInstanceOf(kind)
        .satisfies(refusal -> found.add(kind.cast(refusal)));
    return found.getFirst();
  }

  private List<String> names(String directory) throws IOException {
    try (Stream<Path> files = Files.list(at.path(directory))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  // the way to the end

  @ParameterizedTest
  @EnumSource(SyncLevel.class)
  void finishedSnapshotStandsWithOwnerManifestAndFiles(SyncLevel level) throws Exception {
    store.close();
    store = at.open(level);
    try (var session = start(FIRST)) {
      assertThat(session.base()).isNull();
      TestStore.write(session);
      session.finish(m -> m.withStatistics(new UploadStatistics(1, 2, 3, 4)), m -> {});
      assertThat(session.isFinished()).isTrue();
    }
    SnapshotId id = SnapshotId.parse(FIRST);
    assertThat(names(FIRST)).containsExactly("index.json.blob", CONF.text());
    assertThat(Files.readString(at.path("vm/100/owner"))).isEqualTo("backup@pbs\n");
    assertThat(store.owner(Namespace.ROOT, id.group())).isEqualTo(OWNER);
    Manifest manifest = store.manifest(Namespace.ROOT, id);
    assertThat(manifest.unprotected().path("chunk_upload_stats").path("count").asInt())
        .isEqualTo(1);
    assertThat(store.files(Namespace.ROOT, id)).containsExactly(ArchiveName.MANIFEST, CONF);
    assertThat(store.lastFinished(Namespace.ROOT, id.group())).isEqualTo(id);
    assertThat(store.writerLeases().writers()).isEmpty();
  }

  @Test
  void untilFinishNobodySeesAManifestAndAfterwardsOnlyWhatTheOutboxWasTold() throws Exception {
    try (var session = start(FIRST)) {
      TestStore.write(session);
      assertThat(names(FIRST)).doesNotContain("index.json.blob").hasSize(2);
      assertThat(store.isFinished(Namespace.ROOT, session.id())).isFalse();
      var told = new ArrayList<Manifest>();
      session.finish(m -> m.withNotes("by the server"), m -> {
        told.add(m);
        assertThat(at.path(FIRST + "/index.json.blob")).doesNotExist();
      });
      assertThat(told).hasSize(1);
      assertThat(store.manifest(Namespace.ROOT, session.id()).toJson())
          .isEqualTo(told.getFirst().toJson());
      assertThat(names(FIRST)).containsExactly("index.json.blob", CONF.text());
    }
  }

  @Test
  void manifestThatIsUploadedTwiceCountsAsItWasLast() throws Exception {
    try (var session = start(FIRST)) {
      TestStore.write(session);
      byte[] later =
          TestStore.blob(TestStore.manifest(session.id()).withNotes("later").toJson());
      session.putBlob(ArchiveName.MANIFEST, ByteBuffer.wrap(later));
      assertThat(session.finish(m -> m, m -> {}).notes()).isEqualTo("later");
    }
    assertThat(names(FIRST)).containsExactly("index.json.blob", CONF.text());
  }

  @Test
  void indexIsWrittenBesideItsNameAndReadAsBaseByTheNextBackup() throws Exception {
    var name = new ArchiveName("drive-scsi0.img.fidx");
    try (var session = start(FIRST)) {
      Path temporary = session.temporaryIndex(name);
      assertThat(temporary.getFileName()).hasToString("drive-scsi0.img.tmp_fidx");
      assertThat(session.temporaryIndex(name)).isNotEqualTo(temporary);
      try (var index = FixedIndexWriter.create(temporary, 10, 4)) {
        assertThat(store.files(Namespace.ROOT, session.id())).isEmpty();
        index.finish(session.file(name), session.flushesFiles());
      }
      TestStore.write(session);
      session.finish(m -> m, m -> {});
    }
    try (var session = start(SECOND);
        var base = FixedIndexReader.open(session.baseFile(name))) {
      assertThat(session.base()).hasToString(FIRST);
      assertThat(base.entryCount()).isEqualTo(3);
    }
  }

  // what ends otherwise

  @Test
  void sessionThatIsClosedOrAbortedLeavesNoSnapshot() throws Exception {
    try (var session = start(FIRST)) {
      TestStore.write(session);
    }
    assertThat(at.path(FIRST)).doesNotExist();
    try (var session = start(FIRST)) {
      TestStore.write(session);
      session.abort();
      assertThat(at.path(FIRST)).doesNotExist();
      assertThatThrownBy(() -> session.finish(m -> m, m -> {}))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> TestStore.write(session)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(names("vm/100")).containsExactly("owner");
    assertThat(store.writerLeases().writers()).isEmpty();
    assertThat(at.state.resolve("locks/store1/vm/100/2024-06-05T14:24:36Z.lck")).doesNotExist();
  }

  @Test
  void benchmarkIsAlwaysRemovedAndAsksNoOwner() throws Exception {
    var id = SnapshotId.parse("host/benchmark/2024-06-05T14:24:36Z");
    var stranger = AuthId.parse("other@pbs");
    for (AuthId caller : List.of(OWNER, stranger)) {
      try (var session = store.startBackup(Namespace.ROOT, id, caller, true)) {
        TestStore.write(session);
        session.finish(m -> m, m -> {});
      }
      assertThat(store.exists(Namespace.ROOT, id)).isFalse();
    }
  }

  @Test
  void withoutAManifestNothingFinishes() throws Exception {
    try (var session = start(FIRST)) {
      assertThatThrownBy(() -> session.finish(m -> m, m -> {}))
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining("index.json.blob");
      session.putBlob(ArchiveName.MANIFEST, ByteBuffer.wrap(TestStore.blob(new byte[] {'{', '}'})));
      assertThatThrownBy(() -> session.finish(m -> m, m -> {})).isInstanceOf(BadFormat.class);
      TestStore.write(session);
      session.finish(m -> m, m -> {}); // a better one may still come
    }
    assertThat(store.isFinished(Namespace.ROOT, SnapshotId.parse(FIRST))).isTrue();
  }

  @Test
  void outboxThatFailsFailsTheSession() throws Exception {
    try (var session = start(FIRST)) {
      TestStore.write(session);
      assertThatThrownBy(() -> session.finish(m -> m, m -> {
            throw new IllegalStateException("outbox");
          }))
          .hasMessage("outbox");
      assertThatThrownBy(() -> session.finish(m -> m, m -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(at.path(FIRST)).doesNotExist();
  }

  @Test
  void lostLeaseFailsTheSessionAtFinish() throws Exception {
    try (var session = start(FIRST)) {
      TestStore.write(session);
      try (var leases = Files.newDirectoryStream(at.state.resolve("writers/store1"))) {
        for (Path lease : leases) Files.delete(lease);
      }
      assertThatThrownBy(() -> session.finish(m -> m, m -> fail()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("lost its lease");
    }
    assertThat(at.path(FIRST)).doesNotExist();
  }

  private static void fail() {
    throw new AssertionError("told the outbox of a snapshot that will not be");
  }

  @Test
  void baseThatVanishesFailsTheSessionAtFinish() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    try (var session = start(SECOND)) {
      TestStore.write(session);
      Files.move(at.path(FIRST), temp.resolve("gone"));
      assertThatThrownBy(() -> session.finish(m -> m, m -> fail()))
          .hasMessageContaining("its base snapshot " + FIRST);
    }
    assertThat(at.path(SECOND)).doesNotExist();
  }

  @Test
  void directoryThatCannotBeRemovedStaysKnownAsOursAndGoesWithTheNextCleaning() throws Exception {
    var session = start(FIRST);
    TestStore.write(session);
    Path protection = Files.createFile(at.path(FIRST + "/.protected"));
    session.close();
    assertThat(at.path(FIRST)).as("protected meanwhile").exists();
    assertThat(store.removeUnfinished()).isEmpty();
    Files.delete(protection);
    assertThat(store.removeUnfinished()).containsExactly(FIRST);
    assertThat(at.path(FIRST)).doesNotExist();
  }

  // who may begin

  @Test
  void secondBackupOfAGroupIsRefusedWhileOneRunsHereOrInAPbs() throws Exception {
    try (var session = start(FIRST)) {
      assertThat(refusal(() -> start(SECOND), Refusal.GroupBusy.class).message())
          .startsWith("another backup is already running")
          .contains("backup " + FIRST);
    }
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.flock(at.path("vm/100"), false)).isTrue();
      refusal(() -> start(SECOND), Refusal.GroupBusy.class);
    }
    start(SECOND).close();
  }

  @Test
  void timeMustBeAfterTheBase() throws Exception {
    TestStore.finish(store, Namespace.ROOT, SECOND);
    assertThat(refusal(() -> start(FIRST), Refusal.TimeNotAfterBase.class).message())
        .contains("2024-06-05T14:24:36Z is not after the last backup " + SECOND);
    refusal(() -> start(SECOND), Refusal.TimeNotAfterBase.class);
  }

  @Test
  void snapshotDirectoryThatIsThereIsNotTakenOver() throws Exception {
    Files.createDirectories(at.path(FIRST));
    Files.writeString(at.path("vm/100/owner"), "backup@pbs\n");
    refusal(() -> start(FIRST), Refusal.SnapshotExists.class);
    assertThat(at.path(FIRST)).exists();
  }

  @Test
  void ownerIsAskedAndATokensUserMayGoOn() throws Exception {
    var token = AuthId.parse("backup@pbs!hook");
    try (var session = store.startBackup(Namespace.ROOT, SnapshotId.parse(FIRST), token, false)) {
      TestStore.write(session);
      session.finish(m -> m, m -> {});
    }
    start(SECOND).close(); // backup@pbs sees the groups of its tokens
    var id = SnapshotId.parse(SECOND);
    for (String stranger : List.of("other@pbs", "backup@pve", "backup@pbs!other")) {
      assertThat(refusal(
                  () -> store.startBackup(Namespace.ROOT, id, AuthId.parse(stranger), false),
                  Refusal.NotOwner.class)
              .message())
          .contains("(" + stranger + " != backup@pbs!hook)");
    }
  }

  @Test
  void groupWithoutOwnerIsNewIfItIsEmptyAndNobodysIfNot() throws Exception {
    Files.createDirectories(at.path("vm/100"));
    TestStore.finish(store, Namespace.ROOT, FIRST);
    assertThat(Files.readString(at.path("vm/100/owner"))).isEqualTo("backup@pbs\n");
    Files.delete(at.path("vm/100/owner"));
    assertThat(refusal(() -> start(SECOND), Refusal.NotOwner.class).message())
        .contains("has no owner");
  }

  @Test
  void namespaceMaintenanceAndSpaceAreAsked() throws Exception {
    var namespace = Namespace.parse("a/b");
    assertThat(refusal(() -> TestStore.start(store, namespace, FIRST), Refusal.NoNamespace.class)
            .message())
        .contains("'a/b' does not exist");
    var readOnly = Maintenance.of(Map.of("type", "read-only", "message", "disk swap"));
    try (var closed = at.open(
        new DatastoreConfig("store1", at.base, SyncLevel.NONE, readOnly, SpaceFloor.NONE))) {
      assertThat(refusal(
                  () -> TestStore.start(closed, Namespace.ROOT, FIRST),
                  Refusal.UnderMaintenance.class)
              .message())
          .isEqualTo("datastore 'store1' is in read-only maintenance mode: disk swap");
    }
    for (var floor :
        List.of(new SpaceFloor(Long.MAX_VALUE, 0), new SpaceFloor(0, Long.MAX_VALUE))) {
      try (var full =
          at.open(new DatastoreConfig("store1", at.base, SyncLevel.NONE, null, floor))) {
        if (!full.space().limitsInodes() && floor.inodes() > 0) continue;
        assertThat(
                refusal(() -> TestStore.start(full, Namespace.ROOT, FIRST), Refusal.NoSpace.class)
                    .message())
            .contains("takes no new backups");
      }
    }
    assertThat(at.path("vm")).doesNotExist();
  }

  // the base

  @Test
  void baseIsTheNewestFinishedOneUnlessItsVerificationFailed() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    Files.createDirectories(at.path("vm/100/2024-06-05T20:00:00Z"));
    try (var session = start(SECOND)) {
      assertThat(session.base()).hasToString(FIRST);
    }
    store.updateManifest(
        Namespace.ROOT,
        SnapshotId.parse(FIRST),
        m -> m.withVerifyState(new VerifyState(false, "UPID:x")));
    try (var session = start(SECOND)) {
      assertThat(session.base()).isNull();
      assertThatThrownBy(() -> session.baseFile(CONF)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void baseWithAnUnreadableManifestIsNotBuiltOn() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    Files.write(at.path(FIRST + "/index.json.blob"), new byte[20]);
    try (var session = start(SECOND)) {
      assertThat(session.base()).isNull();
    }
  }

  @Test
  void baseStaysWhileItIsBuiltOnAndItsBusynessIsTold() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    var base = SnapshotId.parse(FIRST);
    try (var session = start(SECOND)) {
      assertThatThrownBy(() -> store.removeSnapshot(Namespace.ROOT, base, "admin@pbs"))
          .isInstanceOf(LockBusy.class);
      store.lockForReading(Namespace.ROOT, base).close();
    }
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.flock(at.path(FIRST), false)).isTrue();
      refusal(() -> start(SECOND), Refusal.BaseBusy.class);
      assertThat(at.path(SECOND)).doesNotExist();
    }
    store.removeSnapshot(Namespace.ROOT, base, "admin@pbs");
  }

  // after the end

  @Test
  void snapshotIsKeptUnderASharedLockForVerifyingIt() throws Exception {
    var session = start(FIRST);
    TestStore.write(session);
    session.finish(m -> m, m -> {});
    try (var lock = session.closeForReading()) {
      store.lockForReading(Namespace.ROOT, session.id()).close();
      assertThatThrownBy(() -> store.removeSnapshot(Namespace.ROOT, session.id(), "x"))
          .isInstanceOf(LockBusy.class);
      start(SECOND).close(); // the group is free
    }
    session.close();
    store.removeSnapshot(Namespace.ROOT, session.id(), "x");
  }

  @Test
  void finishedSnapshotTakesALaterManifestIfItIsOne() throws Exception {
    try (var session = start(FIRST)) {
      TestStore.write(session);
      session.finish(m -> m, m -> {});
      byte[] later =
          TestStore.blob(TestStore.manifest(session.id()).withNotes("later").toJson());
      session.putBlob(ArchiveName.MANIFEST, ByteBuffer.wrap(later));
      assertThat(store.manifest(Namespace.ROOT, session.id()).notes()).isEqualTo("later");
      assertThatThrownBy(() -> session.putBlob(
              ArchiveName.MANIFEST, ByteBuffer.wrap(TestStore.blob(new byte[] {'[', ']'}))))
          .isInstanceOf(BadFormat.class);
    }
    assertThat(store.manifest(Namespace.ROOT, SnapshotId.parse(FIRST)).notes()).isEqualTo("later");
  }
}
