package io.reprise.platform.config;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces a file whole: a reader, or a crash, sees the old content or the new one (config.md §3.2). */
public final class Replace {
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final int RANDOM_LETTERS = 6;
  private static final int ATTEMPTS = 100;
  private static final int PERMISSIONS = 07777;

  private Replace() {}

  /**
   * Writes beside it, flushes, renames. An existing file keeps its mode, owner and group; a new one gets the mode and the
   * owner of the process.
   *
   * @param mode permission bits of a new file
   */
  public static void file(Path file, byte[] content, int mode) throws IOException {
    Path temporary = null;
    try (var descriptor = create(file)) {
      temporary = descriptor.path();
      descriptor.write(ByteBuffer.wrap(content));
      descriptor.chmod(Files.exists(file) ? FileStatus.of(file).mode() & PERMISSIONS : mode);
      keepOwner(file, temporary);
      descriptor.fsync();
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      temporary = null;
    } finally {
      if (temporary != null) Files.deleteIfExists(temporary);
    }
  }

  private static Descriptor create(Path file) throws IOException {
    FileAlreadyExistsException taken = new FileAlreadyExistsException(file.toString());
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return Descriptor.create(temporary(file), 0600);
      } catch (FileAlreadyExistsException e) {
        taken = e;
      }
    }
    throw taken;
  }

  /** The last extension gives way, as PBS names it: {@code user.cfg} → {@code user.tmp_a1B2c3}. */
  private static Path temporary(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    var random = new StringBuilder();
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      random.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
    }
    return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".tmp_" + random);
  }

  /** Root writes for PBS's users; anybody else can only write what is its own. */
  private static void keepOwner(Path file, Path temporary) throws IOException {
    try {
      Map<String, Object> old = Files.readAttributes(file, "unix:uid,gid");
      Map<String, Object> own = Files.readAttributes(temporary, "unix:uid,gid");
      if (!old.equals(own)) {
        Files.setAttribute(temporary, "unix:gid", old.get("gid"));
        Files.setAttribute(temporary, "unix:uid", old.get("uid"));
      }
    } catch (NoSuchFileException fresh) {
      // nothing to keep
    }
  }
}
