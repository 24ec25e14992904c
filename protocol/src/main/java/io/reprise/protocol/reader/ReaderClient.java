package io.reprise.protocol.reader;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.chunk.ChunkSource;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;

/**
 * One reader session on a finished snapshot, which is locked against removal while it lasts (protocol.md §4). Calls may come
 * from many threads. A missing blob is a {@link io.reprise.protocol.rest.RestFailure} with status 404.
 */
public final class ReaderClient implements AutoCloseable {
  private static final String PROTOCOL = "proxmox-backup-reader-protocol-v1";

  private static final int MAX_ENCODED_BYTES = BlobDecoder.MAX_ENCODED_CHUNK;

  private final UpgradedConnection connection;

  private ReaderClient(UpgradedConnection connection) {
    this.connection = connection;
  }

  public static ReaderClient open(
      RestClient rest, String store, Namespace namespace, SnapshotId snapshot) throws IOException {
    var parameters =
        Parameters.of("store", store).withNamespace(namespace).with(snapshot).with("debug", true);
    return new ReaderClient(UpgradedConnection.open(rest, "reader", parameters, PROTOCOL));
  }

  /** A file of the snapshot, raw. Getting an index allows its chunks. Close the stream. */
  public InputStream download(String fileName) throws IOException {
    return connection.download("download", Parameters.of("file-name", fileName));
  }

  /** The snapshot's manifest; its signature is not looked at. */
  public Manifest manifest() throws IOException {
    return Manifest.read(ByteBuffer.wrap(bounded(ArchiveName.MANIFEST)));
  }

  /**
   * Downloads an index and proves it to be the one that the manifest lists: size and checksum.
   *
   * @param file where to keep it while it is open; replaced if it exists
   */
  public IndexReader index(FileEntry entry, Path file) throws IOException {
    try (var in = download(entry.name().text())) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    var index = IndexReader.open(file);
    if (index.size() == entry.size() && index.computeChecksum().equals(entry.csum())) return index;
    index.close();
    throw differs(entry);
  }

  /** Downloads a blob of at most 16 MiB, still encoded, and proves it to be the one that the manifest lists. */
  public ByteBuffer blob(FileEntry entry) throws IOException {
    byte[] bytes = bounded(entry.name());
    if (bytes.length != entry.size() || !Digest.of(sha256(bytes)).equals(entry.csum())) {
      throw differs(entry);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static BadFormat differs(FileEntry entry) {
    return new BadFormat(
        entry.name() + " is not what the manifest lists: the snapshot is damaged, restore another");
  }

  private byte[] bounded(ArchiveName name) throws IOException {
    try (var in = download(name.text())) {
      byte[] bytes = in.readNBytes(MAX_ENCODED_BYTES + 1);
      if (bytes.length <= MAX_ENCODED_BYTES) return bytes;
      throw new BadFormat(name + " has more than 16 MiB: no blob of a backup is that large");
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The session's chunks one by one, for random access through {@code IndexedReader}. */
  public ChunkSource chunks() {
    return digest -> {
      try (var chunk = UpgradedConnection.await(chunk(digest))) {
        ByteBuffer blob = chunk.blob();
        return ByteBuffer.allocate(blob.remaining()).put(blob).flip();
      }
    };
  }

  /**
   * Asks for a chunk of an index that was downloaded before; keep 16 or so under way.
   *
   * @return the blob as stored, unchecked; it completes on the network thread, where nothing may wait or compute long
   */
  public CompletableFuture<EncodedChunk> chunk(Digest digest) {
    return connection
        .fetch("chunk", Parameters.of("digest", digest.toString()), MAX_ENCODED_BYTES)
        .thenApply(body -> new EncodedChunk(digest, body));
  }

  /** Ends the session; requests under way fail. */
  @Override
  public void close() {
    connection.close();
  }
}
