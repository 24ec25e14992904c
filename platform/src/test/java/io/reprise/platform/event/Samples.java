package io.reprise.platform.event;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.UploadStatistics;
import io.reprise.platform.event.SnapshotFinished.Origin;
import io.reprise.platform.task.TaskProgress;
import io.reprise.platform.task.Upid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Events to test with. */
final class Samples {
  static final AuthId WHO = AuthId.parse("pve@pbs!cluster1");
  static final SnapshotId SNAPSHOT = SnapshotId.parse("vm/433/2026-11-22T23:33:06Z");
  static final Upid TASK = Upid.parse(
      "UPID:pbs1:000071B9:000B2D6D:00000025:6B03DA8B:backup:main\\x3avm-433:pve@pbs!cluster1:");
  private static final Digest DIGEST = new Digest(1, 2, 3, 4);

  private Samples() {}

  static FileEntry file(String name, CryptMode mode, long size) {
    return new FileEntry(new ArchiveName(name), mode, size, DIGEST);
  }

  static SnapshotFinished finished(
      String store, Namespace namespace, SnapshotId snapshot, List<FileEntry> files) {
    return new SnapshotFinished(
        store,
        namespace,
        snapshot,
        Origin.BACKUP,
        Manifest.of(snapshot, files),
        AuthId.parse("pve@pbs"),
        WHO,
        TASK,
        Duration.ofMillis(61_250),
        new UploadStatistics(8192, 34_359_738_368L, 104_857_600, 8100));
  }

  static SnapshotFinished finished() {
    return finished(
        "main",
        Namespace.parse("prod/linux"),
        SNAPSHOT,
        List.of(
            file("drive-scsi0.img.fidx", CryptMode.NONE, 34_359_738_368L),
            file("qemu-server.conf.blob", CryptMode.NONE, 401)));
  }

  /** As many files, with as long names, as anybody may have. */
  static SnapshotFinished largest() {
    var files = new ArrayList<FileEntry>();
    for (int i = 0; i < 10_000; i++) {
      files.add(file("f".repeat(240) + "%05d".formatted(i) + ".blob", CryptMode.SIGN_ONLY, i));
    }
    return finished("main", Namespace.ROOT, SNAPSHOT, files);
  }

  static SnapshotRemoved removed() {
    return new SnapshotRemoved("main", Namespace.ROOT, SNAPSHOT, WHO);
  }

  static TaskProgressed progressed() {
    return new TaskProgressed(
        TASK,
        new TaskProgress(37.5, 12_884_901_888L, 314_572_800, "drive-scsi0.img: 12 of 32 GiB"));
  }

  static JobRequested requested(Topic topic, String type) {
    return new JobRequested(UUID.randomUUID(), topic, type, "main", TASK, WHO);
  }

  static SnapshotRestored restored() {
    return new SnapshotRestored("main", Namespace.parse("prod"), SNAPSHOT, WHO);
  }

  static SnapshotPurged purged() {
    return new SnapshotPurged("main", Namespace.ROOT, SNAPSHOT, WHO);
  }

  static GuestSpace space() {
    return new GuestSpace("main", Namespace.parse("a/b"), SNAPSHOT.group(), 4096, 2048, 512, 1024);
  }

  static ChunkOrphaned orphaned() {
    return new ChunkOrphaned(
        "main",
        1_795_000_000_123L,
        Instant.parse("2026-11-21T23:28:06Z"),
        Instant.parse("2026-11-22T23:48:06.123456789Z"),
        Collections.nCopies(ChunkOrphaned.MAX_DIGESTS, new Digest(-1, -2, -3, -4)));
  }

  static ChunkCorrupt corrupt() {
    return new ChunkCorrupt("main", DIGEST, ".chunks/0000/" + DIGEST + ".0.bad", "verify");
  }
}
