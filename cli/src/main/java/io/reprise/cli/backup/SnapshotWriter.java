package io.reprise.cli.backup;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.Fingerprint;
import io.reprise.datastore.key.MasterKey;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.backup.ChunkUploader;
import io.reprise.protocol.backup.ImageSource;
import io.reprise.protocol.backup.UploadListener;
import io.reprise.protocol.backup.UploadResult;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot being written in a session (protocol.md §3.6): archives and blobs one after the other, each listed in the
 * manifest that {@link #finish} uploads last. Closing without it leaves no snapshot. For one thread.
 */
public final class SnapshotWriter implements AutoCloseable {
  private final BackupClient client;
  private final SnapshotId snapshot;
  private final CryptMode mode;
  private final @Nullable CryptKey key;
  private final ChunkUploader uploader;
  private final BlobEncoder encoder = new BlobEncoder();
  private final List<FileEntry> files = new ArrayList<>();

  /**
   * @param client closed with this
   * @param key null exactly if the mode is none
   * @param threads how many chunks are computed at once
   */
  public SnapshotWriter(
      BackupClient client,
      SnapshotId snapshot,
      CryptMode mode,
      @Nullable CryptKey key,
      int threads,
      UploadListener listener) {
    this.client = client;
    this.snapshot = snapshot;
    this.mode = mode;
    this.key = key;
    uploader = new ChunkUploader(client, secret(), true, threads, listener);
  }

  private @Nullable CryptKey secret() {
    return mode == CryptMode.ENCRYPT ? key : null;
  }

  /**
   * The manifest of the group's last snapshot, if it is to be trusted.
   *
   * @param time of that snapshot, as the server told it
   * @throws BadFormat if it is damaged or another's, or if there is a key and the manifest names another, or is not signed
   *     by this one
   */
  public Manifest previous(long time) throws IOException {
    Manifest manifest;
    try (var in = client.previous(ArchiveName.MANIFEST.text())) {
      manifest = Manifest.read(ByteBuffer.wrap(in.readNBytes(BlobDecoder.MAX_ENCODED_CHUNK)));
    }
    var expected = new SnapshotId(snapshot.group(), time);
    if (!manifest.snapshot().equals(expected)) {
      throw new BadFormat("it is that of " + manifest.snapshot() + ", not of " + expected);
    }
    if (key == null) return manifest;
    Fingerprint named = manifest.keyFingerprint();
    if (named != null && !named.equals(key.fingerprint())) {
      throw new BadFormat("it was made with key " + named.shortText());
    }
    manifest.verify(key);
    return manifest;
  }

  /**
   * Makes the chunks of an archive in the last snapshot known, so that they are not sent again. Nothing happens if it has no
   * such archive, or one that was encrypted otherwise: its chunks have other names.
   */
  public void reuse(Manifest previous, ArchiveName name) throws IOException {
    FileEntry entry = previous.file(name).orElse(null);
    boolean encrypted = mode == CryptMode.ENCRYPT;
    if (entry == null || (entry.cryptMode() == CryptMode.ENCRYPT) != encrypted) return;
    try (var in = client.previous(name.text())) {
      know(in, index -> {
        if (index.size() != entry.size() || !index.computeChecksum().equals(entry.csum())) {
          throw new BadFormat(
              name + " is not what the manifest of " + previous.snapshot() + " lists");
        }
      });
    }
  }

  /**
   * Makes the chunks known that a backup of this group which broke off has left with the server, if it keeps account of them
   * (PBS does not).
   *
   * @return bytes of content
   */
  long resume() throws IOException {
    try (var in = client.uploaded()) {
      return know(in, index -> {});
    } catch (RestFailure | BadFormat none) {
      return 0;
    }
  }

  /** What has to be right about an index. */
  private interface Check {
    void of(IndexReader index) throws IOException;
  }

  /** @return size of the archive */
  private long know(InputStream download, Check check) throws IOException {
    Path file = Files.createTempFile("reprise-index-", "");
    try {
      Files.copy(download, file, StandardCopyOption.REPLACE_EXISTING);
      try (var index = IndexReader.open(file)) {
        check.of(index);
        uploader.known(index);
        return index.size();
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** @param name ends in {@code .fidx} */
  public UploadResult image(ArchiveName name, ImageSource source) throws IOException {
    return listed(name, uploader.image(name.text(), source));
  }

  /** From a stream that has exactly so many bytes. */
  UploadResult image(ArchiveName name, InputStream source, long sizeBytes) throws IOException {
    return listed(name, uploader.image(name.text(), source, sizeBytes));
  }

  private UploadResult listed(ArchiveName name, UploadResult result) {
    files.add(new FileEntry(name, mode, result.sizeBytes(), result.checksum()));
    return result;
  }

  /** A small file, whole. */
  void blob(ArchiveName name, byte[] content) throws IOException {
    upload(name, encoder.encode(content, 0, content.length, true, secret()));
  }

  /** The key itself, for whoever holds the private master key (datastore.md §5.5). */
  void wrappedKey(RSAPublicKey master, OffsetDateTime created) throws IOException {
    if (key == null) throw new IllegalStateException("no key to wrap");
    byte[] wrapped = MasterKey.wrap(master, key, created, OffsetDateTime.now());
    upload(ArchiveName.MASTER_WRAPPED_KEY, encoder.encode(wrapped, 0, wrapped.length, false, null));
  }

  private void upload(ArchiveName name, ByteBuffer blob) throws IOException {
    files.add(new FileEntry(name, mode, blob.remaining(), sha256(blob)));
    client.uploadBlob(name.text(), blob);
  }

  private static Digest sha256(ByteBuffer bytes) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes.duplicate());
      return Digest.of(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Uploads the manifest, signed if there is a key, and makes the snapshot. */
  public void finish() throws IOException {
    Manifest manifest = Manifest.of(snapshot, files);
    if (key != null) manifest = manifest.sign(key);
    client.uploadBlob(ArchiveName.MANIFEST.text(), manifest.encode(encoder));
    client.finish();
  }

  @Override
  public void close() throws IOException {
    try {
      client.close(); // first, so that nobody waits for an answer any more
      uploader.close();
    } finally {
      encoder.close();
    }
  }
}
