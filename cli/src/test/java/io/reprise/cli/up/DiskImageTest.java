package io.reprise.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskImageTest {
  @TempDir
  Path directory;

  @Test
  void theSameSeedGivesTheSameDiskAnotherSeedAnotherOne() throws Exception {
    var told = new AtomicLong();
    long size = (32 << 20) + 512;
    DiskImage.generate(directory.resolve("a"), size, 1, told::addAndGet);
    DiskImage.generate(directory.resolve("b"), size, 1, n -> {});
    DiskImage.generate(directory.resolve("c"), size, 2, n -> {});

    assertThat(told).hasValue(size);
    assertThat(directory.resolve("a")).hasSize(size).hasSameBinaryContentAs(directory.resolve("b"));
    assertThat(Files.mismatch(directory.resolve("a"), directory.resolve("c"))).isNotNegative();
    assertThat(DiskImage.sha256(directory.resolve("a"), n -> {}))
        .isEqualTo("240e0d214b53059328b336da2bb17e04334f69836176fb56efc44a887b2c621c");
  }

  @Test
  void twoPercentOfTheChunksChangeAndTheSizeStays() throws Exception {
    Path image = directory.resolve("image");
    Path before = directory.resolve("before");
    long size = 400L << 20;
    try (var empty = FileChannel.open(
        image,
        java.nio.file.StandardOpenOption.CREATE_NEW,
        java.nio.file.StandardOpenOption.WRITE)) {
      empty.write(ByteBuffer.allocate(1), size - 1);
    }
    Files.copy(image, before);
    DiskImage.change(image, 2, 1);

    assertThat(image).hasSize(size);
    assertThat(chunksThatDiffer(image, before)).isEqualTo(2);
  }

  private static int chunksThatDiffer(Path one, Path other) throws Exception {
    int different = 0;
    byte[] a = new byte[DiskImage.CHUNK];
    byte[] b = new byte[DiskImage.CHUNK];
    try (var left = Files.newInputStream(one);
        var right = Files.newInputStream(other)) {
      while (left.readNBytes(a, 0, a.length) > 0) {
        right.readNBytes(b, 0, b.length);
        if (!java.util.Arrays.equals(a, b)) different++;
      }
    }
    return different;
  }
}
