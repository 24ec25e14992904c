package io.reprise.protocol.reader;

import io.reprise.datastore.chunk.Digest;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/**
 * One reader session on a finished snapshot, which is locked against removal while it lasts (protocol.md §4). Calls may come
 * from many threads. A missing blob is a {@link io.reprise.protocol.rest.RestFailure} with status 404.
 */
public final class ReaderClient implements AutoCloseable {
  private static final String PROTOCOL = "proxmox-backup-reader-protocol-v1";

  /** The largest chunk there may be, encoded (datastore.md §2.5). */
  private static final int MAX_ENCODED_BYTES = (16 << 20) + 44;

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
