package io.reprise.datastore.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.StoreFull;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.LockFile;
import io.reprise.datastore.os.SystemCallFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What killed writers and full disks leave, and that cleaning never takes what a living writer may still want. */
class LeftoversTest extends OpenStore {
  private static final Digest DIGEST = Digest.parse("0a".repeat(32));
  private static final String TEMPORARY = ".chunks/0a0a/" + DIGEST + ".tmp_aB3xYz";

  /** A backup in a process of its own; its session is open, its chunk half written, when {@link #start} returns. */
  private static final class Writer implements AutoCloseable {
    private final Process process;

    private Writer(Process process) {
      this.process = process;
    }

    static Writer start(Path temp) throws IOException {
      var process = OtherProcess.java(Writer.class, List.of(temp.toString())).start();
      BufferedReader answers = process.inputReader();
      assertThat(answers.readLine()).isEqualTo("writing");
      return new Writer(process);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    public static void main(String[] arguments) throws Exception {
      var at = TestStore.in(Path.of(arguments[0]));
      try (var store = at.open();
          var session = TestStore.start(store, Namespace.ROOT, FIRST)) {
        TestStore.write(session);
        Files.createDirectories(at.path(TEMPORARY).getParent());
        Files.createFile(at.path(TEMPORARY));
        System.out.println("writing");
        System.in.read();
      }
    }
  }

  private void makeOld(String path) throws IOException {
    Files.setLastModifiedTime(
        at.path(path), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
  }

  @Test
  void snapshotOfAKilledProcessStaysWhileItLivesAndGoesAfterwards() throws Exception {
    try (var writer = Writer.start(temp)) {
      assertThat(store.writerLeases().writers())
          .extracting(w -> w.subject())
          .containsExactly(FIRST);
      assertThat(store.removeUnfinished()).isEmpty();
      assertThatThrownBy(() -> store.lockForReading(Namespace.ROOT, SnapshotId.parse(FIRST)))
          .isInstanceOf(LockBusy.class);
      assertThat(at.path(FIRST)).exists();
    }
    assertThat(store.removeUnfinished()).containsExactly(FIRST);
    assertThat(at.path(FIRST)).doesNotExist();
    assertThat(store.writerLeases().writers()).isEmpty();
    TestStore.finish(store, Namespace.ROOT, FIRST); // a clean next backup
    assertThat(store.removeUnfinished()).isEmpty();
    assertThat(store.isFinished(Namespace.ROOT, SnapshotId.parse(FIRST))).isTrue();
  }

  @Test
  void unfinishedSnapshotIsLeftAloneWhileAnyOfItsLocksIsHeld() throws Exception {
    try (var writer = Writer.start(temp)) {
      assertThat(at.path(FIRST)).exists();
    }
    try (var other = OtherProcess.start()) {
      for (Path directory : List.of(at.path(FIRST), at.path("vm/100"))) {
        assertThat(other.flock(directory, true)).isTrue();
        assertThat(store.removeUnfinished()).isEmpty();
        other.release();
      }
      Path locks = at.state.resolve("locks/store1/vm/100");
      for (String file : List.of("2024-06-05T14:24:36Z.lck", "group.lck")) {
        assertThat(other.recordLock(locks.resolve(file), true)).isTrue();
        assertThat(store.removeUnfinished()).isEmpty();
        other.release();
      }
      for (boolean shared : List.of(true, false)) {
        assertThat(other.recordLock(at.path(".lock"), shared)).isTrue();
        assertThat(store.removeUnfinished()).as("a PBS is at work").isEmpty();
        other.release();
      }
    }
    assertThat(store.removeUnfinished()).containsExactly(FIRST);
  }

  @Test
  void aBackupWaitsForWhoCleansUpItsGroup() throws Exception {
    Path groupLock = at.state.resolve("locks/store1/vm/100/group.lck");
    try (var cleaning = LockFile.exclusive(groupLock, "cleaning up");
        var thread = Executors.newSingleThreadExecutor()) {
      var session = thread.submit(() -> TestStore.start(store, Namespace.ROOT, FIRST));
      assertThatThrownBy(() -> session.get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      cleaning.close();
      session.get().close();
    }
  }

  @Test
  void unfinishedSnapshotOfAPbsIsForPruneToRemove() throws Exception {
    Files.createDirectories(at.path(FIRST));
    assertThat(store.removeUnfinished()).isEmpty();
    assertThat(at.path(FIRST)).exists();
  }

  @Test
  void locksOfASnapshotThatAPbsRemovedGoAndThoseOfOthersStay() throws Exception {
    String second = "vm/100/2024-06-06T00:00:00Z";
    TestStore.finish(store, Namespace.ROOT, FIRST);
    TestStore.finish(store, Namespace.ROOT, second);
    Path locks = at.state.resolve("locks/store1/vm/100");
    Path lock = locks.resolve("2024-06-05T14:24:36Z.lck");
    Path manifestLock = Files.createFile(locks.resolve("2024-06-05T14:24:36Z.index.json.lck"));
    assertThat(store.removeLeftoverLocks()).isZero();
    Tree.delete(at.path(FIRST));
    try (var other = OtherProcess.start()) {
      assertThat(other.recordLock(lock, true)).isTrue();
      assertThat(store.removeLeftoverLocks()).isEqualTo(1);
      assertThat(lock).as("somebody holds it").exists();
      assertThat(manifestLock).doesNotExist();
      other.release();
    }
    assertThat(store.removeLeftoverLocks()).isEqualTo(1);
    assertThat(locks).isDirectoryContaining("glob:**/2024-06-06T00:00:00Z.lck");
    assertThat(locks).isDirectoryContaining("glob:**/group.lck");
    TestStore.finish(store, Namespace.ROOT, FIRST.replace("06-05", "06-07"));
  }

  @Test
  void temporaryChunkStaysWhileItsWriterLivesHoweverOldTheFileLooks() throws Exception {
    try (var writer = Writer.start(temp)) {
      assertThat(store.removeLeftoverChunks()).isZero();
    }
    assertThat(store.removeLeftoverChunks()).as("it is too young").isZero();
    makeOld(TEMPORARY);
    assertThat(store.removeLeftoverChunks()).isEqualTo(1);
    assertThat(at.path(TEMPORARY)).doesNotExist();
  }

  @Test
  void temporaryChunkYoungerThanTheOldestWriterStays() throws Exception {
    Files.createDirectories(at.path(TEMPORARY).getParent());
    Files.createFile(at.path(TEMPORARY));
    try (var writer = TestStore.start(store, Namespace.ROOT, FIRST);
        var leases = Files.list(at.state.resolve("writers/store1"))) {
      Instant begun = Instant.now().minus(Duration.ofDays(5));
      Files.setLastModifiedTime(leases.findFirst().orElseThrow(), FileTime.from(begun));
      makeOld(TEMPORARY);
      assertThat(store.removeLeftoverChunks()).as("it began before").isZero();
      Files.setLastModifiedTime(at.path(TEMPORARY), FileTime.from(begun.minusSeconds(100)));
      assertThat(store.removeLeftoverChunks()).as("clocks may differ").isZero();
      Files.setLastModifiedTime(at.path(TEMPORARY), FileTime.from(begun.minusSeconds(1_000)));
      assertThat(store.removeLeftoverChunks()).isEqualTo(1);
    }
  }

  @Test
  void temporaryChunkOfAPbsStaysWhileOneWritesOrCollectsAndWasNeverSeenAbsent() throws Exception {
    Files.createDirectories(at.path(TEMPORARY).getParent());
    Files.createFile(at.path(TEMPORARY));
    makeOld(TEMPORARY);
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.recordLock(at.path(".lock"), true)).isTrue();
      assertThat(store.removeLeftoverChunks()).as("never seen without a PBS").isZero();
      pbs.release();
      assertThat(pbs.recordLock(at.path(".lock"), false)).isTrue();
      assertThat(store.removeLeftoverChunks()).as("it collects").isZero();
      pbs.release();
    }
    assertThat(store.removeLeftoverChunks()).isEqualTo(1);
  }

