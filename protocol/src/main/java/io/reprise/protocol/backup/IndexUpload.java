package io.reprise.protocol.backup;

import io.reprise.datastore.Digest;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One index on its way. Chunks are worked on in parallel; here they come back into order, are appended in batches once the
 * server has them, one append at a time, and counted into the checksum. For one thread.
 */
final class IndexUpload {
  /** Chunks worked on or waiting for their turn; hides how long single ones take. */
  private static final int WINDOW = 128;

  private final BackupClient client;
  private final RemoteIndex index;
  private final UploadListener listener;
  private final MessageDigest checksum;
  private final ByteBuffer entry = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
  private final ArrayDeque<CompletableFuture<SentChunk>> window = new ArrayDeque<>();
  private final List<Digest> digests = new ArrayList<>();
  private final long[] starts = new long[BackupClient.MAX_APPEND_ENTRIES];
  private @Nullable CompletableFuture<Void> appending;
  private long entries;
  private long position;
  private long uploadedBytes;
  private long sentBytes;

  IndexUpload(BackupClient client, RemoteIndex index, UploadListener listener) {
    this.client = client;
    this.index = index;
    this.listener = listener;
    try {
      checksum = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  RemoteIndex index() {
    return index;
  }

  /** The archive's next chunk; waits while too many are under way. */
  void add(CompletableFuture<SentChunk> chunk) throws IOException {
    window.add(chunk);
    while (window.size() >= WINDOW || (!window.isEmpty() && window.element().isDone())) {
      settle(window.remove());
    }
  }

  /** Waits for everything and closes the index. */
  UploadResult close() throws IOException {
    while (!window.isEmpty()) settle(window.remove());
    append();
    awaitAppend();
    Digest csum = Digest.of(checksum.digest());
    client.closeIndex(index, entries, position, csum);
    return new UploadResult(index.archiveName(), position, csum, entries, uploadedBytes, sentBytes);
  }

  private void settle(CompletableFuture<SentChunk> pending) throws IOException {
    SentChunk chunk = UpgradedConnection.await(pending);
    starts[digests.size()] = position;
    digests.add(chunk.digest());
    entries++;
    position += chunk.plainBytes();
    if (chunk.sentBytes() > 0) {
      uploadedBytes += chunk.plainBytes();
      sentBytes += chunk.sentBytes();
    }
    entry.clear();
    if (!index.fixed()) entry.putLong(position);
    chunk.digest().write(entry);
    checksum.update(entry.flip());
    if (digests.size() == starts.length) append();
    listener.chunk(chunk.plainBytes(), chunk.sentBytes());
  }

  private void append() throws IOException {
    if (digests.isEmpty()) return;
    awaitAppend();
    appending = client.append(index, digests, java.util.Arrays.copyOf(starts, digests.size()));
    digests.clear();
  }

  private void awaitAppend() throws IOException {
    if (appending != null) UpgradedConnection.await(appending);
    appending = null;
  }
}
