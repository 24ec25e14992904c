package io.reprise.cli.fault;

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
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots that are written straight into the datastore, as sessions leave them. Their chunks take a few hundred bytes on the
 * disk, and as long as any others to be checked.
 */
final class WrittenSnapshots implements AutoCloseable {
  /** Bytes of content. */
  static final int CHUNK = 4 << 20;

  private static final AuthId OWNER = AuthId.parse("backup@pbs");

  private final Datastore datastore;
  private final BlobEncoder encoder = new BlobEncoder();
  private final Map<Integer, Digest> digests = new HashMap<>();

  WrittenSnapshots(Installation site) throws IOException {
    datastore = Datastore.open(
        new DatastoreConfig(
            Installation.STORE, site.store(), SyncLevel.NONE, null, SpaceFloor.NONE),
        new DatastoreLayout(
            site.state(), Files.createDirectories(site.state().resolveSibling("run-test"))));
  }

  /** @param contents of its chunks, in their order */
  void write(SnapshotId snapshot, Set<Integer> contents) throws IOException {
    try (var session = datastore.startBackup(Namespace.ROOT, snapshot, OWNER, false)) {
      long size = (long) CHUNK * contents.size();
      Digest checksum;
      try (var index = FixedIndexWriter.create(session.temporaryIndex(Guest.DISK), size, CHUNK)) {
        int number = 0;
        for (int content : contents) {
          if (Files.notExists(chunk(content))) writeChunk(content);
          index.set(number++, digest(content));
        }
        checksum = index.finish(session.file(Guest.DISK), false);
      }
      var file = new FileEntry(Guest.DISK, CryptMode.NONE, size, checksum);
      session.putBlob(ArchiveName.MANIFEST, Manifest.of(snapshot, List.of(file)).encode(encoder));
      session.finish(manifest -> manifest, manifest -> {});
    }
  }

  void writeChunk(int content) throws IOException {
    byte[] bytes = bytes(content);
    datastore.chunks().insert(digest(content), encoder.encode(bytes, 0, bytes.length, true, null));
  }

  Path chunk(int content) {
    return datastore.chunks().path(digest(content));
  }

  /** @return null if it was never verified */
  @Nullable
  VerifyState state(SnapshotId snapshot) throws IOException {
    return datastore.manifest(Namespace.ROOT, snapshot).verifyState();
  }

  private static byte[] bytes(int content) {
    return ByteBuffer.allocate(CHUNK).putInt(content).array();
  }

  private Digest digest(int content) {
    return digests.computeIfAbsent(content, number -> sha256(bytes(number)));
  }

  private static Digest sha256(byte[] bytes) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    encoder.close();
    datastore.close();
  }
}