  // a full disk

  /** Runs in a user and mount namespace of its own, on a file system of 4 MiB in memory. */
  private static final class FullDisk {
    public static void main(String[] arguments) throws Exception {
      Path temp = Path.of(arguments[0]);
      var at = TestStore.in(temp);
      try (var store = at.open()) {
        TestStore.finish(store, Namespace.ROOT, FIRST);
        Path filler = Files.createFile(temp.resolve("filler"));
        try (var session = TestStore.start(store, Namespace.ROOT, "vm/100/2024-06-06T00:00:00Z")) {
          session.putBlob(TestStore.CONF, ByteBuffer.wrap(TestStore.blob(TestStore.CONTENT)));
          fill(filler);
          byte[] noise = new byte[200_000];
          new Random(1).nextBytes(noise);
          var blob = ByteBuffer.wrap(TestStore.blob(noise));
          for (SyncLevel level : SyncLevel.values()) {
            try (var levelled = at.open(level)) {
              assertThatThrownBy(() -> levelled.chunks().insert(DIGEST, blob))
                  .isInstanceOf(StoreFull.class)
                  .hasMessageContaining("prune and collect garbage");
            }
          }
          assertThatThrownBy(() -> session.putBlob(TestStore.CONF, blob))
              .isInstanceOf(SystemCallFailed.class)
              .matches(e -> ((SystemCallFailed) e).isFull());
          assertThat(session.directory()).isDirectoryNotContaining("glob:**tmp*");
        }
        assertThat(at.path("vm/100/2024-06-06T00:00:00Z")).doesNotExist();
        try (var files = Files.find(at.base, 9, (f, a) -> f.toString().contains(".tmp_"))) {
          assertThat(files).isEmpty();
        }
        // Locks, and so restores and forgets, need no room for more than a name.
        store.lockForReading(Namespace.ROOT, SnapshotId.parse(FIRST)).close();
        assertThat(store.manifest(Namespace.ROOT, SnapshotId.parse(FIRST)).files())
            .hasSize(1);
        Files.write(filler, new byte[0]);
        store.removeSnapshot(Namespace.ROOT, SnapshotId.parse(FIRST), "admin@pbs");
        store.chunks().insert(DIGEST, ByteBuffer.wrap(TestStore.blob(new byte[9])));
      }
      System.out.println("done");
    }

    private static void fill(Path file) throws IOException {
      try (var out = Files.newOutputStream(file)) {
        while (true) out.write(new byte[4_096]);
      } catch (IOException full) {
        // as wanted
      }
    }
  }

  @Test
  void fullDiskIsToldAndNothingIsLeftBehind() throws Exception {
    List<String> java =
        OtherProcess.java(FullDisk.class, List.of(temp.toString())).command();
    var command = new ArrayList<>(List.of(
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs -o size=4m none \"$0\" || exit 77; exec \"$@\"",
        temp.toString()));
    command.addAll(java);
    Process process = null;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException noUnshare) {
      assumeTrue(false, "no unshare here: " + noUnshare.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    assumeTrue(
        status != 77 && !output.startsWith("unshare:"),
        "no file system of its own may be mounted here: " + output);
    assertThat(output).endsWith("done\n");
  }
}
