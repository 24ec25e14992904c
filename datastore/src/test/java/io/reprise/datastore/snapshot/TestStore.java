package io.reprise.datastore.snapshot;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** A small datastore with its state directory below one directory; prefix directories of chunks are made when needed. */
final class TestStore {
  static final AuthId OWNER = AuthId.parse("backup@pbs");
  static final ArchiveName CONF = new ArchiveName("qemu-server.conf.blob");
  static final byte[] CONTENT = "name: web\n".getBytes(StandardCharsets.UTF_8);

  final Path base;
  final Path state;
  final Path run;

  private TestStore(Path directory) {
    base = directory.resolve("store");
    state = directory.resolve("state");
    run = directory.resolve("run");
  }

  static TestStore in(Path directory) throws IOException {
    var store = new TestStore(directory);
    Files.createDirectories(store.base.resolve(".chunks"));
    return store;
  }

  Datastore open() throws IOException {
    return open(SyncLevel.FILESYSTEM);
  }

  Datastore open(SyncLevel level) throws IOException {
    return open(new DatastoreConfig("store1", base, level, null, SpaceFloor.NONE));
  }

  Datastore open(DatastoreConfig config) throws IOException {
    return Datastore.open(config, new DatastoreLayout(state, run));
  }

  Path path(String relative) {
    return base.resolve(relative);
  }

  /** A finished snapshot with one blob, made by a whole session. */
  static void finish(Datastore store, Namespace namespace, String snapshot) throws IOException {
    try (var session = start(store, namespace, snapshot)) {
      write(session);
      session.finish(manifest -> manifest, manifest -> {});
    }
  }

  static NewSnapshot start(Datastore store, Namespace namespace, String snapshot)
      throws IOException {
    return store.startBackup(namespace, SnapshotId.parse(snapshot), OWNER, false);
  }

  /** A blob, and the manifest that lists it. */
  static void write(NewSnapshot session) throws IOException {
    byte[] blob = blob(CONTENT);
    session.putBlob(CONF, ByteBuffer.wrap(blob));
    session.putBlob(
        ArchiveName.MANIFEST, ByteBuffer.wrap(blob(manifest(session.id()).toJson())));
  }

  static Manifest manifest(SnapshotId snapshot) {
    byte[] blob = blob(CONTENT);
    return Manifest.of(
        snapshot, List.of(new FileEntry(CONF, CryptMode.NONE, blob.length, sha256(blob))));
  }

  static byte[] blob(byte[] content) {
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(content, 0, content.length, true, null);
      return Arrays.copyOfRange(blob.array(), blob.position(), blob.limit());
    }
  }

  private static Digest sha256(byte[] bytes) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
