package io.reprise.protocol.backup;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.Digest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One backup session (protocol.md §3). Calls may come from many threads; blocking ones wait for the server's answer.
 * {@link RestFailure} carries the server's refusal and does not end the session; {@link
 * io.reprise.protocol.connect.ConnectionLost} does, and the server then removes the unfinished snapshot.
 */
public final class BackupClient implements AutoCloseable {
  /** The server takes more, but within a body of 64 KiB. */
  public static final int MAX_APPEND_ENTRIES = 128;

  private static final String PROTOCOL = "proxmox-backup-protocol-v1";
  private static final GroupId BENCHMARK = new GroupId(BackupType.HOST, "benchmark");

  private final UpgradedConnection connection;

  private BackupClient(UpgradedConnection connection) {
    this.connection = connection;
  }

  /** Opens a session; the snapshot appears at {@link #finish}. */
  public static BackupClient open(RestClient rest, BackupTarget target) throws IOException {
    return open(rest, target, false);
  }

  /** Opens a session that stores nothing, for {@link #speedtest}; its group is {@code host/benchmark}. */
  public static BackupClient openBenchmark(RestClient rest, String store) throws IOException {
    var snapshot = new SnapshotId(BENCHMARK, Instant.now().getEpochSecond());
    return open(rest, new BackupTarget(store, Namespace.ROOT, snapshot), true);
  }

  private static BackupClient open(RestClient rest, BackupTarget target, boolean benchmark)
      throws IOException {
    var parameters = Parameters.of("store", target.store())
        .withNamespace(target.namespace())
        .with(target.snapshot())
        .with("debug", !benchmark)
        .with("benchmark", benchmark);
    return new BackupClient(UpgradedConnection.open(rest, "backup", parameters, PROTOCOL));
  }

  /** @return epoch seconds of the snapshot this one builds on; empty if there is none */
  public OptionalLong previousBackupTime() throws IOException {
    var time = call("GET", "previous_backup_time", Parameters.none());
    return time.isNull() ? OptionalLong.empty() : OptionalLong.of(time.asLong());
  }

  /**
   * A file of the previous snapshot, raw. Getting an index makes the chunks in it known to the server: from then on they can
   * be appended without upload. Close the stream; save an index with {@code Files.copy}.
   */
  public InputStream previous(String archiveName) throws IOException {
    return connection.download("previous", Parameters.of("archive-name", archiveName));
  }

  /**
   * An index of the chunks that backups of this group which broke off have left with the server, if it is one of ours: not part
   * of PBS's protocol. They may be appended like those of a previous index.
   *
   * @throws RestFailure if there are none, or the server knows nothing of this
   */
  public InputStream uploaded() throws IOException {
    return connection.download("uploaded", Parameters.none());
  }

  /** Opens a fixed index with chunks of 4 MiB; {@code sizeBytes} ≥ 1 is the size of the image. */
  public RemoteIndex createFixedIndex(String archiveName, long sizeBytes) throws IOException {
    return createFixedIndex(archiveName, sizeBytes, null);
  }

  /** @param reuse checksum of the same archive in the previous snapshot: its entries are taken over */
  public RemoteIndex createFixedIndex(String archiveName, long sizeBytes, @Nullable Digest reuse)
      throws IOException {
    var parameters = Parameters.of("archive-name", checked(archiveName, ".fidx"))
        .with("size", sizeBytes)
        .with("reuse-csum", reuse == null ? null : reuse.toString());
    return new RemoteIndex(writerId(call("POST", "fixed_index", parameters)), true, archiveName);
  }

  public RemoteIndex createDynamicIndex(String archiveName) throws IOException {
    var parameters = Parameters.of("archive-name", checked(archiveName, ".didx"));
    return new RemoteIndex(writerId(call("POST", "dynamic_index", parameters)), false, archiveName);
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
    var parameters = Parameters.none()
        .with("wid", index.writerId())
        .with("digest", digest.toString())
        .with("size", plainBytes)
        .with("encoded-size", encoded.remaining());
    return done(connection.upload(index.kind() + "_chunk", parameters, encoded));
  }

  /**
   * Adds entries to an index; at most {@link #MAX_APPEND_ENTRIES} in one call, and one call at a time for each index.
   *
   * @param starts start of each chunk in the archive; for a dynamic index without gaps, in order
   */
  public CompletableFuture<Void> append(RemoteIndex index, List<Digest> digests, long[] starts) {
    if (digests.size() != starts.length || starts.length > MAX_APPEND_ENTRIES) {
      throw new IllegalArgumentException(
          digests.size() + " digests with " + starts.length + " starts in one append");
    }
    var parameters = Parameters.none().with("wid", index.writerId());
    var digestList = parameters.json().putArray("digest-list");
    var offsetList = parameters.json().putArray("offset-list");
    for (int i = 0; i < starts.length; i++) {
      digestList.add(digests.get(i).toString());
      offsetList.add(starts[i]);
    }
    return done(connection.put(index.kind() + "_index", parameters));
  }

  /**
   * Closes an index; the server compares all three with what it has.
   *
   * @param entries number of appended entries
   * @param checksum SHA-256 of the index (datastore.md §3)
   */
  public void closeIndex(RemoteIndex index, long entries, long sizeBytes, Digest checksum)
      throws IOException {
    var parameters = Parameters.none()
        .with("wid", index.writerId())
        .with("chunk-count", entries)
        .with("size", sizeBytes)
        .with("csum", checksum.toString());
    call("POST", index.kind() + "_close", parameters);
  }

  /** Stores an encoded blob under a name ending in {@code .blob}. */
  public void uploadBlob(String fileName, ByteBuffer encoded) throws IOException {
    var parameters = Parameters.of("file-name", checked(fileName, ".blob"))
        .with("encoded-size", encoded.remaining());
    UpgradedConnection.await(connection.upload("blob", parameters, encoded));
  }

  /** Sends bytes that the server throws away (protocol.md §3.8); waits while too many are on their way. */
  public CompletableFuture<Void> speedtest(ByteBuffer bytes) throws IOException {
    return done(connection.upload("speedtest", Parameters.none(), bytes));
  }

  /** Makes the snapshot. The manifest {@code index.json.blob} must have been uploaded. */
  public void finish() throws IOException {
    call("POST", "finish", Parameters.none());
  }

  /** Drops the connection; without {@link #finish} the server removes the snapshot. */
  @Override
  public void close() {
    connection.close();
  }

  private JsonNode call(String method, String endpoint, Parameters parameters) throws IOException {
    return UpgradedConnection.await(connection.call(method, endpoint, parameters));
  }

  private static CompletableFuture<Void> done(CompletableFuture<JsonNode> answer) {
    return answer.thenApply(data -> null);
  }

  private static int writerId(JsonNode data) throws IOException {
    if (!data.isInt()) throw new IOException("the server's answer holds no writer id");
    return data.asInt();
  }

  private static String checked(String name, String extension) {
    if (SafeId.matches(name) && name.endsWith(extension)) return name;
    throw new InvalidName("archive name", name, "a safe file name ending in " + extension);
  }
}
