package io.reprise.gc.collect;

import static io.reprise.gc.collect.Replicas.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.gc.TestStores;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.store.StoreChunkFiles;
import io.reprise.gc.store.StoreIndexFiles;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies where it should not, is missing, or cannot be read or written: told with its path; nothing goes on doubt. */
class BadInputTest {
  private static final String FIRST = "vm/100/2026-11-20T00:00:00Z";
  private static final String SECOND = "vm/100/2026-11-21T00:00:00Z";
  private static final int MANY = 3_000;

  @TempDir
  Path root;

  private Replicas replicas;
  private TestStores stores;

  @BeforeEach
  void prepare() throws Exception {
    replicas = new Replicas(root);
    stores = replicas.stores;
    stores.backup("st1", FIRST, 1);
    stores.backup("st1", SECOND, 2);
  }

  @AfterEach
  void close() throws Exception {
    replicas.close();
  }

  private String collect() throws Exception {
    return replicas.end(replicas.request());
  }

  private Path chunks() {
    return stores.base("st1").resolve(".chunks");
  }

  /** In no index: only a full collection that is sure removes it. */
  private void orphan(int content) throws Exception {
    stores.backup("st1", "vm/999/2026-11-19T00:00:00Z", content);
    Files.move(stores.base("st1").resolve("vm/999"), root.resolve("away-" + content));
  }

