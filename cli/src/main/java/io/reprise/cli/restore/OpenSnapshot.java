package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.KeyOptions;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.Fingerprint;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.reader.ArchiveSource;
import io.reprise.protocol.reader.ArchiveStream;
import io.reprise.protocol.reader.ReaderClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot opened for reading, with its manifest checked: it is the manifest of this snapshot, and its signature is right
 * as far as there is one and a key (datastore.md §5.2). Everything read is compared with what the manifest lists.
 */
public final class OpenSnapshot implements AutoCloseable {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final Surroundings at;
  private final SnapshotId id;
  private final ReaderClient client;
  private final KeyOptions.Choice choice;
  private final Manifest manifest;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private @Nullable CryptKey key;

  private OpenSnapshot(
      Surroundings at,
      SnapshotId id,
      ReaderClient client,
      KeyOptions.Choice choice,
      Manifest manifest) {
    this.at = at;
    this.id = id;
    this.client = client;
    this.choice = choice;
    this.manifest = manifest;
  }

  /** @throws BadFormat if the server shows the manifest of another snapshot */
  public static OpenSnapshot open(
      Surroundings at, Remote remote, Namespace ns, SnapshotId id, KeyOptions.Choice choice)
      throws IOException {
    var client = ReaderClient.open(remote.rest(), remote.repository().store(), ns, id);
    try {
      Manifest manifest = client.manifest();
      if (!manifest.snapshot().equals(id)) {
        throw new BadFormat("the manifest of " + id + " is that of " + manifest.snapshot()
            + ": the snapshot was tampered with or moved");
      }
      return new OpenSnapshot(at, id, client, choice, manifest);
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  public SnapshotId id() {
    return id;
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * Opens the key, if options or the default places have one that is of use here, and checks the signature with it.
   *
   * @throws BadFormat if the signature is wrong or another key's
   */
  public void verify() throws CommandFailed, IOException, InterruptedException {
    var place = choice.key();
    boolean encrypted = manifest.files().stream().anyMatch(f -> f.cryptMode() == CryptMode.ENCRYPT);
    boolean byDefault = place instanceof KeyOptions.Place.File file && file.isDefault();
    if (place == null || (byDefault && !encrypted && !manifest.signed())) return;
    key = Keys.open(at, place).key();
    if (manifest.signed()) {
      manifest.verify(key);
      at.messages().info("Fingerprint: " + key.fingerprint().shortText());
    } else if (!byDefault) {
      at.messages()
          .warn("the manifest of " + id + " is not signed: whether it was changed is not known");
    }
  }

  /** What the manifest says of a file. */
  public FileEntry entry(ArchiveName name) throws CommandFailed {
    return manifest
        .file(name)
        .orElseThrow(() -> new CommandFailed(
            id + " has no " + name + "; 'snapshot files " + id + "' shows what it has"));
  }

  private @Nullable CryptKey keyOf(FileEntry entry) throws CommandFailed, BadFormat {
    if (entry.cryptMode() != CryptMode.ENCRYPT) return null;
    if (key != null) return key;
    Fingerprint named = manifest.keyFingerprint();
    throw new CommandFailed(entry.name()
        + " is encrypted"
        + (named == null ? "" : " with key " + named.shortText())
        + ": give that key by --keyfile");
  }

  /** An archive's index, kept until this is closed. */
  public IndexReader index(FileEntry entry) throws IOException {
    Path file = Files.createTempFile("reprise-index-", "");
    try {
      return kept(client.index(entry, file));
    } finally {
      Files.deleteIfExists(file); // open: its content stays as long as it is needed
    }
  }

  /** An archive from beginning to end; close it before this. */
  public InputStream stream(FileEntry entry) throws CommandFailed, IOException {
    return new ArchiveStream(client, index(entry), keyOf(entry), CORES);
  }

  /** An archive at any place, open until this is closed. */
  public ArchiveSource source(FileEntry entry) throws CommandFailed, IOException {
    return kept(new ArchiveSource(client, index(entry), keyOf(entry), CORES));
  }

  /** The catalog of its archives, readable until this is closed. */
  public CatalogReader catalog() throws CommandFailed, IOException {
    return new CatalogReader(source(entry(ArchiveName.CATALOG)));
  }

  /** Ready to restore an image in parallel. */
  ImageWriter image(FileEntry entry) throws CommandFailed, IOException {
    return new ImageWriter(client, index(entry), keyOf(entry), CORES);
  }

  /** A blob's content. {@code rsa-encrypted.key.blob} is never encrypted by the backup's key, whatever the manifest says. */
  byte[] blob(FileEntry entry) throws CommandFailed, IOException {
    boolean open = entry.name().equals(ArchiveName.MASTER_WRAPPED_KEY);
    CryptKey secret = open ? null : keyOf(entry);
    ByteBuffer blob = client.blob(entry);
    if (!open && BlobKind.of(blob).encrypted() != (secret != null)) {
      throw new BadFormat(
          entry.name() + " is not protected as the manifest says: the snapshot is damaged");
    }
    return decode(blob, secret);
  }

  /** The client's log, which the manifest does not list: nothing vouches for it. */
  byte[] clientLog() throws CommandFailed, IOException {
    try (var in = client.download(ArchiveName.CLIENT_LOG.text())) {
      ByteBuffer blob = ByteBuffer.wrap(in.readNBytes(BlobDecoder.MAX_ENCODED_CHUNK));
      if (BlobKind.of(blob).encrypted() && key == null) {
        throw new CommandFailed("the log is encrypted: give its key by --keyfile");
      }
      return decode(blob, key);
    }
  }

  private static byte[] decode(ByteBuffer blob, @Nullable CryptKey key) throws BadFormat {
    BlobCrc.check(blob);
    try (var decoder = new BlobDecoder()) {
      ByteBuffer plain = decoder.decode(blob, key, BlobDecoder.MAX_CHUNK);
      byte[] content = new byte[plain.remaining()];
      plain.get(content);
      return content;
    }
  }

  private <T extends AutoCloseable> T kept(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Ends the session; whatever was opened from it can no longer be read. */
  @Override
  public void close() throws IOException {
    client.close();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("closing " + id + ": " + e.getMessage(), e);
      }
    }
  }
}
