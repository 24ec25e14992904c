package io.reprise.datastore.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.lock.ProcessLock.ForeignUse;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.RecordLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks against a second process that takes them as a PBS does, against ourselves, and after SIGKILL. */
class LockTest {
  private static final Duration AT_ONCE = Duration.ZERO;

  @TempDir
  private Path temp;

  private Path directory;
  private Path lockFile;
  private OtherProcess other;

  @BeforeEach
  void start() throws IOException {
    directory = Files.createDirectory(temp.resolve("100"));
    lockFile = temp.resolve("state/locks/s1/vm/100/group.lck");
    other = OtherProcess.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    other.close();
  }

  // directories

  @Test
  void directoryThatAPbsLockedIsBusyUntilItIsKilled() throws Exception {
    assertThat(other.flock(directory, false)).isTrue();
    assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "backup"))
        .isInstanceOf(LockBusy.class)
        .hasMessageContaining("held by another program");
    assertThatThrownBy(() -> DirectoryLock.shared(directory, lockFile))
        .isInstanceOf(LockBusy.class);
    other.kill();
    DirectoryLock.exclusive(directory, lockFile, "backup").close();
  }

  @Test
  void pbsFindsOurDirectoryLocksBusyAndSharesWhatIsShared() throws Exception {
    try (var lock = DirectoryLock.exclusive(directory, lockFile, "backup")) {
      assertThat(other.flock(directory, true)).isFalse();
    }
    try (var lock = DirectoryLock.shared(directory, lockFile)) {
      assertThat(other.flock(directory, false)).isFalse();
      assertThat(other.flock(directory, true)).isTrue();
      DirectoryLock.shared(directory, lockFile).close();
    }
  }

  /** I6: a host on which the flock is not seen, as on NFS, meets the second copy. */
  @Test
  void secondCopyOfALockIsEnoughToKeepOthersOut() throws Exception {
    Files.createDirectories(lockFile.getParent());
    assertThat(other.recordLock(lockFile, false)).isTrue();
    assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "backup"))
        .isInstanceOf(LockBusy.class);
    other.release();
    try (var lock = DirectoryLock.exclusive(directory, lockFile, "backup")) {
      assertThat(other.recordLock(lockFile, true)).isFalse();
    }
  }

  @Test
  void whoIsBusyIsTold() throws Exception {
    try (var lock = DirectoryLock.exclusive(directory, lockFile, "backup vm/100")) {
      assertThatThrownBy(() -> DirectoryLock.shared(directory, lockFile))
          .isInstanceOf(LockBusy.class)
          .hasMessageContaining(
              "held by backup vm/100 (process " + ProcessHandle.current().pid());
    }
    try (var lock = DirectoryLock.shared(directory, lockFile)) {
      assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "removal"))
          .hasMessageContaining("held by a reader");
    }
  }

  @Test
  void twoInOneProcessExcludeEachOtherAndClosingOneLeavesTheOther() throws Exception {
    var lock = DirectoryLock.exclusive(directory, lockFile, "first");
    assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "second"))
        .isInstanceOf(LockBusy.class);
    Files.readString(lockFile); // a POSIX lock would be lost when this descriptor closes
    assertThat(lock.isHeld()).isTrue();
    assertThat(other.flock(directory, true)).isFalse();
    assertThat(other.recordLock(lockFile, true)).isFalse();
    lock.close();
    DirectoryLock.exclusive(directory, lockFile, "second").close();
  }

  /** I6: after a lock the path is looked up again. */
  @Test
  void lockOnADirectoryThatWasMovedAwayIsNoLock() throws Exception {
    var lock = DirectoryLock.exclusive(directory, lockFile, "backup");
    Files.move(directory, temp.resolve("removed"));
    assertThat(lock.isHeld()).isFalse();
    Files.createDirectory(directory);
    assertThat(lock.isHeld()).isFalse();
    lock.close();
    Files.delete(directory);
    assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "backup"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void symbolicLinkInPlaceOfADirectoryIsNotLocked() throws Exception {
    Files.createSymbolicLink(temp.resolve("link"), directory);
    assertThatThrownBy(() -> DirectoryLock.shared(temp.resolve("link"), lockFile))
        .isInstanceOf(IOException.class);
  }

  @Test
  void downgradedLockLetsReadersInAndKeepsRemoversOut() throws Exception {
    try (var lock = DirectoryLock.exclusive(directory, lockFile, "backup")) {
      lock.downgrade();
      DirectoryLock.shared(directory, lockFile).close();
      assertThat(lock.isHeld()).isTrue();
      assertThat(other.flock(directory, true)).isTrue();
      other.release();
      assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "removal"))
          .isInstanceOf(LockBusy.class);
    }
  }

  @Test
  void lockFileThatWasDeletedUnderALockIsMadeAgain() throws Exception {
    var first = LockFile.exclusive(lockFile, "first");
    first.delete();
    assertThat(lockFile).doesNotExist();
    try (var second = LockFile.exclusive(lockFile, "second")) {
      assertThat(second.isHeld()).isTrue();
      Files.delete(lockFile);
      assertThat(second.isHeld()).isFalse();
    }
  }

  @Test
  void manyThreadsOnOneLockFileThatIsDeletedEachTimeNeverHoldItTogether() throws Exception {
    var inside = new AtomicInteger();
    var rounds = new AtomicInteger();
    var begin = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(8)) {
      var results = new ArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        results.add(threads.submit(() -> {
          begin.await();
          for (int n = 0; n < 50; n++) {
            var lock = LockFile.exclusive(lockFile, "thread", Duration.ofSeconds(60));
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            rounds.incrementAndGet();
            inside.decrementAndGet();
            if (n % 2 == 0) lock.delete();
            else lock.close();
          }
          return null;
        }));
      }
      begin.countDown();
      for (Future<?> result : results) result.get();
    }
    assertThat(rounds).hasValue(400);
  }

  @Test
  void failureLeavesNoDescriptorOpen() throws Exception {
    assertThat(other.flock(directory, false)).isTrue();
    Path blocked = Files.writeString(temp.resolve("file"), "").resolve("below");
    long before = openDescriptors();
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> DirectoryLock.exclusive(directory, lockFile, "x"))
          .isInstanceOf(LockBusy.class);
      assertThatThrownBy(() -> DirectoryLock.exclusive(temp, blocked, "x"))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ManifestLock.acquire(blocked, lockFile, "x", AT_ONCE))
          .isInstanceOf(IOException.class);
    }
    assertThat(openDescriptors()).isLessThan(before + 20);
  }

  private static long openDescriptors() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  // manifest

  @Test
  void manifestLockIsPbsFlockAndItsSecondCopy() throws Exception {
    Path run = temp.resolve("run/locks/s1/vm/100/2024-01-01T00:00:00Z.index.json.lck");
    try (var lock = ManifestLock.acquire(run, lockFile, "notes", AT_ONCE)) {
      assertThat(other.flock(run, false)).isFalse();
      assertThat(other.recordLock(lockFile, false)).isFalse();
      assertThatThrownBy(() -> ManifestLock.acquire(run, lockFile, "state", AT_ONCE))
          .isInstanceOf(LockBusy.class)
          .hasMessageContaining("notes (process ");
    }
    other.release();
    assertThat(other.flock(run, false)).isTrue();
    assertThatThrownBy(() -> ManifestLock.acquire(run, lockFile, "state", AT_ONCE))
        .isInstanceOf(LockBusy.class);
    other.release();
    ManifestLock.acquire(run, lockFile, "removal", AT_ONCE).closeRemoved();
    assertThat(run).doesNotExist();
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void manifestLockIsWaitedFor() throws Exception {
    Path run = temp.resolve("run.lck");
    assertThat(other.flock(run, false)).isTrue();
    try (var thread = Executors.newSingleThreadExecutor()) {
      var waiting =
          thread.submit(() -> ManifestLock.acquire(run, lockFile, "notes", Duration.ofSeconds(60)));
      other.release();
      waiting.get().close();
    }
  }

  // the process lock

  @Test
  void pbsGarbageCollectionCannotStartWhileWeWriteAndItsBackupsCan() throws Exception {
    Path file = temp.resolve(".lock");
    try (var lock = ProcessLock.open(file)) {
      assertThat(lock.foreignUse()).isEqualTo(ForeignUse.NONE);
      var first = lock.startWriting();
      var second = lock.startWriting();
      assertThat(lock.isHeld()).isTrue();
      assertThat(other.recordLock(file, false)).isFalse();
      assertThat(other.recordLock(file, true)).isTrue();
      assertThat(lock.foreignUse()).isEqualTo(ForeignUse.WRITING);
      other.release();
      first.close();
      first.close(); // counts once
      assertThat(other.recordLock(file, false)).isFalse();
      second.close();
      assertThat(other.recordLock(file, false)).isTrue();
      assertThat(lock.foreignUse()).isEqualTo(ForeignUse.COLLECTING);
    }
  }

  @Test
  void ourOwnWritersAreNotForeign() throws Exception {
    Path file = temp.resolve(".lock");
    try (var ours = ProcessLock.open(file);
        var alsoOurs = ProcessLock.open(file);
        var writing = ours.startWriting()) {
      assertThat(alsoOurs.foreignUse()).isEqualTo(ForeignUse.NONE);
      alsoOurs.startWriting().close();
      assertThat(ours.isHeld()).isTrue();
    }
  }

  @Test
  void whileAPbsCollectsWritingBeginsAndTheLockIsTakenWhenItEnds() throws Exception {
    Path file = temp.resolve(".lock");
    try (var lock = ProcessLock.open(file)) {
      assertThat(other.recordLock(file, false)).isTrue();
      var writing = lock.startWriting();
      assertThat(lock.isHeld()).isFalse();
      other.kill();
      await().until(lock::isHeld);
      writing.close();
      assertThat(lock.isHeld()).isFalse();
    }
  }

  @Test
  void writerThatBeginsAfterACollectionEndedHoldsTheLockAtOnce() throws Exception {
    Path file = temp.resolve(".lock");
    try (var lock = ProcessLock.open(file)) {
      assertThat(other.recordLock(file, false)).isTrue();
      try (var during = lock.startWriting()) {
        other.release();
        try (var after = lock.startWriting()) {
          assertThat(lock.isHeld()).isTrue();
        }
        assertThat(lock.isHeld()).isTrue();
      }
    }
  }

  @Test
  void writerMayOutliveTheDatastoreObject() throws Exception {
    var lock = ProcessLock.open(temp.resolve(".lock"));
    var writing = lock.startWriting();
    lock.close();
    writing.close();
    assertThat(other.recordLock(temp.resolve(".lock"), false)).isTrue();
  }

  // leases

  @Test
  void leaseLastsAsLongAsItsWriterLives() throws Exception {
    var leases = new WriterLeases(temp.resolve("writers"));
    assertThat(leases.writers()).isEmpty();
    assertThat(leases.oldest()).isNull();
    var first = leases.acquire("vm/100/2024-01-01T00:00:00Z");
    var second = leases.acquire("ns/a/ct/101/2024-01-01T00:00:00Z");
    assertThat(leases.writers())
        .extracting(WriterLeases.Writer::subject)
        .containsExactlyInAnyOrder(
            "vm/100/2024-01-01T00:00:00Z", "ns/a/ct/101/2024-01-01T00:00:00Z");
    assertThat(leases.oldest()).isEqualTo(first.since()).isBeforeOrEqualTo(second.since());
    first.close();
    assertThat(leases.oldest()).isEqualTo(second.since());
    second.close();
    assertThat(temp.resolve("writers")).isEmptyDirectory();
  }

  @Test
  void leaseWhoseFileIsDeletedOrReplacedIsLost() throws Exception {
    Path directory = temp.resolve("writers");
    var leases = new WriterLeases(directory);
    try (var lease = leases.acquire("x");
        var files = Files.list(directory)) {
      assertThat(lease.isHeld()).isTrue();
      Path file = files.findFirst().orElseThrow();
      Files.delete(file);
      assertThat(lease.isHeld()).isFalse();
      Files.createFile(file);
      assertThat(lease.isHeld()).isFalse();
    }
  }

  @Test
  void leaseOfAKilledProcessIsNoneAndIsTidiedUp() throws Exception {
    Path directory = Files.createDirectories(temp.resolve("writers"));
    Path file = directory.resolve("11111111-2222-3333-4444-555555555555.lease");
    Files.writeString(file, "vm/100/x (process 4711 on elsewhere)\n");
    assertThat(other.recordLock(file, false)).isTrue();
    var leases = new WriterLeases(directory);
    assertThat(leases.writers())
        .extracting(WriterLeases.Writer::subject)
        .containsExactly("vm/100/x");
    other.kill();
    assertThat(leases.writers()).isEmpty();
    assertThat(file).doesNotExist();
  }

  // foreign writers

  @Test
  void lastMomentWithoutAPbsStaysWhileOneWrites() throws Exception {
    Path file = temp.resolve(".lock");
    try (var lock = ProcessLock.open(file)) {
      var foreign = new ForeignWriters(lock, temp.resolve("state/foreign-absent"));
      assertThat(other.recordLock(file, true)).isTrue();
      assertThat(foreign.lastAbsent()).as("never seen without").isNull();
      other.release();
      Instant absent = foreign.lastAbsent();
      assertThat(absent).isNotNull();
      assertThat(other.recordLock(file, true)).isTrue();
      assertThat(foreign.lastAbsent()).isEqualTo(absent);
      var afterRestart = new ForeignWriters(lock, temp.resolve("state/foreign-absent"));
      assertThat(afterRestart.lastAbsent()).isEqualTo(absent);
      other.kill();
      await().until(() -> foreign.lastAbsent().isAfter(absent));
      assertThat(temp.resolve("state")).isDirectoryContaining("glob:**foreign-absent");
      try (var files = Files.list(temp.resolve("state"))) {
        assertThat(files).hasSize(1);
      }
    }
  }

  // moves

  @Test
  void everyMoveIsCountedAlsoOneThatFails() throws Exception {
    var moves = new MoveCounter(temp.resolve("state/moves"));
    assertThat(moves.read()).isZero();
    moves.move(() -> {});
    assertThatThrownBy(() -> moves.move(() -> {
          throw new IOException("disk");
        }))
        .hasMessage("disk");
    assertThat(new MoveCounter(temp.resolve("state/moves")).read()).isEqualTo(2);
  }

  @Test
  void readingTheCountWaitsForAMoveUnderWay() throws Exception {
    Path file = temp.resolve("moves");
    var moves = new MoveCounter(file);
    moves.move(() -> {
      try (var descriptor = Descriptor.openOrCreate(file, 0660)) {
        assertThat(RecordLock.holder(descriptor, 0, 0)).isEqualTo(RecordLock.Holder.EXCLUSIVE);
      }
    });
    try (var descriptor = Descriptor.openOrCreate(file, 0660)) {
      assertThat(RecordLock.holder(descriptor, 0, 0)).isEqualTo(RecordLock.Holder.NOBODY);
    }
  }

  // ranges

  @Test
  void recordLocksOfOtherProgramsAreSeenInTheirRangeOnly() throws Exception {
    Path file = temp.resolve("file");
    try (var channel = FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        var ours = Descriptor.openOrCreate(file, 0660)) {
      channel.lock(100, 10, true);
      assertThat(RecordLock.holder(ours, 0, 100)).isEqualTo(RecordLock.Holder.NOBODY);
      assertThat(RecordLock.holder(ours, 0, 101)).isEqualTo(RecordLock.Holder.SHARED);
      assertThat(RecordLock.tryLock(ours, 105, 1, true)).isTrue();
      assertThat(RecordLock.tryLock(ours, 105, 1, false)).isFalse();
      channel.lock(200, 1, false);
      assertThat(RecordLock.holder(ours, 150, 0)).isEqualTo(RecordLock.Holder.EXCLUSIVE);
    }
  }
}
