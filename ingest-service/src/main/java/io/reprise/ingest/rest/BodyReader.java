package io.reprise.ingest.rest;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads, or drops, the body of a request that was paused when it arrived. */
final class BodyReader {
  /** Milliseconds that a body nobody wants may take to end before the connection is closed. */
  private static final long DROP_MILLIS = 10_000;

  /** Slower than that, in bytes a second, only the smallest bodies may come. */
  private static final int SLOWEST = 64 << 10;

  private final Vertx vertx;
  private final Context context;
  private final HttpServerRequest request;
  private final Duration patience;

  /**
   * @param context of the request's event loop
   * @param patience for the smallest body
   */
  BodyReader(Vertx vertx, Context context, HttpServerRequest request, Duration patience) {
    this.vertx = vertx;
    this.context = context;
    this.request = request;
    this.patience = patience;
  }

  /**
   * The whole body; blocks a virtual thread.
   *
   * @throws ApiError 400 if it is longer than the limit in bytes; 408 if it takes too long
   * @throws ResponseStream.ClientGone if the connection ends before the body does
   */
  byte[] read(int limit) throws IOException {
    var whole = new CompletableFuture<byte[]>();
    context.runOnContext(ignored -> {
      long timer = vertx.setTimer(
          patience.plusSeconds(limit / SLOWEST).toMillis(),
          late -> whole.completeExceptionally(new ApiError(408, "the body comes too slowly")));
      whole.whenComplete((bytes, failure) -> vertx.cancelTimer(timer));
      Buffer read = Buffer.buffer();
      request.exceptionHandler(whole::completeExceptionally);
      request.endHandler(end -> whole.complete(read.getBytes()));
      request.handler(part -> {
        if (whole.isDone()) return;
        if (read.length() + part.length() > limit) {
          whole.completeExceptionally(
              ApiError.badRequest("the body is longer than " + limit + " bytes"));
        } else {
          read.appendBuffer(part);
        }
      });
      request.resume();
    });
    try {
      return whole.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ApiError refused) {
        drop();
        throw refused;
      }
      throw new ResponseStream.ClientGone(e.getCause());
    }
  }

  /** Reads on and forgets, so that the client gets to see the answer; not for ever. */
  void drop() {
    context.runOnContext(ignored -> {
      if (request.isEnded()) return;
      long timer = vertx.setTimer(DROP_MILLIS, late -> {
        if (!request.isEnded()) request.connection().close();
      });
      request.exceptionHandler(gone -> vertx.cancelTimer(timer));
      request.endHandler(end -> vertx.cancelTimer(timer));
      request.handler(part -> {});
      request.resume();
    });
  }
}
