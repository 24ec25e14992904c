package io.reprise.cli.up;

import io.reprise.datastore.os.Descriptor;
import io.reprise.protocol.backup.ImageSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk image in a file, holes known. */
final class DiskFile implements ImageSource, AutoCloseable {
  private final Path file;
  private final Descriptor descriptor;
  private final long size;

  DiskFile(Path file) throws IOException {
    this.file = file;
    size = Files.size(file);
    descriptor = Descriptor.openForReading(file);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    descriptor.read(target, position);
    if (target.hasRemaining()) throw new EOFException(file + " became shorter while it was read");
  }

  @Override
  public long nextData(long position) throws IOException {
    long next = descriptor.nextData(position);
    return next < 0 ? size : next;
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }
}
