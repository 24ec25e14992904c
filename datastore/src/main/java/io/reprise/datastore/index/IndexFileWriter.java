package io.reprise.datastore.index;

import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** What both writers share: the temporary file, the header whose checksum comes last, the rename (datastore.md §3, §1.5). */
final class IndexFileWriter implements AutoCloseable {
  private final Path temporary;
  private final FileChannel channel;
  private boolean finished;

  /** Opens the temporary file, emptied, and writes the header with a checksum of zeros. */
  IndexFileWriter(Path temporary, ByteBuffer header) throws IOException {
    this.temporary = temporary;
    channel = FileChannel.open(
        temporary,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        LinkOption.NOFOLLOW_LINKS);
    try {
      write(header, 0);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** A header of 4096 bytes, position 0, everything but magic, UUID and time zero. */
  static ByteBuffer header(long magic, UUID uuid, long ctime) {
    return ByteBuffer.allocate(IndexFile.HEADER)
        .putLong(0, magic)
        .putLong(IndexFile.UUID_OFFSET, uuid.getMostSignificantBits())
        .putLong(IndexFile.UUID_OFFSET + 8, uuid.getLeastSignificantBits())
        .putLong(IndexFile.CTIME_OFFSET, Long.reverseBytes(ctime));
  }

  void write(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) at += channel.write(bytes, at);
  }

  FileChannel channel() {
    return channel;
  }

  Path temporary() {
    return temporary;
  }

  /**
   * Writes the checksum and renames the file into place; the temporary file is gone then.
   *
   * @param flush file first, then its directory reach the disk before this returns
   */
  void finish(Path target, Digest checksum, boolean flush) throws IOException {
    write(ByteBuffer.wrap(checksum.bytes()), IndexFile.CHECKSUM_OFFSET);
    if (flush) channel.force(true);
    channel.close();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    finished = true;
    if (flush) {
      Path directory = target.toAbsolutePath().getParent();
      try (var dir =
          FileChannel.open(directory == null ? target : directory, StandardOpenOption.READ)) {
        dir.force(true);
      }
    }
  }

  /** Without {@link #finish} before it, removes the temporary file. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!finished) Files.deleteIfExists(temporary);
  }
}
