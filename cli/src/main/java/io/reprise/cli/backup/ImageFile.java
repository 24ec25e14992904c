package io.reprise.cli.backup;

import io.reprise.datastore.os.Descriptor;
import io.reprise.protocol.backup.ImageSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A disk image in a file or on a block device, holes known where the file system knows them (cli.md §5). */
public final class ImageFile implements ImageSource, AutoCloseable {
  private final Path file;
  private final Descriptor descriptor;
  private final long size;

  /** Symbolic links are followed. */
  public ImageFile(Path file) throws IOException {
    this.file = file.toRealPath();
    size = sizeOf(this.file);
    descriptor = Descriptor.openForReading(this.file);
  }

  /** Bytes of a file or of a block device. */
  static long sizeOf(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.size(); // asks a block device for its capacity
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    descriptor.read(target, position);
    if (target.hasRemaining()) {
      throw new EOFException(file + " became shorter while it was read: stop what changes it, or"
          + " back up a snapshot of it");
    }
  }

  @Override
  public long nextData(long position) throws IOException {
    long next = descriptor.nextData(position);
    return next < 0 ? size : next;
  }

  /** @throws IOException if it grew or shrank since it was opened: what was read is no image of it */
  void requireSameSize() throws IOException {
    long now = sizeOf(file);
    if (now != size) {
      throw new IOException(file + " had " + size + " bytes when the backup began and has " + now
          + " now: stop what changes it, or back up a snapshot of it");
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }
}
