package io.reprise.ingest.upgrade;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file as it was long when it was opened, sent in pieces. */
public final class FileContent implements Reply.Source {
  private final Path path;
  private final FileChannel file;
  private final long size;
  private final int pieceBytes;
  private final Runnable closed;
  private long position;
  private boolean over;

  /**
   * @param pieceBytes most that is read at once
   * @param closed run once, when it is closed
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  public FileContent(Path path, int pieceBytes, Runnable closed) throws IOException {
    this.path = path;
    this.pieceBytes = pieceBytes;
    this.closed = closed;
    file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      size = file.size();
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public int pieceBytes() {
    return (int) Math.clamp(size - position, 1, pieceBytes);
  }

  @Override
  public boolean read(ByteBuffer into) throws IOException {
    if (position == size) return false;
    into.limit((int) Math.min(into.limit(), into.position() + (size - position)));
    while (into.hasRemaining()) {
      int n = file.read(into, position);
      if (n < 0) throw new IOException(path + " became shorter while it was read");
      position += n;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    if (over) return;
    over = true;
    try {
      file.close();
    } finally {
      closed.run();
    }
  }
}
