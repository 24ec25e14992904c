package io.reprise.datastore.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removing is renaming (I5): snapshots, groups and namespaces go to reprise-removed, come back, and are purged. */
class RemovalTest extends OpenStore {
  private static final SnapshotId ID = SnapshotId.parse(FIRST);
  private static final GroupId GROUP = ID.group();
  private static final Namespace A = Namespace.parse("a");
  private static final String ADMIN = "admin@pbs";

  @BeforeEach
  void twoSnapshots() throws IOException {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    TestStore.finish(store, Namespace.ROOT, SECOND);
  }

  private RemovedSnapshot onlyRemoved() throws IOException {
    assertThat(store.removed().list()).hasSize(1);
    return store.removed().list().getFirst();
  }

  @Test
  void removedSnapshotMovesWithItsFilesAndIsRemembered() throws Exception {
    store.setNotes(Namespace.ROOT, GROUP, "web server");
    long inode = FileStatus.of(at.path(FIRST + "/index.json.blob")).inode();
    long moves = store.moves().read();
    store.removeSnapshot(Namespace.ROOT, ID, ADMIN);

    assertThat(store.snapshots(Namespace.ROOT, GROUP))
        .extracting(SnapshotId::toString)
        .containsExactly(SECOND);
    RemovedSnapshot removed = onlyRemoved();
    assertThat(removed.snapshot()).isEqualTo(ID);
    assertThat(removed.namespace()).isEqualTo(Namespace.ROOT);
    assertThat(removed.owner()).isEqualTo(TestStore.OWNER);
    assertThat(removed.groupNotes()).isEqualTo("web server");
    assertThat(removed.by()).isEqualTo(ADMIN);
    Path content = store.removed().content(removed);
    assertThat(content)
        .isEqualTo(
            at.path("reprise-removed").resolve(removed.id()).resolve("2024-06-05T14:24:36Z"));
    assertThat(FileStatus.of(content.resolve("index.json.blob")).inode())
        .as("the same file, not a copy")
        .isEqualTo(inode);
    assertThat(store.moves().read()).isEqualTo(moves + 1);
    assertThat(at.state.resolve("locks/store1/vm/100/2024-06-05T14:24:36Z.lck")).doesNotExist();
    assertThat(at.run.resolve("locks/store1/vm/100/2024-06-05T14:24:36Z.index.json.lck"))
        .doesNotExist();
  }

  @Test
  void snapshotThatIsUsedOrProtectedOrMissingIsNotRemoved() throws Exception {
    try (var reader = store.lockForReading(Namespace.ROOT, ID)) {
      assertThatThrownBy(() -> store.removeSnapshot(Namespace.ROOT, ID, ADMIN))
          .isInstanceOf(LockBusy.class);
    }
    store.setProtected(Namespace.ROOT, ID, true);
    assertThatThrownBy(() -> store.removeSnapshot(Namespace.ROOT, ID, ADMIN))
        .isInstanceOf(RemovalRefused.class)
        .hasMessageStartingWith("cannot remove protected snapshot");
    store.setProtected(Namespace.ROOT, ID, false);
    assertThatThrownBy(() -> store.removeSnapshot(A, ID, ADMIN))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(store.removed().list()).isEmpty();
    store.removeSnapshot(Namespace.ROOT, ID, ADMIN);
  }

  @Test
  void manifestThatAPbsIsChangingKeepsTheSnapshot() throws Exception {
    try (var pbs = OtherProcess.start()) {
      Path lock = at.run.resolve("locks/store1/" + FIRST + ".index.json.lck");
      Files.createDirectories(lock.getParent());
      assertThat(pbs.flock(lock, false)).isTrue();
      assertThatThrownBy(() -> store.removeSnapshot(Namespace.ROOT, ID, ADMIN))
          .isInstanceOf(LockBusy.class);
    }
    assertThat(at.path(FIRST)).exists();
  }

