package io.reprise.gc.verify;

import io.reprise.datastore.blob.BlobKind;
import java.io.IOException;

/** What came of reading a chunk (datastore.md §9.2). */
sealed interface ChunkVerdict {
  /**
   * Proved: a plain chunk by its digest, an encrypted one by its CRC, as nobody here has the key.
   *
   * @param storedBytes of the file
   * @param plainBytes of its content; −1 where that is encrypted
   */
  record Good(BlobKind kind, int storedBytes, int plainBytes) implements ChunkVerdict {}

  /**
   * Read twice, and wrong twice.
   *
   * @param inode of the file that was read
   * @param loads false if it is not even a blob with a right CRC
   */
  record Corrupt(long inode, boolean loads, String problem) implements ChunkVerdict {}

  /** There is no such file. */
  record Missing() implements ChunkVerdict {}

  /** Nothing can be said of it: the disk, the mount or a permission is at fault, which is no corruption. */
  record Unreadable(IOException cause) implements ChunkVerdict {}
}
