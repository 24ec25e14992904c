package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.cli.up.DiskImage;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.backup.BackupTarget;
import io.reprise.protocol.backup.ChunkUploader;
import io.reprise.protocol.backup.ImageSource;
import io.reprise.protocol.backup.UploadListener;
import io.reprise.protocol.reader.ImageRestore;
import io.reprise.protocol.reader.ReaderClient;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/**
 * A guest whose disk is made up: from one version to the next a quarter of it changes.
 *
 * @param number its VMID
 * @param chunks of 4 MiB that its disk has
 */
record Guest(int number, int chunks) {
  static final ArchiveName DISK = new ArchiveName("drive-scsi0.img.fidx");
  private static final long FIRST = 1_763_856_000;
  private static final int THREADS = 2;

  /** How far a backup is. */
  @FunctionalInterface
  interface Steps {
    Steps UNWATCHED = () -> {};

    /** Called before the session opens and after each of the {@link #steps} that follow. */
    void done();
  }

  GroupId group() {
    return new GroupId(BackupType.VM, Integer.toString(number));
  }

  SnapshotId snapshot(int version) {
    return new SnapshotId(group(), FIRST + 60L * version);
  }

  int version(SnapshotId snapshot) {
    return (int) ((snapshot.time() - FIRST) / 60);
  }

  BackupTarget target(int version) {
    return new BackupTarget(Installation.STORE, Namespace.ROOT, snapshot(version));
  }

  /** Bytes of its disk. */
  long size() {
    return (long) chunks * DiskImage.CHUNK;
  }

  /** Where its chunks begin. */
  long[] starts() {
    return LongStream.range(0, chunks).map(i -> i * DiskImage.CHUNK).toArray();
  }

  /** Content of a chunk. */
  byte[] chunk(int version, int number) {
    byte[] chunk = new byte[DiskImage.CHUNK];
    DiskImage.fill(chunk, seed(version, number), number);
    return chunk;
  }

  /** How often {@link Steps} are told of one backup; after the last the finishing is asked for. */
  int steps() {
    return 1 + 1 + chunks + 1 + 1;
  }

  /** Backs one version of the disk up, based on the last one that is there. */
  void backUp(RestClient rest, int version, Steps steps) throws IOException {
    steps.done();
    try (var client = open(rest, version)) {
      steps.done();
      Manifest manifest = upload(client, version, steps);
      steps.done();
      try (var encoder = new BlobEncoder()) {
        client.uploadBlob(ArchiveName.MANIFEST.text(), manifest.encode(encoder));
      }
      steps.done();
      client.finish();
    }
  }

  private BackupClient open(RestClient rest, int version) throws IOException {
    return whenClosed("already running", () -> BackupClient.open(rest, target(version)));
  }

  /**
   * Asks again for a while: locks are held until the connection of the session before ends (protocol.md §3.5), which the
   * server may have yet to notice.
   */
  private static <T> T whenClosed(String busy, Callable<T> opening) {
    return await()
        .pollDelay(Duration.ZERO)
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsMatching(
            e -> e instanceof RestFailure && e.getMessage().contains(busy))
        .until(opening, Objects::nonNull);
  }

  private Manifest upload(BackupClient client, int version, Steps steps) throws IOException {
    UploadListener listener = (plain, sent) -> steps.done();
    try (var uploader = new ChunkUploader(client, null, true, THREADS, listener)) {
      if (client.previousBackupTime().isPresent()) learnPrevious(client, uploader);
      var result = uploader.image(DISK.text(), new Disk(version));
      return Manifest.of(
          snapshot(version),
          List.of(new FileEntry(DISK, CryptMode.NONE, result.sizeBytes(), result.checksum())));
    }
  }

  private static void learnPrevious(BackupClient client, ChunkUploader uploader)
      throws IOException {
    Path file = Files.createTempFile("reprise", ".fidx");
    try {
      try (var in = client.previous(DISK.text())) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
      try (var index = IndexReader.open(file)) {
        uploader.known(index);
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Restores a version and compares each byte of it. */
  void requireRestorable(RestClient rest, int version) throws IOException {
    try (var reader = whenClosed(
        "is in use",
        () -> ReaderClient.open(rest, Installation.STORE, Namespace.ROOT, snapshot(version)))) {
      requireSame(reader, version);
    }
  }

  private void requireSame(ReaderClient reader, int version) throws IOException {
    Path scratch = Files.createTempDirectory("reprise");
    Path disk = scratch.resolve("disk");
    Path file = scratch.resolve("fidx");
    try {
      FileEntry entry = reader.manifest().file(DISK).orElseThrow();
      assertThat(entry.size()).isEqualTo(size());
      try (var index = reader.index(entry, file);
          var out = FileChannel.open(
              disk,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        new ImageRestore(reader, index, null, out, true).run(THREADS, bytes -> {});
        compare(out, version);
      }
    } finally {
      Files.deleteIfExists(disk);
      Files.deleteIfExists(file);
      Files.delete(scratch);
    }
  }

  private void compare(FileChannel restored, int version) throws IOException {
    var found = ByteBuffer.allocate(DiskImage.CHUNK);
    for (int i = 0; i < chunks; i++) {
      found.clear();
      while (found.hasRemaining() && restored.read(found) >= 0) {}
      assertThat(Arrays.equals(found.array(), chunk(version, i)))
          .as("%s: chunk %d as it was backed up", snapshot(version), i)
          .isTrue();
    }
  }

  /** Of the version in which the chunk last changed. */
  private long seed(int version, int chunk) {
    return number * 10_000L + Math.max(0, version - (chunk + version) % 4);
  }

  private final class Disk implements ImageSource {
    private final int version;

    Disk(int version) {
      this.version = version;
    }

    @Override
    public long size() {
      return Guest.this.size();
    }

    @Override
    public void read(long position, ByteBuffer target) {
      int chunk = (int) (position / DiskImage.CHUNK);
      DiskImage.fill(target.array(), seed(version, chunk), chunk);
      target.position(target.limit());
    }

    @Override
    public long nextData(long position) {
      return position;
    }
  }
}
