package io.reprise.cli.up;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** All that {@code reprise up} keeps, below one directory, and the lock that lets one command run it at a time. */
record DataDirectory(Path root) {
  Path config() {
    return root.resolve("config");
  }

  Path state() {
    return root.resolve("state");
  }

  Path run() {
    return root.resolve("run");
  }

  Path logs() {
    return root.resolve("log");
  }

  Path kafka() {
    return root.resolve("kafka");
  }

  Path datastore(String name) {
    return root.resolve("datastores").resolve(name);
  }

  /** Makes what is missing; configuration and state hold secrets and are the owner's alone. */
  void make() throws IOException {
    Files.createDirectories(root);
    for (Path directory :
        new Path[] {config(), state(), run(), logs(), kafka(), root.resolve("datastores")}) {
      if (Files.notExists(directory)) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    }
  }

  /** Held as long as the services run; its file says where they are. */
  static final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    /** Writes down what a second {@code up} shall say. */
    void describe(String text) throws IOException {
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(text), 0);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private Path lockFile() {
    return root.resolve("up.lock");
  }

  /** @return null if another process runs the services of this directory */
  @Nullable
  Lock tryLock() throws IOException {
    var channel = FileChannel.open(
        lockFile(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new Lock(channel);
      }
    } catch (OverlappingFileLockException heldHere) {
      // as good as held by another process
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /** What the process that runs the services wrote down. */
  String description() throws IOException {
    return Files.readString(lockFile());
  }
}
