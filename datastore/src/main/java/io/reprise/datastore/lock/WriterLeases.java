package io.reprise.datastore.lock;

import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is writing into a datastore, on all hosts: one locked file in {@code <state>/writers/<store>/} for each running
 * backup, sync or tape restore. Its modification time is when the writer began, by the file server's clock. A lease is
 * taken before the first chunk is written or touched and kept until the snapshot stands; so no chunk that a living
 * writer relies on, other than through a base snapshot that it has locked, was last touched before the oldest lease.
 *
 * <p>The file of a writer that died is unlocked; whoever looks at the leases next deletes it.
 */
public final class WriterLeases {
  private static final String SUFFIX = ".lease";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path directory;

  /**
   * A living writer.
   *
   * @param subject what is written, as given to {@link #acquire}; empty if it could not be read
   * @param since when it began, by the file server's clock
   */
  public record Writer(String subject, Instant since) {}

  /** @param directory made when the first lease is taken */
  public WriterLeases(Path directory) {
    this.directory = directory;
  }

  /** @param subject what is written, e.g. a snapshot's path in the datastore; one line */
  public WriterLease acquire(String subject) throws IOException {
    Path file = directory.resolve(UUID.randomUUID() + SUFFIX);
    // Between making and locking the file somebody may take it for a leftover and hold it for a
    // moment.
    return new WriterLease(LockFile.exclusive(file, subject, PATIENCE));
  }

  /** All living writers, the oldest first; leases that nobody holds are deleted in passing. */
  public List<Writer> writers() throws IOException {
    var writers = new ArrayList<Writer>();
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        Writer writer = writer(file);
        if (writer != null) writers.add(writer);
      }
    } catch (NoSuchFileException never) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    writers.sort(Comparator.comparing(Writer::since));
    return writers;
  }

  private static @Nullable Writer writer(Path file) throws IOException {
    try {
      FileStatus status = FileStatus.of(file);
      String holder = LockFile.exclusiveHolder(file);
      if (holder != null) return new Writer(subject(holder), status.modified());
      removeLeftover(file);
    } catch (NoSuchFileException over) {
      // its writer ended meanwhile
    }
    return null;
  }

  private static void removeLeftover(Path file) throws IOException {
    try {
      LockFile.exclusive(file, "").delete();
    } catch (LockBusy takenMeanwhile) {
      // somebody else deletes it, or its writer was about to lock it
    }
  }

  private static String subject(String holder) {
    int process = holder.lastIndexOf(" (process ");
    return process < 0 ? "" : holder.substring(0, process);
  }

  /** When the oldest living writer began; null if there is none. */
  public @Nullable Instant oldest() throws IOException {
    var writers = writers();
    return writers.isEmpty() ? null : writers.getFirst().since();
  }
}