  @Test
  void aSnapshotThatMayNotBeReadFailsTheTaskAndNothingIsDeleted() throws Exception {
    assumeFalse(
        System.getProperty("user.name").equals("root"), "root may read everything: run as a user");
    orphan(3);
    Path snapshot = stores.base("st1").resolve(SECOND);
    Files.setPosixFilePermissions(snapshot, PosixFilePermissions.fromString("---------"));
    try {
      replicas.replica("a", replicas.jobs);
      assertThat(collect()).contains(snapshot.toString());
      assertThat(stores.chunks("st1", 3)).containsExactly(1, 2, 3);
    } finally {
      Files.setPosixFilePermissions(snapshot, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    await().atMost(SOON).until(() -> collect().equals("OK"));
    assertThat(stores.chunks("st1", 3)).containsExactly(1, 2);
  }

  @Test
  void aFileInPlaceOfADirectoryOfChunksFailsTheTaskThatNamesIt() throws Exception {
    orphan(3);
    Path directory = stores.chunk("st1", 1).getParent();
    Files.move(directory, root.resolve("kept"));
    Files.writeString(directory, "no directory");
    replicas.replica("a", replicas.jobs);
    assertThat(collect()).contains(directory.toString());
    assertThat(stores.chunks("st1", 3)).contains(2);
    Files.delete(directory);
    Files.move(root.resolve("kept"), directory);
    await().atMost(SOON).until(() -> collect().equals("OK")); // once the index is open again
    assertThat(stores.chunks("st1", 3)).containsExactly(1, 2);
  }

  @Test
  void chunksOfADirectoryThatVanishedAreMissingAndTheOthersStay() throws Exception {
    Path directory = stores.chunk("st1", 1).getParent();
    Files.move(directory, root.resolve("kept"));
    replicas.replica("a", replicas.jobs);
    Upid upid = replicas.request();
    assertThat(replicas.end(upid)).isEqualTo("WARNINGS: 1");
    assertThat(replicas.log(upid))
        .anyMatch(line ->
            line.contains(stores.chunk("st1", 1).getFileName().toString()) && line.contains(FIRST));
    assertThat(stores.chunks("st1", 2)).containsExactly(2);
    Files.move(root.resolve("kept"), directory);
    assertThat(collect()).isEqualTo("OK");
  }

  @Test
  void withoutItsChunkStoreADatastoreIsNotCollected() throws Exception {
    replicas.replica("a", replicas.jobs);
    assertThat(collect()).isEqualTo("OK");
    Files.move(chunks(), root.resolve("kept"));
    assertThat(collect()).contains(chunks().toString());
    Files.move(root.resolve("kept"), chunks());
    assertThat(collect()).isEqualTo("OK");
    assertThat(stores.chunks("st1", 2)).containsExactly(1, 2);
  }

  @Test
  void whatIsNoChunkStaysWhereItIs() throws Exception {
    orphan(3);
    Path own = stores.chunk("st1", 3).getParent();
    String digest = stores.chunk("st1", 3).getFileName().toString();
    Path[] foreign = {
      chunks().resolve("notes.txt"),
      own.resolve("notes.txt"),
      own.resolve(digest + ".tmp_abc123"),
      own.resolve(digest.toUpperCase(Locale.ROOT)),
      Files.createDirectories(chunks().resolve("0000")).resolve(digest)
    };
    for (Path file : foreign) Files.writeString(file, "not ours");
    Path directory = Files.createDirectory(own.resolve(digest.substring(0, 4) + "0".repeat(60)));
    replicas.replica("a", replicas.jobs);
    assertThat(collect()).isEqualTo("OK");
    assertThat(stores.chunks("st1", 3)).containsExactly(1, 2);
    assertThat(foreign).allMatch(Files::exists);
    assertThat(directory).isDirectory();
  }

  @Test
  void aReferenceIndexFullOfGarbageIsBuiltAgainAndTheLogSaysSo() throws Exception {
    Path index = Files.createDirectories(root.resolve("index-a/st1"));
    Files.writeString(index.resolve("CURRENT"), "garbage");
    Files.writeString(index.resolve("MANIFEST-000001"), "more of it");
    var said = new StringBuffer();
    var logger = Logger.getLogger(StoreCollection.class.getName());
    var listener = new Listener(said);
    logger.addHandler(listener);
    try {
      replicas.replica("a", replicas.jobs);
      stores.forget("st1", FIRST);
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(stores.chunks("st1", 2)).containsExactly(2));
    } finally {
      logger.removeHandler(listener);
    }
    assertThat(said.toString()).contains(index.toString(), "built again");
  }

  private static final class Listener extends Handler {
    private final StringBuffer said;

    Listener(StringBuffer said) {
      this.said = said;
    }

    @Override
    public void publish(LogRecord record) {
      var formatted = ExtLogRecord.wrap(record).getFormattedMessage();
      said.append(formatted).append('\n');
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** A limit of the kernel for one process stands for the disk: it needs no root, and fills nobody else's. */
  @Test
  void afterTheDiskOfTheIndexWasFullItGoesOnWhereItWas() throws Exception {
    assumeTrue(Files.isExecutable(FullDisk.PRLIMIT), FullDisk.PRLIMIT + " is missing");
    stores.backup("st1", "vm/101/2026-11-20T00:00:00Z", IntStream.range(3, MANY).toArray());
    var process = OtherProcess.java(FullDisk.class, List.of(root.toString())).start();
    String message = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(message).contains(FullDisk.index(root).toString(), "File too large");
    try (var datastore = stores.open("st1");
        var index = FullDisk.open(root, datastore)) {
      assertThat(index.walk(counted -> {}).complete()).isTrue();
      assertThat(index.figures().chunks()).isEqualTo(MANY - 1);
    }
    assertThat(stores.chunks("st1", MANY - 1)).hasSize(MANY - 1);
  }

  /** The process whose index has no room; prints why it ends. */
  static final class FullDisk {
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private FullDisk() {}

    static Path index(Path root) {
      return root.resolve("index");
    }

    static ReferenceIndex open(Path root, Datastore datastore) throws IOException {
      return ReferenceIndex.open(
          index(root),
          1,
          1,
          new StoreIndexFiles(datastore),
          new StoreChunkFiles(datastore.chunks(), datastore.path()));
    }

    public static void main(String[] arguments) throws Exception {
      Path root = Path.of(arguments[0]);
      try (var datastore = new TestStores(root).open("st1");
          var index = open(root, datastore)) {
        var limit = new ProcessBuilder(
            PRLIMIT.toString(), "--pid", "" + ProcessHandle.current().pid(), "--fsize=65536");
        if (limit.inheritIO().start().waitFor() != 0) System.exit(1);
        index.walk(counted -> {});
        System.exit(2);
      } catch (IOException full) {
        System.out.println(full.getMessage());
      }
    }
  }
}
