package io.reprise.ingest.backup;

import io.reprise.ingest.upgrade.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of a snapshot as an answer. */
final class FileSource implements Reply.Source {
  private static final int PIECE = 256 << 10;

  private final FileChannel channel;

  private FileSource(FileChannel channel) {
    this.channel = channel;
  }

  static FileSource open(Path file) throws IOException {
    return new FileSource(FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public int pieceBytes() {
    return PIECE;
  }

  @Override
  public boolean read(ByteBuffer into) throws IOException {
    return channel.read(into) > 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
