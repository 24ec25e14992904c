package io.reprise.ingest.upgrade;

import io.netty.buffer.ByteBuf;
import io.reprise.ingest.memory.Admission;
import io.reprise.ingest.memory.UploadShare;
import io.reprise.ingest.rest.ApiError;
import org.jspecify.annotations.Nullable;

/**
 * A body that is to be held whole. What comes before there is memory for all of it fits into the stream's initial window,
 * which is then not given back; with the memory comes the window for the rest. On the event loop.
 */
final class Gathering implements AutoCloseable {
  private final ServerConnection connection;
  private final int stream;
  private final int limit;
  private final Ready ready;
  private @Nullable Admission memory;
  private @Nullable ByteBuf bytes;
  private boolean admitted;
  private boolean ended;
  private boolean over;

  /** Told when the body is whole and in memory that is accounted for. */
  interface Ready {
    /** @throws ApiError the answer instead */
    void run(Gathering gathered);
  }

  /** @param limit most bytes that the body may have, 1 or more */
  Gathering(ServerConnection connection, int stream, int limit, Ready ready) {
    this.connection = connection;
    this.stream = stream;
    this.limit = limit;
    this.ready = ready;
  }

  void admit() {
    UploadShare share = connection.share();
    if (share == null) admitted();
    else memory = share.admit(limit, connection::onLoop, this::admitted);
  }

  private void admitted() {
    if (over) return;
    admitted = true;
    ByteBuf early = bytes;
    bytes = connection.resources().bodies().directBuffer(limit, limit);
    if (early != null) {
      bytes.writeBytes(early);
      connection.giveBack(stream, bytes.readableBytes());
      early.release();
    }
    int more = limit - connection.initialWindow();
    if (more > 0 && !ended) connection.widen(stream, more);
    // Later than it was asked for, nothing may be received here that would send the window along.
    if (memory != null) connection.flush();
    if (ended) whole();
  }

  /**
   * @return bytes that the stream may send again
   * @throws ApiError if that is more than the limit
   */
  int add(ByteBuf data) {
    int length = data.readableBytes();
    ByteBuf into = bytes;
    if (into == null) {
      into = connection.alloc().directBuffer(Math.min(limit, length), limit);
      bytes = into;
    }
    if (into.readableBytes() + length > limit) {
      throw ApiError.badRequest("the body is longer than " + limit + " bytes");
    }
    into.writeBytes(data);
    return admitted ? length : 0;
  }

  /** @throws ApiError if the body is refused now that it is whole */
  void end() {
    ended = true;
    if (admitted) whole();
  }

  private void whole() {
    ready.run(this);
  }

  /** Has memory, and waits for its client. */
  boolean waitsForClient() {
    return admitted && !ended;
  }

  /** What has come so far. */
  ByteBuf bytes() {
    if (bytes == null) bytes = connection.alloc().directBuffer(0, limit);
    return bytes;
  }

  /** Hands the bytes and their memory over. */
  ReceivedBody take() {
    if (memory == null) throw new IllegalStateException("a raw body without memory");
    var taken = new ReceivedBody(bytes(), memory);
    bytes = null;
    memory = null;
    over = true;
    return taken;
  }

  /** Gives everything back. Any thread if nothing else is called any more. */
  @Override
  public void close() {
    over = true;
    if (bytes != null) bytes.release();
    bytes = null;
    if (memory != null) memory.close();
    memory = null;
  }
}
