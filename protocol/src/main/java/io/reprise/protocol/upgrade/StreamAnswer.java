package io.reprise.protocol.upgrade;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Takes the answer of one stream, piece by piece, on the event loop; either {@link #end} or {@link #fail} comes last. */
interface StreamAnswer {
  /** @param lengthBytes announced length of the body, -1 if unknown */
  void head(int status, long lengthBytes);

  /**
   * Takes bytes; the caller keeps its reference.
   *
   * @return how many of them may be asked for again at once; the rest is given back later
   * @throws IOException if nobody wants more: the stream is cancelled
   */
  int data(ByteBuf data) throws IOException;

  void end();

  void fail(IOException cause);
}
