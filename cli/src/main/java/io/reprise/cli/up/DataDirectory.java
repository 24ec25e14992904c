package io.reprise.cli.up;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** All that {@code reprise up} keeps, below one directory, and the lock that lets one command run it at a time. */
public record DataDirectory(Path root) {
  private static final int PASSWORD_BYTES = 12;

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

  public Path datastore(String name) {
    return root.resolve("datastores").resolve(name);
  }

  /** Which processes run for this directory ({@link Predecessor}). */
  Path children() {
    return run().resolve("children");
  }

  /**
   * The password with which the first start makes the administrator; kept until {@link #passwordIsKnown}, so that a start
   * that fails half-way does not lock its user out.
   *
   * @return null after that
   */
  public @Nullable String firstPassword() throws IOException {
    return Files.exists(passwordFile()) ? Files.readString(passwordFile()) : null;
  }

  /** The user was told. */
  void passwordIsKnown() throws IOException {
    Files.deleteIfExists(passwordFile());
  }

  private Path passwordFile() {
    return config().resolve("first-password");
  }

  /** Makes what is missing; configuration and state hold secrets and are the owner's alone. */
  public void make() throws IOException {
    makeRoot();
    for (Path directory :
        new Path[] {config(), state(), run(), logs(), kafka(), root.resolve("datastores")}) {
      if (Files.notExists(directory)) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    }
    if (Files.notExists(config().resolve("user.cfg")) && firstPassword() == null) {
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      Path temporary = Files.writeString(
          config().resolve("first-password.tmp"), HexFormat.of().formatHex(random));
      Files.move(temporary, passwordFile(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  void makeRoot() throws IOException {
    Files.createDirectories(root);
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
