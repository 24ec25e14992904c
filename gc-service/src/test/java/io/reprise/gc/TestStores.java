package io.reprise.gc;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One directory with configuration, state and datastores, and backups in them as a session makes them. */
public final class TestStores {
  private static final AuthId OWNER = AuthId.parse("backup@pbs");
  private static final ArchiveName DISK = new ArchiveName("drive-scsi0.img.fidx");
  private static final int CHUNK = 4096;

  public final Path root;

  public TestStores(Path root) throws IOException {
    this.root = root;
    for (Path directory : List.of(config(), state(), run())) Files.createDirectories(directory);
  }

  public Path config() {
    return root.resolve("config");
  }

  public Path state() {
    return root.resolve("state");
  }

  public Path run() {
    return root.resolve("run");
  }

  public Path base(String store) {
    return root.resolve(store);
  }

  public DatastoreLayout layout() {
    return new DatastoreLayout(state(), run());
  }

  /** Writes the configuration of one datastore. @param own its lines in {@code reprise.cfg} */
  public void configure(String store, String settings, String own) throws IOException {
    Files.createDirectories(base(store).resolve(".chunks"));
    Files.writeString(
        config().resolve("datastore.cfg"),
        "datastore: " + store + "\n" + settings + "\tpath " + base(store) + "\n");
    Files.writeString(
        config().resolve("reprise.cfg"), "datastore: " + store + "\n\tfloor-bytes 0\n" + own);
  }

  public Datastore open(String store) throws IOException {
    return Datastore.open(
        new DatastoreConfig(store, base(store), SyncLevel.NONE, null, SpaceFloor.NONE), layout());
  }

  /** A finished backup whose chunks have these numbers as content; their access time is two days ago. */
  public void backup(String store, String snapshot, int... contents) throws IOException {
    try (var datastore = open(store);
        var session =
            datastore.startBackup(Namespace.ROOT, SnapshotId.parse(snapshot), OWNER, false)) {
      Digest checksum;
      try (var index = FixedIndexWriter.create(
          session.temporaryIndex(DISK), (long) CHUNK * contents.length, CHUNK)) {
        for (int i = 0; i < contents.length; i++) {
          datastore.chunks().insert(digest(contents[i]), ByteBuffer.wrap(blob(bytes(contents[i]))));
          index.set(i, digest(contents[i]));
        }
        checksum = index.finish(session.file(DISK), false);
      }
      var manifest = Manifest.of(
          session.id(),
          List.of(new FileEntry(DISK, CryptMode.NONE, (long) CHUNK * contents.length, checksum)));
      session.putBlob(ArchiveName.MANIFEST, ByteBuffer.wrap(blob(manifest.toJson())));
      session.finish(m -> m, m -> {});
      for (int content : contents) age(store, content);
    }
  }

  /** As if nobody had touched the chunk for two days. */
  public void age(String store, int content) throws IOException {
    Files.setAttribute(
        chunk(store, content),
        "lastAccessTime",
        FileTime.from(Instant.now().minus(Duration.ofDays(2))));
  }

  public void forget(String store, String snapshot) throws IOException {
    try (var datastore = open(store)) {
      datastore.removeSnapshot(Namespace.ROOT, SnapshotId.parse(snapshot), "admin@pbs");
    }
  }

  public Path chunk(String store, int content) {
    String hex = digest(content).toString();
    return base(store).resolve(".chunks").resolve(hex.substring(0, 4)).resolve(hex);
  }

  /** Which of the chunks 1 to {@code last} are there. */
  public List<Integer> chunks(String store, int last) {
    return IntStream.rangeClosed(1, last)
        .filter(content -> Files.exists(chunk(store, content)))
        .boxed()
        .toList();
  }

  private static byte[] bytes(int content) {
    return Arrays.copyOf(
        ("chunk " + content + "\n").repeat(100).getBytes(StandardCharsets.UTF_8), CHUNK);
  }

  public static Digest digest(int content) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes(content)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] blob(byte[] content) {
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(content, 0, content.length, true, null);
      var bytes = new byte[blob.remaining()];
      blob.get(bytes);
      return bytes;
    }
  }
}
