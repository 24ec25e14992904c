package io.reprise.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The directory of configuration files (config.md §1, §3.2), shared with every service and, beside one, with a PBS. Readers
 * take no lock: a file is always whole. Writers hold the file's lock, read again, check, and replace.
 */
public final class ConfigDirectory {
  private static final int CONFIG_MODE = 0640;

  private final Path directory;

  public ConfigDirectory(Path directory) {
    this.directory = directory;
  }

  public Path path(String name) {
    return directory.resolve(name);
  }

  /** The bytes of a file; none if it is missing. */
  public byte[] read(String name) throws IOException {
    try {
      return Files.readAllBytes(path(name));
    } catch (NoSuchFileException missing) {
      return new byte[0];
    }
  }

  /** SHA-256 of the file's bytes: what a caller gives back to change only what it has seen (protocol.md §1.7). */
  public static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Names one state of a file; another one, and caches must look again. */
  public Object state(String name) throws IOException {
    try {
      var attributes = Files.readAttributes(path(name), BasicFileAttributes.class);
      return attributes.lastModifiedTime() + "/" + attributes.size() + "/" + attributes.fileKey();
    } catch (NoSuchFileException missing) {
      return "missing";
    }
  }

  /** Turns what a file holds into what it shall hold. */
  @FunctionalInterface
  public interface Change {
    /** @return null to leave the file alone */
    byte @Nullable [] apply(byte[] content) throws IOException;
  }

  /** Changes one of PBS's {@code *.cfg} under its lock: {@code .user.lck} for {@code user.cfg}. */
  public void change(String name, Change change) throws IOException {
    change(
        name,
        "." + name.substring(0, name.length() - ".cfg".length()) + ".lck",
        CONFIG_MODE,
        change);
  }

  /**
   * @param lock name of the lock file
   * @param mode of the file if it is new
   */
  public void change(String name, String lock, int mode, Change change) throws IOException {
    try (var mutex = FileMutex.exclusive(path(lock))) {
      byte[] content = change.apply(read(name));
      if (content != null) Replace.file(path(name), content, mode);
    }
  }

  /** @throws ConfigError if the caller has seen another state than the present one */
  public static void requireDigest(@Nullable String seen, byte[] content) throws ConfigError {
    if (seen != null && !seen.equals(digest(content))) {
      throw new ConfigError(
          "the configuration was changed meanwhile: load it again, then repeat the change");
    }
  }
}
