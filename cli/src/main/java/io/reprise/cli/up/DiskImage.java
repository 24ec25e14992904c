package io.reprise.cli.up;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Made-up disks, the same on every machine. Of 4 GiB, 2.55 GiB are content, no chunk like another, the rest holes; zstd at
 * level 1 makes 1.77 GiB of it. Other sizes are alike.
 */
public final class DiskImage {
  /** Content and holes take turns in pieces as large as the chunks of an image backup. */
  public static final int CHUNK = 4 << 20;

  /** Of 1,024 chunks so many have content. */
  private static final int FILLED = 653;

  private static final int CHUNKS = 1_024;
  private static final int BLOCK = 64 << 10;

  /** Of the 64 blocks of a chunk so many are text, phrases of 32 bytes from a small book; the others are random. */
  private static final int TEXT_BLOCKS = 26;

  private static final int BLOCKS = CHUNK / BLOCK;
  private static final int PHRASE = 4;
  private static final int WORDS = 4_096;
  private static final long[] BOOK =
      new SplittableRandom(20_240_229).longs(WORDS).toArray();
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private DiskImage() {}

  /**
   * @param file made; must not exist
   * @param seed another one, other content
   * @param progress told how many bytes are done more
   */
  public static void generate(Path file, long sizeBytes, long seed, LongConsumer progress)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < sizeBytes; at += CHUNK) {
        int length = (int) Math.min(CHUNK, sizeBytes - at);
        boolean last = at + length == sizeBytes; // written in any case: the file has its size
        if (last || spread(at / CHUNK, FILLED, CHUNKS)) {
          fill(chunk, seed, at / CHUNK);
          write(out, ByteBuffer.wrap(chunk, 0, length), at);
        }
        progress.accept(length);
      }
    }
  }

  /** Copies an image of one's own; long runs of zeros become holes. */
  static void copy(Path from, Path to, LongConsumer progress) throws IOException {
    byte[] chunk = new byte[CHUNK];
    byte[] zeros = new byte[CHUNK];
    try (var in = Files.newInputStream(from);
        var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = 0;
      long size = Files.size(from);
      for (int n = in.readNBytes(chunk, 0, CHUNK); n > 0; n = in.readNBytes(chunk, 0, CHUNK)) {
        boolean last = at + n >= size;
        if (last || !Arrays.equals(chunk, 0, n, zeros, 0, n))
          write(out, ByteBuffer.wrap(chunk, 0, n), at);
        at += n;
        progress.accept(n);
      }
    }
  }

  /** Overwrites runs of 4 MiB spread over the image with new content, together {@code percent} of it; at least one. */
  public static void change(Path file, int percent, long seed) throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long size = out.size();
      long chunks = Math.max(1, size / CHUNK);
      long changes = Math.max(1, chunks * percent / 100);
      for (long i = 0; i < changes; i++) {
        long at = chunks * i / changes * CHUNK;
        fill(chunk, ~seed, at / CHUNK);
        // an image of one's own keeps its size
        write(out, ByteBuffer.wrap(chunk, 0, (int) Math.min(CHUNK, size - at)), at);
      }
    }
  }

  /** Content of one chunk of {@link #CHUNK} bytes. */
  public static void fill(byte[] chunk, long seed, long number) {
    var random = new SplittableRandom(seed * 1_000_003 + number);
    for (int at = 0; at < chunk.length; at += BLOCK) {
      boolean text = spread(at / BLOCK, TEXT_BLOCKS, BLOCKS);
      for (int word = 0; word < BLOCK / Long.BYTES; word += PHRASE) {
        int phrase = text ? (int) random.nextLong() : 0;
        for (int i = 0; i < PHRASE; i++) {
          long value = text ? BOOK[phrase + i & WORDS - 1] : random.nextLong();
          LONG.set(chunk, at + (word + i) * Long.BYTES, value);
        }
      }
    }
  }

  /** SHA-256 of a file, in hex. */
  static String sha256(Path file, LongConsumer progress) throws IOException {
    try (var in = FileChannel.open(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = ByteBuffer.allocate(1 << 20);
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer.flip());
        buffer.clear();
        progress.accept(n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Whether the n-th of {@code all} is one of {@code some}, which lie evenly among them. */
  private static boolean spread(long n, int some, int all) {
    long of = n % all;
    return (of + 1) * some / all > of * some / all;
  }

  private static void write(FileChannel out, ByteBuffer data, long position) throws IOException {
    long at = position;
    while (data.hasRemaining()) at += out.write(data, at);
  }
}
