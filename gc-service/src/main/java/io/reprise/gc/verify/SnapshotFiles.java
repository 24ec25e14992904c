package io.reprise.gc.verify;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Checks the files of one snapshot against its manifest (datastore.md §9.2). */
final class SnapshotFiles {
  private final VerifyPass pass;
  private final Path directory;

  SnapshotFiles(VerifyPass pass, Path directory) {
    this.pass = pass;
    this.directory = directory;
  }

  /** @throws IOException what is wrong with it */
  void check(FileEntry entry) throws IOException {
    if (entry.name().kind() == ArchiveName.Kind.BLOB) blob(entry);
    else index(entry);
  }

  private void blob(FileEntry entry) throws IOException {
    Path path = directory.resolve(entry.name().text());
    byte[] bytes;
    try {
      if (Files.size(path) > BlobEncoder.MAX_PAYLOAD) throw new BadFormat("larger than any blob");
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException missing) {
      throw new IOException(
          "unable to load blob '\"" + path + "\"' - No such file or directory (os error 2)",
          missing);
    }
    requireSize(entry, bytes.length);
    if (!sha256(bytes).equals(entry.csum())) throw new BadFormat("wrong index checksum");
    ByteBuffer blob = ByteBuffer.wrap(bytes);
    BlobCrc.check(blob);
    if (BlobKind.of(blob).encrypted()) return;
    try (var decoder = new BlobDecoder()) {
      decoder.decode(blob, null, BlobEncoder.MAX_PAYLOAD);
    }
  }

  private void index(FileEntry entry) throws IOException {
    Path path = directory.resolve(entry.name().text());
    try (IndexReader index = IndexReader.open(path)) {
      requireSize(entry, index.size());
      if (!index.computeChecksum().equals(entry.csum()))
        throw new BadFormat("wrong index checksum");
      boolean encrypted = entry.cryptMode() == CryptMode.ENCRYPT;
      if (new IndexChunks(pass, index, encrypted).prove() > 0) {
        throw new IOException("chunks could not be verified");
      }
    } catch (NoSuchFileException missing) {
      throw new IOException(
          "unable to open " + path + " - No such file or directory (os error 2)", missing);
    }
  }

  private static void requireSize(FileEntry entry, long size) throws BadFormat {
    if (size != entry.size()) {
      throw new BadFormat("wrong size (" + entry.size() + " != " + size + ")");
    }
  }

  private static Digest sha256(byte[] bytes) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
