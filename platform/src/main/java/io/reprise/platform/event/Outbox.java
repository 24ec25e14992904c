package io.reprise.platform.event;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.LockFile;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.Rename;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Events that Kafka has not accepted yet: one file each, in a directory of one replica. The directory belongs to whoever
 * holds the lock of its lease file: the replica itself, or after its death the one that took it over.
 *
 * <pre>
 * &lt;state&gt;/outbox/&lt;replica&gt;/lease                             who owns the directory
 *                            20261123T061747123Z-&lt;id&gt;.json     an event
 *                            20261123T061747123Z-&lt;id&gt;.refused  one that can never be sent; for people to look at
 *                            &lt;id&gt;.tmp                          being written
 * </pre>
 */
final class Outbox implements AutoCloseable {
  private static final String LEASE = "lease";
  private static final String ENTRY = ".json";
  private static final String REFUSED = ".refused";
  private static final String TEMPORARY = ".tmp";
  private static final int MODE = 0640;
  /** As many processes of one replica's name on one state directory. */
  private static final int SAME_NAME = 100;

  private static final long MAX_ENTRY_BYTES = 4L * Event.MAX_DATA;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final LockFile lease;

  private Outbox(Path directory, LockFile lease) {
    this.directory = directory;
    this.lease = lease;
  }

  /**
   * This process's own directory: {@code <root>/<replica>}, or while that has an owner, {@code <replica>-2} and so on.
   *
   * @throws IOException if none can be made
   */
  static Outbox open(Path root, String replica) throws IOException {
    SafeId.check("name of a replica", replica, 1, 200);
    for (int i = 1; i <= SAME_NAME; i++) {
      Outbox outbox = own(root.resolve(i == 1 ? replica : replica + "-" + i));
      if (outbox != null) return outbox;
    }
    throw new IOException(
        "all outboxes of replica '" + replica + "' are in use: give each process its own name");
  }

  /** The directory of a replica that is gone. @return null if it has an owner, or is no outbox */
  static @Nullable Outbox takeOver(Path directory) throws IOException {
    return Files.isRegularFile(directory.resolve(LEASE)) ? own(directory) : null;
  }

  private static @Nullable Outbox own(Path directory) throws IOException {
    LockFile lease;
    try {
      lease = LockFile.exclusive(directory.resolve(LEASE), "outbox");
    } catch (LockBusy owned) {
      return null;
    }
    var outbox = new Outbox(directory, lease);
    boolean kept = false;
    try {
      outbox.removeTemporary();
      kept = true;
      return outbox;
    } finally {
      if (!kept) lease.close();
    }
  }

  private void removeTemporary() throws IOException {
    try (var files = Files.newDirectoryStream(directory, "*" + TEMPORARY)) {
      for (Path file : files) Files.deleteIfExists(file);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  Path directory() {
    return directory;
  }

  /** False once the file server forgot the lock, or somebody took the directory away. */
  boolean isHeld() {
    return lease.isHeld();
  }

  /**
   * The event is on the disk when this returns.
   *
   * @throws NoSuchFileException if the directory is gone
   */
  void put(Event event) throws IOException {
    Path temporary = directory.resolve(event.id() + TEMPORARY);
    boolean done = false;
    try (var file = Descriptor.create(temporary, MODE)) {
      file.write(ByteBuffer.wrap(event.toStructured()));
      file.fsync();
      Rename.replace(
          temporary, directory.resolve(TIME.format(event.time()) + "-" + event.id() + ENTRY));
      done = true;
    } finally {
      if (!done) Files.deleteIfExists(temporary);
    }
    try (var names = Descriptor.openDirectory(directory)) {
      names.fsync();
    }
  }

  /** What is waiting, in no order, a few names in memory at a time; to be closed. */
  DirectoryStream<Path> entries() throws IOException {
    return Files.newDirectoryStream(directory, "*" + ENTRY);
  }

  /**
   * @return null if it is gone
   * @throws BadFormat if it is no event
   */
  static @Nullable Event read(Path entry) throws IOException {
    try {
      if (Files.size(entry) > MAX_ENTRY_BYTES) {
        throw new BadFormat(entry + " is larger than any event");
      }
      return Event.parseStructured(Files.readAllBytes(entry), entry.toString());
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  /** When the event of an entry with that file name was made; null if the name does not tell. */
  static @Nullable Instant time(String name) {
    try {
      return TIME.parse(name.substring(0, Math.max(0, name.indexOf('-'))), Instant::from);
    } catch (DateTimeException strange) {
      return null;
    }
  }

  static void remove(Path entry) throws IOException {
    Files.deleteIfExists(entry);
  }

  /** Keeps an entry that can never be sent out of the way. */
  static void setAside(Path entry) throws IOException {
    String name = String.valueOf(entry.getFileName());
    Rename.replace(
        entry, entry.resolveSibling(name.substring(0, name.length() - ENTRY.length()) + REFUSED));
  }

  /** Gives up the directory, and removes it if nothing is left in it. */
  @Override
  public void close() throws IOException {
    try (lease) {
      if (lease.isHeld() && isEmpty()) {
        Files.deleteIfExists(lease.path());
        Files.deleteIfExists(directory);
      }
    } catch (DirectoryNotEmptyException newOwner) {
      // it was quick
    }
  }

  private boolean isEmpty() throws IOException {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!file.endsWith(LEASE)) return false;
      }
      return true;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
