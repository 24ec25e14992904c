package io.reprise.cli.up;

import io.reprise.cli.backup.ImageFile;
import io.reprise.cli.backup.SnapshotWriter;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.backup.BackupTarget;
import io.reprise.protocol.backup.UploadListener;
import io.reprise.protocol.backup.UploadResult;
import io.reprise.protocol.reader.ImageRestore;
import io.reprise.protocol.reader.ReaderClient;
import io.reprise.protocol.reader.RestoreListener;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One disk to a datastore and back, as {@code reprise backup} and {@code restore} do it: for the demonstration and the
 * benchmarks, which want figures instead of files.
 */
public final class DiskTransfer {
  private static final ArchiveName DISK = new ArchiveName("drive-scsi0.img.fidx");

  private final RestClient rest;
  private final String store;
  private final @Nullable CryptKey key;
  private final int threads;

  /**
   * @param key encrypts and signs; null does neither
   * @param threads how many chunks are computed at once
   */
  public DiskTransfer(RestClient rest, String store, @Nullable CryptKey key, int threads) {
    this.rest = rest;
    this.store = store;
    this.key = key;
    this.threads = threads;
  }

  /** Makes the snapshot; chunks of the one before it are not sent again. */
  public UploadResult backup(SnapshotId snapshot, Path image, UploadListener listener)
      throws IOException {
    var target = new BackupTarget(store, Namespace.ROOT, snapshot);
    var client = BackupClient.open(rest, target);
    CryptMode mode = key == null ? CryptMode.NONE : CryptMode.ENCRYPT;
    try (var writer = new SnapshotWriter(client, snapshot, mode, key, threads, listener);
        var source = new ImageFile(image)) {
      OptionalLong last = client.previousBackupTime();
      if (last.isPresent()) writer.reuse(writer.previous(last.getAsLong()), DISK);
      UploadResult result = writer.image(DISK, source);
      writer.finish();
      return result;
    }
  }

  /** @param target made; must not exist */
  public void restore(SnapshotId snapshot, Path target, RestoreListener listener)
      throws IOException {
    Path file = Files.createTempFile("reprise", ".fidx");
    try (var reader = ReaderClient.open(rest, store, Namespace.ROOT, snapshot)) {
      Manifest manifest = reader.manifest();
      if (key != null) manifest.verify(key);
      FileEntry entry =
          manifest.file(DISK).orElseThrow(() -> new IOException(snapshot + " holds no " + DISK));
      try (var index = reader.index(entry, file);
          var out =
              FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        new ImageRestore(reader, index, key, out, true).run(threads, listener);
      }
    } finally {
      Files.delete(file);
    }
  }
}
