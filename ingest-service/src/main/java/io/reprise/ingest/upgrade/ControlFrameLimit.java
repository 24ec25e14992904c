package io.reprise.ingest.upgrade;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/** Frames that cost the sender nothing and carry nothing: so many in a while are an attack, no client needs them. */
final class ControlFrameLimit {
  private static final int FRAMES = 1_000;
  private static final long WINDOW_NANOS = 30_000_000_000L;

  private long windowStart = System.nanoTime();
  private int frames;

  /** @throws Http2Exception ends the connection */
  void count() throws Http2Exception {
    long now = System.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      frames = 0;
    }
    if (++frames > FRAMES) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "more than %d control frames in 30 s", FRAMES);
    }
  }
}
