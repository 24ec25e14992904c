package io.reprise.protocol.backup;

import io.reprise.datastore.Digest;

/**
 * A closed archive: what the manifest says of it, and what it cost.
 *
 * @param archiveName with {@code .fidx} or {@code .didx}
 * @param sizeBytes size of the content
 * @param checksum of the index
 * @param entries chunks in the index
 * @param uploadedBytes content of the chunks that were uploaded; the rest was reused
 * @param sentBytes the same as sent: compressed, encrypted
 */
public record UploadResult(
    String archiveName,
    long sizeBytes,
    Digest checksum,
    long entries,
    long uploadedBytes,
    long sentBytes) {
  public long reusedBytes() {
    return sizeBytes - uploadedBytes;
  }
}
