package io.reprise.datastore.snapshot;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.os.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reading and writing {@code index.json.blob} (datastore.md §5.1); locking is the caller's. */
final class ManifestFile {
  private ManifestFile() {}

  /** @throws BadFormat if the file is no manifest, or too big for one; the message names it */
  static Manifest read(Path file) throws IOException {
    try (var descriptor = Descriptor.openForReading(file)) {
      long size = descriptor.status().size();
      if (size > ChunkStore.MAX_ENCODED) {
        throw new BadFormat("manifest has " + size + " bytes, more than " + ChunkStore.MAX_ENCODED);
      }
      var blob = ByteBuffer.allocate((int) size);
      descriptor.read(blob, 0);
      return Manifest.read(blob.flip());
    } catch (BadFormat e) {
      throw new BadFormat(file + ": " + e.getMessage(), e);
    }
  }

  static void replace(Path file, Manifest manifest, boolean flush) throws IOException {
    try (var encoder = new BlobEncoder()) {
      AtomicFile.replace(file, manifest.encode(encoder), flush);
    }
  }

  /** See {@link AtomicFile#writeTemporary}. */
  static Path writeTemporary(Path file, Manifest manifest, boolean flush) throws IOException {
    try (var encoder = new BlobEncoder()) {
      return AtomicFile.writeTemporary(file, manifest.encode(encoder), flush);
    }
  }
}
