package io.reprise.datastore.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a datastore shows of itself (datastore.md §1.3) and the small files in it (§1.4, §1.5, §5.3). */
class DatastoreTest extends OpenStore {
  private static final SnapshotId ID = SnapshotId.parse(FIRST);
  private static final GroupId GROUP = ID.group();

  private void directory(String path) throws IOException {
    Files.createDirectories(at.path(path));
  }

  // listing

  @Test
  void namespacesAreListedDepthFirstFromTheStartDownToADepth() throws Exception {
    directory("ns/b/ns/z/ns/deep");
    directory("ns/b/ns/a");
    directory("ns/a");
    directory("ns/-no");
    directory("ns/.hidden");
    directory("ns/a/vm/100");
    Files.createFile(at.path("ns/file"));
    Files.createSymbolicLink(at.path("ns/link"), at.path("ns/a"));
    assertThat(store.namespaces(Namespace.ROOT, 7))
        .extracting(Namespace::toString)
        .containsExactly("", "a", "b", "b/a", "b/z", "b/z/deep");
    assertThat(store.namespaces(Namespace.ROOT, 1))
        .extracting(Namespace::toString)
        .containsExactly("", "a", "b");
    assertThat(store.namespaces(Namespace.parse("b"), 0))
        .extracting(Namespace::toString)
        .containsExactly("b");
    assertThat(store.namespaces(Namespace.parse("b"), 1))
        .extracting(Namespace::toString)
        .containsExactly("b", "b/a", "b/z");
  }

  @Test
  void namespacesTooDeepOrTooLongForANameAreNotThere() throws Exception {
    directory("ns/1/ns/2/ns/3/ns/4/ns/5/ns/6/ns/7/ns/8");
    String longName = "l".repeat(200);
    directory("ns/" + longName + "/ns/" + longName);
    assertThat(store.namespaces(Namespace.ROOT, 100))
        .extracting(Namespace::toString)
        .contains("1/2/3/4/5/6/7", longName)
        .hasSize(9);
  }

  @Test
  void groupsAreSortedAsPbsSortsThem() throws Exception {
    for (String group : new String[] {
      "vm/99", "vm/100", "vm/0100", "vm/abc", "vm/18446744073709551615", "vm/18446744073709551616",
      "host/srv", "ct/200", "vm/.x", "vm/-x", "other/1", "vm/a b"
    }) {
      directory(group);
    }
    Files.createFile(at.path("vm/101"));
    assertThat(store.groups(Namespace.ROOT))
        .extracting(GroupId::toString)
        .containsExactly(
            "ct/200",
            "host/srv",
            "vm/99",
            "vm/0100",
            "vm/100",
            "vm/18446744073709551615",
            "vm/18446744073709551616",
            "vm/abc");
    assertThat(store.groups(Namespace.parse("nowhere"))).isEmpty();
  }

  @Test
  void snapshotsAreTheDirectoriesWhoseNamesAreTimes() throws Exception {
    directory("vm/100/2024-06-05T14:24:36Z");
    directory("vm/100/2023-01-01T00:00:00Z");
    directory("vm/100/2024-06-05T14:24:36Z.old");
    directory("vm/100/2024-02-31T00:00:00Z");
    directory("vm/100/2024-13-01T00:00:00Z");
    directory("vm/100/1970-01-01T00:00:00Z");
    Files.createFile(at.path("vm/100/2024-06-06T14:24:36Z"));
    assertThat(store.snapshots(Namespace.ROOT, GROUP))
        .extracting(SnapshotId::timeText)
        .containsExactly("2023-01-01T00:00:00Z", "2024-06-05T14:24:36Z");
    assertThat(store.lastFinished(Namespace.ROOT, GROUP)).isNull();
    assertThat(store.snapshots(Namespace.ROOT, GroupId.parse("vm/1"))).isEmpty();
  }

