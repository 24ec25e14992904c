package io.reprise.protocol.reader;

import io.reprise.datastore.chunk.Digest;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/**
 * One reader session on a finished snapshot, which is locked against removal while it lasts (protocol.md §4). Calls may come
 * from many threads. A missing blob is a {@link io.reprise.protocol.rest.RestFailure} with status 404.
 */
public final class ReaderClient implements AutoCloseable {
  public static ReaderClient open(
      RestClient rest, String store, Namespace namespace, SnapshotId snapshot) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** A file of the snapshot, raw. Getting an index allows its chunks. Close the stream. */
  public InputStream download(String fileName) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Asks for a chunk of an index that was downloaded before; keep 16 or so under way.
   *
   * @return the blob as stored, unchecked
   */
  public CompletableFuture<EncodedChunk> chunk(Digest digest) {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void close() {}
}