  @Test
  void nothingMovesWhileAPbsCollects() throws Exception {
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.recordLock(at.path(".lock"), false)).isTrue();
      assertThatThrownBy(() -> store.removeSnapshot(Namespace.ROOT, ID, ADMIN))
          .isInstanceOf(RemovalRefused.class)
          .hasMessageContaining("collects garbage");
      pbs.release();
      store.removeSnapshot(Namespace.ROOT, ID, ADMIN);
      String removed = onlyRemoved().id();
      assertThat(pbs.recordLock(at.path(".lock"), false)).isTrue();
      assertThatThrownBy(() -> store.removed().restore(removed)).isInstanceOf(RemovalRefused.class);
      pbs.release();
      store.removed().restore(removed);
    }
    assertThat(store.isFinished(Namespace.ROOT, ID)).isTrue();
  }

  @Test
  void pbsCannotBeginToCollectDuringAMove() throws Exception {
    try (var pbs = OtherProcess.start();
        var mover = OtherProcess.start();
        var thread = Executors.newSingleThreadExecutor()) {
      store.moves().read(); // makes the file
      assertThat(mover.recordLock(at.state.resolve("locks/store1/moves"), false))
          .isTrue();
      Future<?> removal = thread.submit(() -> {
        store.removeSnapshot(Namespace.ROOT, ID, ADMIN);
        return null;
      });
      await().until(() -> Files.exists(at.path("reprise-removed")));
      assertThat(pbs.recordLock(at.path(".lock"), false)).isFalse();
      assertThat(at.path(FIRST)).exists();
      mover.release();
      removal.get();
      assertThat(pbs.recordLock(at.path(".lock"), false)).isTrue();
    }
  }

  @Test
  void backupMayUseTheTimeOfARemovedSnapshotAgain() throws Exception {
    store.removeSnapshot(Namespace.ROOT, SnapshotId.parse(SECOND), ADMIN);
    TestStore.finish(store, Namespace.ROOT, SECOND);
    String removed = onlyRemoved().id();
    assertThatThrownBy(() -> store.removed().restore(removed))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(store.removed().list()).hasSize(1);
  }

  // groups

  @Test
  void groupGoesWhenNoProtectedSnapshotIsLeft() throws Exception {
    store.setNotes(Namespace.ROOT, GROUP, "x");
    Files.createFile(at.path("vm/100/notes.tmp_aB3xYz"));
    store.setProtected(Namespace.ROOT, ID, true);
    assertThat(store.removeGroup(Namespace.ROOT, GROUP, ADMIN)).isFalse();
    assertThat(store.snapshots(Namespace.ROOT, GROUP)).containsExactly(ID);
    assertThat(store.owner(Namespace.ROOT, GROUP)).isEqualTo(TestStore.OWNER);
    store.setProtected(Namespace.ROOT, ID, false);
    assertThat(store.removeGroup(Namespace.ROOT, GROUP, ADMIN)).isTrue();
    assertThat(at.path("vm/100")).doesNotExist();
    assertThat(store.removed().list()).hasSize(2);
    assertThatThrownBy(() -> store.removeGroup(Namespace.ROOT, GROUP, ADMIN))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void groupWithUnknownFilesKeepsItsOwner() throws Exception {
    Path unknown = Files.createDirectory(at.path("vm/100/2024-06-05T14:24:36Z.old"));
    assertThatThrownBy(() -> store.removeGroup(Namespace.ROOT, GROUP, ADMIN))
        .isInstanceOf(RemovalRefused.class)
        .hasMessageContaining(unknown.toString());
    assertThat(store.owner(Namespace.ROOT, GROUP)).isEqualTo(TestStore.OWNER);
  }

  @Test
  void groupWithARunningBackupStays() throws Exception {
    try (var session = TestStore.start(store, Namespace.ROOT, "vm/100/2024-06-07T00:00:00Z")) {
      assertThatThrownBy(() -> store.removeGroup(Namespace.ROOT, GROUP, ADMIN))
          .isInstanceOf(LockBusy.class);
    }
    assertThat(store.snapshots(Namespace.ROOT, GROUP)).hasSize(2);
  }

  // namespaces

  @Test
  void namespaceGoesWithAllBelowItAndWithoutGroupsOnlyIfItIsEmpty() throws Exception {
    store.createNamespace(A);
    store.createNamespace(A.child("b"));
    TestStore.finish(store, A.child("b"), FIRST);
    assertThat(store.removeNamespace(A, false, ADMIN)).isFalse();
    assertThat(store.exists(A.child("b"))).isTrue();
    store.setProtected(A.child("b"), ID, true);
    assertThat(store.removeNamespace(A, true, ADMIN)).isFalse();
    store.setProtected(A.child("b"), ID, false);
    assertThat(store.removeNamespace(A, true, ADMIN)).isTrue();
    assertThat(at.path("ns/a")).doesNotExist();
    assertThat(onlyRemoved().namespace()).isEqualTo(A.child("b"));
    assertThat(store.removeNamespace(A, true, ADMIN)).as("gone already").isTrue();
    assertThatThrownBy(() -> store.removeNamespace(Namespace.ROOT, true, ADMIN))
        .isInstanceOf(RemovalRefused.class);
  }

  @Test
  void namespaceWithSomebodyAtWorkStays() throws Exception {
    store.createNamespace(A);
    try (var session = TestStore.start(store, A, FIRST)) {
      TestStore.write(session);
      assertThat(store.removeNamespace(A, true, ADMIN)).isFalse();
      session.finish(m -> m, m -> {});
    }
    assertThat(store.isFinished(A, ID)).isTrue();
  }

  // back, and away for good

  @Test
  void restoreBringsTheSnapshotAndTheGroupBack() throws Exception {
    store.setNotes(Namespace.ROOT, GROUP, "web server");
    assertThat(store.removeGroup(Namespace.ROOT, GROUP, ADMIN)).isTrue();
    long moves = store.moves().read();
    for (RemovedSnapshot removed : store.removed().list()) {
      assertThat(store.removed().restore(removed.id())).isEqualTo(removed);
    }
    assertThat(store.snapshots(Namespace.ROOT, GROUP)).hasSize(2);
    assertThat(store.manifest(Namespace.ROOT, ID).snapshot()).isEqualTo(ID);
    assertThat(store.owner(Namespace.ROOT, GROUP)).isEqualTo(TestStore.OWNER);
    assertThat(store.notes(Namespace.ROOT, GROUP)).isEqualTo("web server");
    assertThat(store.removed().list()).isEmpty();
    assertThat(at.path("reprise-removed")).isEmptyDirectory();
    assertThat(store.moves().read()).isEqualTo(moves + 2);
  }

  @Test
  void restoreLeavesAGroupThatLivesOnAsItIs() throws Exception {
    store.removeSnapshot(Namespace.ROOT, ID, ADMIN);
    var other = AuthId.parse("other@pbs");
    store.setOwner(Namespace.ROOT, GROUP, other);
    try (var session = TestStore.start(store, Namespace.ROOT, "vm/200/2024-06-07T00:00:00Z")) {
      store.removed().restore(onlyRemoved().id());
    }
    assertThat(store.owner(Namespace.ROOT, GROUP)).isEqualTo(other);
  }

  @Test
  void restoreWaitsForNobodyAndNeedsTheNamespace() throws Exception {
    store.createNamespace(A);
    TestStore.finish(store, A, FIRST);
    store.removeSnapshot(A, ID, ADMIN);
    String id = onlyRemoved().id();
    try (var session = TestStore.start(store, A, SECOND)) {
      assertThatThrownBy(() -> store.removed().restore(id)).isInstanceOf(LockBusy.class);
    }
    assertThat(store.removeNamespace(A, true, ADMIN)).isTrue();
    assertThatThrownBy(() -> store.removed().restore(id))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("its namespace is gone");
    store.createNamespace(A);
    store.removed().restore(id);
    assertThat(store.isFinished(A, ID)).isTrue();
  }

  @Test
  void purgedSnapshotIsGone() throws Exception {
    store.removeSnapshot(Namespace.ROOT, ID, ADMIN);
    String id = onlyRemoved().id();
    store.removed().purge(id);
    assertThat(store.removed().list()).isEmpty();
    assertThat(at.path("reprise-removed")).isEmptyDirectory();
    assertThatThrownBy(() -> store.removed().purge(id)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.removed().restore(id)).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".", "../vm", "a/b", "/etc", "x\u0000y"})
  void idsThatLeadElsewhereAreRefused(String id) {
    assertThatThrownBy(() -> store.removed().restore(id)).isInstanceOf(InvalidName.class);
    assertThatThrownBy(() -> store.removed().purge(id)).isInstanceOf(InvalidName.class);
  }

  @Test
  void whatIsNoRemovedSnapshotIsNotListedAndADamagedRecordIsTold() throws Exception {
    store.removeSnapshot(Namespace.ROOT, ID, ADMIN);
    Path removed = at.path("reprise-removed");
    Files.createDirectory(removed.resolve("halfway"));
    Files.createFile(removed.resolve("file"));
    Files.createSymbolicLink(
        removed.resolve("link"), removed.resolve(onlyRemoved().id()));
    assertThat(store.removed().list()).hasSize(1);
    for (String record : List.of("", "[]", "{\"snapshot\":\"../../x/y\"}")) {
      Files.writeString(removed.resolve("halfway/removed.json"), record);
      assertThatThrownBy(() -> store.removed().list())
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining("reprise-removed/halfway/removed.json");
    }
  }
}
