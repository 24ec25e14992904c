package io.reprise.protocol.backup;

import io.reprise.datastore.chunk.Digest;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One backup session (protocol.md §3). Calls may come from many threads; blocking ones wait for the server's answer.
 * {@link io.reprise.protocol.rest.RestFailure} carries the server's refusal and does not end the session; {@link
 * io.reprise.protocol.connect.ConnectionLost} does, and the server then removes the unfinished snapshot.
 */
public final class BackupClient implements AutoCloseable {
  /** Opens a session; the snapshot appears at {@link #finish}. */
  public static BackupClient open(RestClient rest, BackupTarget target) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Opens a session that stores nothing, for {@link #speedtest}; its group is {@code host/benchmark}. */
  public static BackupClient openBenchmark(RestClient rest, String store) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** @return epoch seconds of the snapshot this one builds on; empty if there is none */
  public OptionalLong previousBackupTime() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * A file of the previous snapshot, raw. Getting an index makes the chunks in it known to the server: from then on they can
   * be appended without upload. Close the stream; save an index with {@code Files.copy}.
   */
  public InputStream previous(String archiveName) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Opens a fixed index with chunks of 4 MiB; {@code sizeBytes} ≥ 1 is the size of the image. */
  public RemoteIndex createFixedIndex(String archiveName, long sizeBytes) throws IOException {
    return createFixedIndex(archiveName, sizeBytes, null);
  }

  /** @param reuse checksum of the same archive in the previous snapshot: its entries are taken over */
  public RemoteIndex createFixedIndex(String archiveName, long sizeBytes, @Nullable Digest reuse)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  public RemoteIndex createDynamicIndex(String archiveName) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Uploads one chunk. Waits while too many bytes are on their way (back-pressure); then the bytes are copied, so the buffer
   * may be reused at once.
   *
   * @param plainBytes size of the content, 1 … 16 MiB
   * @param encoded the blob
   * @return completes when the server has stored the chunk: only then may it be appended
   */
  public CompletableFuture<Void> uploadChunk(
      RemoteIndex index, Digest digest, int plainBytes, ByteBuffer encoded) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Adds entries to an index; at most 128 in one call, and one call at a time for each index.
   *
   * @param starts start of each chunk in the archive; for a dynamic index without gaps, in order
   */
  public CompletableFuture<Void> append(RemoteIndex index, List<Digest> digests, long[] starts) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Closes an index; the server compares all three with what it has.
   *
   * @param entries number of appended entries
   * @param checksum SHA-256 of the index (datastore.md §3)
   */
  public void closeIndex(RemoteIndex index, long entries, long sizeBytes, Digest checksum)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Stores an encoded blob under a name ending in {@code .blob}. */
  public void uploadBlob(String fileName, ByteBuffer encoded) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Sends bytes that the server throws away (protocol.md §3.8). */
  public CompletableFuture<Void> speedtest(ByteBuffer bytes) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Makes the snapshot. The manifest {@code index.json.blob} must have been uploaded. */
  public void finish() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Drops the connection; without {@link #finish} the server removes the snapshot. */
  @Override
  public void close() {}
}
