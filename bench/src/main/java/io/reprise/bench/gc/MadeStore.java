package io.reprise.bench.gc;

import io.reprise.cli.up.DiskImage;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.Digest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A datastore of guests that change every night: index files as backups leave them, and chunks that are names, sizes and
 * times without content (holes), for nobody reads them here. Everything is three days old. The same each time.
 */
final class MadeStore {
  /** Referenced by the snapshots of one guest, all different. */
  static final int CHUNKS_OF_A_GUEST = 20_000;

  static final int ORPHANS_OF_A_GUEST = 1_000;
  static final int SNAPSHOTS = 20;
  private static final int DISK = 8_200;
  private static final int CHANGED = (CHUNKS_OF_A_GUEST - DISK) / (SNAPSHOTS - 1);
  private static final int OF_A_NIGHT = 12;
  private static final long CHUNK_BYTES = 2 << 20;
  private static final long FIRST_NIGHT = 1_760_000_000;
  private static final FileTime OLD = FileTime.from(Instant.now().minus(Duration.ofDays(3)));

  private final Path directory;
  private final int guests;
  private int night;

  MadeStore(Path directory, int guests) {
    this.directory = directory;
    this.guests = guests;
  }

  Path path() {
    return directory.resolve("store");
  }

  int guests() {
    return guests;
  }

  Datastore open() throws IOException {
    var config = new DatastoreConfig("store", path(), SyncLevel.NONE, null, SpaceFloor.NONE);
    return Datastore.open(
        config, new DatastoreLayout(directory.resolve("state"), directory.resolve("run")));
  }

  void make() throws IOException {
    ChunkStore.create(path(), directories -> {});
    for (int guest = 0; guest < guests; guest++) {
      for (int version = 0; version < SNAPSHOTS; version++) backUp(guest, version);
      for (int i = 0; i < ORPHANS_OF_A_GUEST; i++) chunk(digest(-1 - guest, i));
    }
  }

  /** Twelve new snapshots, and the oldest of each of their guests gone, as a purge leaves it. */
  void passNight() throws IOException {
    for (int i = 0; i < OF_A_NIGHT; i++, night++) {
      int guest = night % guests;
      int before = night / guests;
      backUp(guest, SNAPSHOTS + before);
      delete(snapshot(guest, before));
    }
  }

  private void backUp(int guest, int version) throws IOException {
    Path snapshot = Files.createDirectories(snapshot(guest, version));
    try (var index = FixedIndexWriter.create(
        snapshot.resolve("drive-scsi0.img.tmp_fidx"),
        (long) DISK * DiskImage.CHUNK,
        DiskImage.CHUNK)) {
      for (int entry = 0; entry < DISK; entry++) index.set(entry, digest(guest, entry, version));
      index.finish(snapshot.resolve("drive-scsi0.img.fidx"), false);
    }
    if (version == 0) {
      for (int i = 0; i < DISK; i++) chunk(digest(guest, i));
    } else {
      int first = DISK + (version - 1) * CHANGED;
      for (int i = first; i < first + CHANGED; i++) chunk(digest(guest, i));
    }
  }

  /** Each night another stretch of the disk changes; it begins again at the front once all of it has. */
  private static Digest digest(int guest, int entry, int version) {
    int stretch = entry / CHANGED;
    int stretches = DISK / CHANGED;
    if (stretch >= stretches) return digest(guest, entry);
    int last = version - Math.floorMod(version - 1 - stretch, stretches);
    return last < 1
        ? digest(guest, entry)
        : digest(guest, DISK + (last - 1) * CHANGED + entry % CHANGED);
  }

  private static Digest digest(int guest, int number) {
    var random = new SplittableRandom(((long) guest << 32) + number);
    return new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private Path snapshot(int guest, int version) {
    var group = new GroupId(BackupType.VM, Integer.toString(100 + guest));
    return path().resolve(new SnapshotId(group, FIRST_NIGHT + version * 86_400L).toString());
  }

  private void chunk(Digest digest) throws IOException {
    String name = digest.toString();
    Path file = path().resolve(".chunks").resolve(name.substring(0, 4)).resolve(name);
    try (var made = Descriptor.create(file, 0644)) {
      made.truncate(CHUNK_BYTES);
    }
    Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(OLD, OLD, null);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
