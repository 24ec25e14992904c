package io.reprise.datastore.manifest;

import io.reprise.datastore.Digest;

/**
 * A file as the manifest lists it (datastore.md §5.1).
 *
 * @param size an index: bytes of the archive; a blob: bytes of the encoded file
 * @param csum an index: its index checksum; a blob: SHA-256 of the encoded file
 */
public record FileEntry(ArchiveName name, CryptMode cryptMode, long size, Digest csum) {
  public FileEntry {
    if (size < 0) throw new IllegalArgumentException(name + ": size " + size);
  }
}
