package io.reprise.protocol.upgrade;

import io.netty.buffer.ByteBuf;
import io.reprise.protocol.connect.ReceivedBody;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** Hands an answer of any size to a reading thread; the server waits when that thread does. */
final class StreamedAnswer implements StreamAnswer, ReceivedBody.Source {
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final ReceivedBody body = new ReceivedBody(this, 0);
  private final IntConsumer giveBack;
  private final Runnable cancel;

  /**
   * @param giveBack lets the server send so many bytes more
   * @param cancel tells the server to stop
   */
  StreamedAnswer(IntConsumer giveBack, Runnable cancel) {
    this.giveBack = giveBack;
    this.cancel = cancel;
  }

  CompletableFuture<Integer> status() {
    return status;
  }

  ReceivedBody body() {
    return body;
  }

  @Override
  public void head(int status, long lengthBytes) {
    this.status.complete(status);
  }

  @Override
  public int data(ByteBuf data) {
    body.add(data.retain());
    return 0;
  }

  @Override
  public void end() {
    body.end();
  }

  @Override
  public void fail(IOException cause) {
    status.completeExceptionally(cause);
    body.fail(cause);
  }

  @Override
  public void consumed(int bytes) {
    giveBack.accept(bytes);
  }

  @Override
  public void drained() {}

  @Override
  public void abandoned() {
    cancel.run();
  }
}
