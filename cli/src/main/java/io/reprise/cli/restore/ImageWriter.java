package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Show;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.protocol.reader.ImageRestore;
import io.reprise.protocol.reader.ReaderClient;
import io.reprise.protocol.reader.RestoreListener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Writes an archive's content into a new file, over an old one, or onto a block device. */
final class ImageWriter {
  private final ReaderClient client;
  private final IndexReader index;
  private final @Nullable CryptKey key;
  private final int threads;

  ImageWriter(ReaderClient client, IndexReader index, @Nullable CryptKey key, int threads) {
    this.client = client;
    this.index = index;
    this.key = key;
    this.threads = threads;
  }

  /** Sparse: zeros are neither fetched nor written. Through an existing file's name and mode, if there is one. */
  void toFile(Path file, boolean overwrite, RestoreListener listener) throws IOException {
    try (var channel = FileChannel.open(
        file,
        StandardOpenOption.WRITE,
        overwrite ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW)) {
      channel.truncate(0);
      new ImageRestore(client, index, key, channel, true).run(threads, listener);
    }
  }

  /** Zeros are written, as nobody knows what the device holds. Flushed, so that a failing device is heard of. */
  void toDevice(Path device, RestoreListener listener) throws CommandFailed, IOException {
    try (var channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      long room = channel.size();
      if (room < index.size()) {
        throw new CommandFailed(device + " has " + Show.size(room) + ", the image "
            + Show.size(index.size()) + ": it does not fit");
      }
      new ImageRestore(client, index, key, channel, false).run(threads, listener);
      channel.force(false);
    }
  }
}