  @Test
  void filesAreTheRegularOnesWithAKnownEnding() throws Exception {
    directory(FIRST + "/directory.blob");
    for (String name : new String[] {
      "b.fidx",
      "a.didx",
      "index.json.blob",
      "index.json.tmp_aB3xYz",
      "b.tmp_fidx",
      ".protected",
      "-x.blob",
      "x.blob.bak"
    }) {
      Files.createFile(at.path(FIRST + "/" + name));
    }
    Files.createSymbolicLink(at.path(FIRST + "/link.blob"), at.path(FIRST + "/b.fidx"));
    assertThat(store.files(Namespace.ROOT, ID))
        .extracting(ArchiveName::text)
        .containsExactly("a.didx", "b.fidx", "index.json.blob");
    assertThatThrownBy(
            () -> store.files(Namespace.ROOT, SnapshotId.parse("vm/1/2024-01-01T00:00:00Z")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void namespacesAreMadeBelowWhatThereIs() throws Exception {
    var b = Namespace.parse("a/b");
    assertThatThrownBy(() -> store.createNamespace(b))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("create it first");
    store.createNamespace(Namespace.parse("a"));
    store.createNamespace(b);
    store.createNamespace(b);
    store.createNamespace(Namespace.ROOT);
    assertThat(store.exists(b)).isTrue();
    assertThat(at.path("ns/a/ns/b")).isDirectory();
  }

  // owner and notes

  @Test
  void ownerIsTheFirstLineAndIsReplacedAsAWhole() throws Exception {
    directory("vm/100");
    assertThatThrownBy(() -> store.owner(Namespace.ROOT, GROUP))
        .isInstanceOf(NoSuchFileException.class);
    Files.writeString(at.path("vm/100/owner"), "user@pbs!token  \r\nrest\n");
    assertThat(store.owner(Namespace.ROOT, GROUP)).hasToString("user@pbs!token");
    store.setOwner(Namespace.ROOT, GROUP, AuthId.parse("new@pve"));
    assertThat(Files.readString(at.path("vm/100/owner"))).isEqualTo("new@pve\n");
    Files.writeString(at.path("vm/100/owner"), "../../etc\n");
    assertThatThrownBy(() -> store.owner(Namespace.ROOT, GROUP))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("set the owner again");
    Files.writeString(at.path("vm/100/owner"), "");
    assertThatThrownBy(() -> store.owner(Namespace.ROOT, GROUP))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(
            () -> store.setOwner(Namespace.ROOT, GroupId.parse("vm/1"), AuthId.parse("new@pve")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(at.path("vm/1")).doesNotExist();
  }

  @Test
  void groupNotesAreKeptAsGivenUpToAMebibyte() throws Exception {
    directory("vm/100");
    assertThat(store.notes(Namespace.ROOT, GROUP)).isEmpty();
    assertThat(store.notes(Namespace.ROOT, GroupId.parse("vm/1"))).isEmpty();
    store.setNotes(Namespace.ROOT, GROUP, "grüße\n\nzweite");
    assertThat(store.notes(Namespace.ROOT, GROUP)).isEqualTo("grüße\n\nzweite");
    assertThat(at.path("vm/100")).isDirectoryNotContaining("glob:**tmp*");
    assertThatThrownBy(() -> store.setNotes(Namespace.ROOT, GROUP, "x".repeat(1_048_577)))
        .isInstanceOf(InvalidName.class);
    Files.writeString(at.path("vm/100/notes"), "x".repeat(1_048_577));
    assertThatThrownBy(() -> store.notes(Namespace.ROOT, GROUP)).isInstanceOf(BadFormat.class);
  }

  @Test
  void pipeInPlaceOfAFileIsNotWaitedFor() throws Exception {
    directory("vm/100");
    Process mkfifo = new ProcessBuilder("mkfifo", at.path("vm/100/owner").toString()).start();
    org.junit.jupiter.api.Assumptions.assumeTrue(mkfifo.waitFor() == 0, "no mkfifo here");
    assertThatThrownBy(() -> store.owner(Namespace.ROOT, GROUP)).isInstanceOf(IOException.class);
  }

  // protection

  @Test
  void protectionIsAFileAndIsSetUnderTheSnapshotsLock() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    assertThat(store.isProtected(Namespace.ROOT, ID)).isFalse();
    store.setProtected(Namespace.ROOT, ID, true);
    store.setProtected(Namespace.ROOT, ID, true);
    assertThat(at.path(FIRST + "/.protected")).isEmptyFile();
    assertThat(store.isProtected(Namespace.ROOT, ID)).isTrue();
    try (var reader = store.lockForReading(Namespace.ROOT, ID)) {
      assertThatThrownBy(() -> store.setProtected(Namespace.ROOT, ID, false))
          .isInstanceOf(LockBusy.class);
    }
    store.setProtected(Namespace.ROOT, ID, false);
    store.setProtected(Namespace.ROOT, ID, false);
    assertThat(store.isProtected(Namespace.ROOT, ID)).isFalse();
    SnapshotId missing = SnapshotId.parse("vm/1/2024-01-01T00:00:00Z");
    assertThat(store.isProtected(Namespace.ROOT, missing)).isFalse();
    assertThatThrownBy(() -> store.setProtected(Namespace.ROOT, missing, true))
        .isInstanceOf(NoSuchFileException.class);
  }

  /** What the disk does not tell is not taken for "no". */
  @Test
  void protectionOrManifestThatCannotBeLookedAtIsAnError() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    Files.move(at.path(FIRST), at.path("aside"));
    Files.createFile(at.path(FIRST)); // looking below a file fails, as a broken disk does
    assertThatThrownBy(() -> store.isProtected(Namespace.ROOT, ID)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.isFinished(Namespace.ROOT, ID)).isInstanceOf(IOException.class);
  }

  // manifest and log

  @Test
  void changesOfTheManifestByManyAtOnceAllCount() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    try (var threads = Executors.newFixedThreadPool(4)) {
      var results = new ArrayList<Future<Manifest>>();
      for (int i = 0; i < 12; i++) {
        results.add(threads.submit(
            () -> store.updateManifest(Namespace.ROOT, ID, m -> m.withNotes(m.notes() + "x"))));
      }
      for (var result : results) result.get();
    }
    assertThat(store.manifest(Namespace.ROOT, ID).notes()).isEqualTo("x".repeat(12));
    assertThat(at.path(FIRST)).isDirectoryNotContaining("glob:**tmp*");
  }

  @Test
  void manifestIsNotChangedWhileAPbsHoldsItsLock() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    try (var pbs = OtherProcess.start()) {
      Path lock = at.run.resolve("locks/store1/" + FIRST + ".index.json.lck");
      Files.createDirectories(lock.getParent());
      assertThat(pbs.flock(lock, false)).isTrue();
      assertThatThrownBy(() -> store.updateManifest(Namespace.ROOT, ID, m -> m.withNotes("x")))
          .isInstanceOf(LockBusy.class);
    }
    assertThat(store.manifest(Namespace.ROOT, ID).notes()).isEmpty();
  }

  @Test
  void manifestOfAnUnfinishedOrMissingSnapshotIsNotThere() throws Exception {
    directory(FIRST);
    assertThatThrownBy(() -> store.manifest(Namespace.ROOT, ID))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.updateManifest(Namespace.ROOT, ID, m -> m))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.updateManifest(
            Namespace.ROOT, SnapshotId.parse("vm/1/2024-01-01T00:00:00Z"), m -> m))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no such snapshot");
    Files.write(at.path(FIRST + "/index.json.blob"), TestStore.blob(new byte[] {'{', '}'}));
    assertThatThrownBy(() -> store.manifest(Namespace.ROOT, ID))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining(FIRST + "/index.json.blob");
  }

  @Test
  void clientLogIsStoredOnce() throws Exception {
    TestStore.finish(store, Namespace.ROOT, FIRST);
    var log = ByteBuffer.wrap(TestStore.blob("log".getBytes()));
    store.putClientLog(Namespace.ROOT, ID, log);
    assertThat(Files.readAllBytes(at.path(FIRST + "/client.log.blob"))).isEqualTo(log.array());
    assertThatThrownBy(() -> store.putClientLog(Namespace.ROOT, ID, log))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() ->
            store.putClientLog(Namespace.ROOT, SnapshotId.parse("vm/1/2024-01-01T00:00:00Z"), log))
        .isInstanceOf(NoSuchFileException.class);
  }

  // maintenance

  @Test
  void maintenanceAllowsWhatItsModeSays() {
    var readOnly = Maintenance.of(Map.of("type", "read-only"));
    var offline = Maintenance.of(Map.of("type", "offline", "message", "moving"));
    var delete = Maintenance.of(Map.of("type", "delete"));
    assertThat(Maintenance.of(Map.of())).isNull();
    assertThat(Maintenance.of(null)).isNull();
    assertThatThrownBy(() -> Maintenance.of(Map.of("type", "lunch")))
        .isInstanceOf(InvalidName.class);
    assertThat(refusals(readOnly))
        .containsExactly(null, null, "datastore 'store1' is in read-only maintenance mode: ");
    assertThat(refusals(offline))
        .containsExactly(
            null,
            "datastore 'store1' is in offline maintenance mode: moving",
            "datastore 'store1' is in offline maintenance mode: moving");
    assertThat(refusals(delete))
        .containsOnly("datastore 'store1' is in datastore is being deleted");
  }

  private static String[] refusals(Maintenance maintenance) {
    var refusals = new ArrayList<String>();
    for (var operation : Maintenance.Operation.values()) {
      refusals.add(maintenance.refusal("store1", operation));
    }
    return refusals.toArray(String[]::new);
  }

  @Test
  void placesWithoutADatastoreAreNotOpened() {
    assertThatThrownBy(() -> at.open(DatastoreConfig.of("store2", temp.resolve("x"))))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> DatastoreConfig.of("store2", Path.of("relative")))
        .isInstanceOf(InvalidName.class);
    assertThatThrownBy(() -> DatastoreConfig.of("s1", temp)).isInstanceOf(InvalidName.class);
  }
}
