package io.reprise.platform.job;

import io.reprise.datastore.SafeId;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.LockFile;
import io.reprise.datastore.os.FileStatus;
import io.reprise.platform.config.Replace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one replica at a time may do, e.g. run a job, or own the reference index of a datastore.
 *
 * <pre>
 * &lt;state&gt;/jobs/&lt;name&gt;.lease   open file description lock; its text is the holder, its mtime when it was taken
 *              &lt;name&gt;.epoch   how often it was taken, replaced under the lock
 * </pre>
 *
 * A lock ends with its process. That of a host that hangs does not: it is broken by deleting its file ({@link #breakOff}).
 * Its holder finds out when it asks; what it still does meanwhile bears an epoch that is no longer the last.
 */
public final class Leases {
  private static final String SUFFIX = ".lease";
  private static final int MODE = 0640;

  private final Path directory;
  private final String replica;
  private final Clock clock;

  /**
   * @param state the directory that all services share
   * @param replica name of this process among its replicas, for others to read
   */
  public Leases(Path state, String replica) throws IOException {
    this(state, replica, Clock.systemUTC());
  }

  Leases(Path state, String replica, Clock clock) throws IOException {
    this.directory = Files.createDirectories(state.resolve("jobs"));
    this.replica = replica;
    this.clock = clock;
  }

  /** @return null if somebody holds it */
  public @Nullable Lease tryAcquire(String name) throws IOException {
    LockFile lock;
    try {
      lock = LockFile.exclusive(file(name, SUFFIX), "replica " + replica);
    } catch (LockBusy held) {
      return null;
    }
    boolean kept = false;
    try {
      long before = epoch(name);
      // Larger than any before, even if the file that counts was deleted.
      long now = Math.max(before + 1, clock.millis());
      Replace.file(file(name, ".epoch"), Long.toString(now).getBytes(StandardCharsets.UTF_8), MODE);
      kept = true;
      return new Lease(name, lock, now, before);
    } finally {
      if (!kept) lock.close();
    }
  }

  /** Of the last holder; 0 if that is not known. */
  public long epoch(String name) throws IOException {
    try {
      return Long.parseLong(Files.readString(file(name, ".epoch")).strip());
    } catch (NoSuchFileException | NumberFormatException unknown) {
      return 0;
    }
  }

  /**
   * A lease that somebody holds.
   *
   * @param owner e.g. {@code replica backup1 (process 4711 on backup1)}
   * @param since when it was taken, by the file server's clock
   */
  public record Holder(String name, String owner, Instant since) {}

  /** @return null if nobody holds it */
  public @Nullable Holder holder(String name) throws IOException {
    Path file = file(name, SUFFIX);
    try {
      String owner = LockFile.exclusiveHolder(file);
      FileStatus status = FileStatus.find(file);
      return owner == null || status == null ? null : new Holder(name, owner, status.modified());
    } catch (NoSuchFileException never) {
      return null;
    }
  }

  /** All that are held, by name. */
  public List<Holder> holders() throws IOException {
    var holders = new ArrayList<Holder>();
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        Holder holder = holder(name.substring(0, name.length() - SUFFIX.length()));
        if (holder != null) holders.add(holder);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    holders.sort(Comparator.comparing(Holder::name));
    return holders;
  }

  /** Takes a lease from whoever holds it, who will stop when it notices; for a holder that no longer answers. */
  public void breakOff(String name) throws IOException {
    Files.deleteIfExists(file(name, SUFFIX));
  }

  private Path file(String name, String suffix) {
    return directory.resolve(SafeId.check("lease", name, 1, 128) + suffix);
  }
}
