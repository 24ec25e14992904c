package io.reprise.datastore.pxar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** SipHash-2-4 under the key of the format: the hash of names in GOODBYE tables (datastore.md §4.3). */
final class SipHash {
  private static final long K0 = 0x83ac3f1cfbb450dbL;
  private static final long K1 = 0xaa4f1b6879369fbdL;

  private long v0 = K0 ^ 0x736f6d6570736575L;
  private long v1 = K1 ^ 0x646f72616e646f6dL;
  private long v2 = K0 ^ 0x6c7967656e657261L;
  private long v3 = K1 ^ 0x7465646279746573L;

  private SipHash() {}

  static long of(byte[] bytes) {
    return new SipHash().hash(bytes);
  }

  private long hash(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= 8) compress(in.getLong());
    long last = (long) bytes.length << 56;
    for (int shift = 0; in.hasRemaining(); shift += 8) last |= (in.get() & 0xffL) << shift;
    compress(last);
    v2 ^= 0xff;
    for (int i = 0; i < 4; i++) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private void compress(long word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }
}
