package io.reprise.cli.up;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** A made-up disk for the demonstration: a quarter empty, a quarter that compresses well, half that does not. */
final class DiskImage {
  private static final int BLOCK = 1 << 20;
  private static final long SEED = 20_240_229;

  private DiskImage() {}

  /** @param sizeBytes a multiple of 1 MiB */
  static void generate(Path file, long sizeBytes) throws IOException {
    var random = new SplittableRandom(SEED);
    var block = ByteBuffer.allocate(BLOCK).order(ByteOrder.nativeOrder());
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < sizeBytes; at += BLOCK) {
        int kind = (int) (at / BLOCK / 8 % 4); // 8 MiB of each in turn
        if (kind == 0 && at + BLOCK < sizeBytes) {
          out.position(at + BLOCK); // a hole
          continue;
        }
        fill(block, random, kind == 1);
        out.write(block.flip());
      }
    }
  }

  /** Overwrites runs of 1 MiB spread over the image, together {@code percent} of it; at least one. */
  static void change(Path file, int percent) throws IOException {
    var random = new SplittableRandom(SEED + 1);
    long blocks = Math.max(1, Files.size(file) / BLOCK);
    long changes = Math.max(1, blocks * percent / 100);
    var block = ByteBuffer.allocate(BLOCK).order(ByteOrder.nativeOrder());
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long size = out.size();
      for (long i = 0; i < changes; i++) {
        fill(block, random, false);
        block.flip();
        long at = blocks * i / changes * BLOCK;
        block.limit((int) Math.min(BLOCK, size - at)); // an image of one's own keeps its size
        out.write(block, at);
      }
    }
  }

  /** SHA-256 of a file, in hex. */
  static String sha256(Path file) throws IOException {
    try (var in = FileChannel.open(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = ByteBuffer.allocate(BLOCK);
      while (in.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void fill(ByteBuffer block, SplittableRandom random, boolean compressible) {
    block.clear();
    while (block.hasRemaining()) {
      block.putLong(compressible ? random.nextLong() & 0x0f0f_0000_0f0f_0000L : random.nextLong());
    }
  }
}
