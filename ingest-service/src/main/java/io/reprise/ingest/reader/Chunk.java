package io.reprise.ingest.reader;

import io.netty.buffer.ByteBuf;
import io.reprise.datastore.Digest;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that a session was asked for, or expects to be. Guarded by its {@link ReadAhead}.
 *
 * <pre>
 * PLANNED → QUEUED → READING → HELD → GIVEN UP (taken, or its memory given back)
 *    └─────────┴─────────┴─── no memory, failed, not wanted ──↗
 * </pre>
 */
final class Chunk {
  enum State {
    PLANNED,
    QUEUED,
    READING,
    HELD,
    GIVEN_UP
  }

  final Digest digest;
  State state;

  /** Calls that want it. */
  int wantedBy;

  /** Nobody asked for it yet. */
  boolean ahead;

  /** Size of the file in bytes; −1 while it is not known. */
  int size = -1;

  /** Borrowed for it. */
  int borrowed;

  @Nullable
  FileStatus status;

  @Nullable
  ByteBuf bytes;

  /** Done when its size is known, and its bytes are there if there was memory for them; fails as reading does. */
  private final CompletableFuture<Integer> read = new CompletableFuture<>();

  Chunk(Digest digest, State state, boolean ahead) {
    this.digest = digest;
    this.state = state;
    this.ahead = ahead;
  }

  void settle(int size) {
    read.complete(size);
  }

  void fail(Throwable why) {
    read.completeExceptionally(why);
  }

  /** Waits until it has been read, or could not be. @return its size in bytes */
  int await() throws IOException {
    return ChunkFiles.await(read);
  }
}
