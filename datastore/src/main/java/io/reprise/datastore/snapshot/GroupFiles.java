package io.reprise.datastore.snapshot;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.chunk.TemporaryName;
import io.reprise.datastore.os.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The text files of a group: {@code owner} and {@code notes} (datastore.md §1.4). */
final class GroupFiles {
  private static final int MAX_BYTES = 1 << 20;

  private GroupFiles() {}

  /**
   * @return null if the file is missing or empty, as a crash right after making the group leaves it
   * @throws BadFormat if it holds no user or token
   */
  static @Nullable AuthId owner(Path group) throws IOException {
    Path file = group.resolve("owner");
    String text = read(file);
    String line = text.lines().findFirst().orElse("").stripTrailing();
    if (line.isEmpty()) return null;
    try {
      return AuthId.parse(line);
    } catch (InvalidName e) {
      throw new BadFormat(file + ": " + e.getMessage() + "; set the owner again", e);
    }
  }

  static void setOwner(Path group, AuthId owner) throws IOException {
    requireGroup(group);
    AtomicFile.replace(group.resolve("owner"), bytes(owner + "\n"), true);
  }

  static String notes(Path group) throws IOException {
    return read(group.resolve("notes"));
  }

  static void setNotes(Path group, String notes) throws IOException {
    requireGroup(group);
    ByteBuffer content = bytes(notes);
    if (content.remaining() > MAX_BYTES) {
      throw new InvalidName("group notes", notes, "at most " + MAX_BYTES + " bytes");
    }
    AtomicFile.replace(group.resolve("notes"), content, true);
  }

  /**
   * Deletes a group without snapshots: its directory with owner, notes, and what was left of writing them.
   *
   * @throws RemovalRefused if anything else is in it; then all is as it was
   */
  static void delete(Path group) throws IOException {
    var own = new ArrayList<Path>();
    try (var entries = Files.newDirectoryStream(group)) {
      for (Path entry : entries) {
        if (!isOwn(entry)) throw notEmpty(group, entry);
        own.add(entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    for (Path file : own) Files.deleteIfExists(file);
    try {
      Files.delete(group);
    } catch (DirectoryNotEmptyException madeMeanwhile) {
      throw notEmpty(group, group);
    }
  }

  private static boolean isOwn(Path entry) {
    String name = entry.getFileName().toString();
    return name.equals("owner")
        || name.equals("notes")
        || TemporaryName.isOf("owner", name)
        || TemporaryName.isOf("notes", name);
  }

  private static RemovalRefused notEmpty(Path group, Path entry) {
    return new RemovalRefused(
        "group " + group + " has no snapshots any more, but other files: look into " + entry);
  }

  private static void requireGroup(Path group) throws IOException {
    if (!Files.isDirectory(group)) {
      throw new NoSuchFileException(group.toString(), null, "no such backup group");
    }
  }

  /** Empty if there is no such file. */
  private static String read(Path file) throws IOException {
    try (var descriptor = Descriptor.openForReading(file)) {
      long size = descriptor.status().size();
      if (size > MAX_BYTES) {
        throw new BadFormat(file + " has " + size + " bytes, more than " + MAX_BYTES);
      }
      var content = ByteBuffer.allocate((int) size);
      descriptor.read(content, 0);
      return StandardCharsets.UTF_8.decode(content.flip()).toString();
    } catch (NoSuchFileException missing) {
      return "";
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
