package io.reprise.platform.job;

import static java.lang.System.Logger.Level.ERROR;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.lock.LockFile;
import io.reprise.datastore.os.Rename;
import io.reprise.platform.config.Replace;
import io.reprise.platform.task.Upid;
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
import org.jspecify.annotations.Nullable;

/**
 * The files of work that was asked for.
 *
 * <pre>
 * &lt;state&gt;/requests/&lt;id&gt;.json        to be done, or being done
 *                  &lt;id&gt;.refused     no request that we understand; for people to look at
 *                  done/&lt;id&gt;.json   done; kept as long as its event may come again
 *                  .lock            held while one is added or done
 * </pre>
 */
public final class Requests {
  private static final System.Logger LOG = System.getLogger(Requests.class.getName());
  /** Longer than Kafka keeps an event, unless told otherwise. */
  static final Duration REMEMBERED = Duration.ofDays(14);

  private static final String SUFFIX = ".json";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MODE = 0640;
  private static final long MAX_BYTES = 1 << 20;

  private final Path directory;
  private final Path done;

  /** @param state the directory that all services share */
  public Requests(Path state) throws IOException {
    directory = Files.createDirectories(state.resolve("requests"));
    done = Files.createDirectories(directory.resolve("done"));
  }

  /** Makes a request under the lock. */
  interface Maker {
    /**
     * @return null if there is to be none
     * @throws IOException why there cannot be one
     */
    @Nullable
    JobRequest make() throws IOException;
  }

  /**
   * Adds a request; on disk when this returns.
   *
   * @return null if there is, or was, one of that id, or is to be none
   * @throws IOException also what the maker throws
   */
  @Nullable
  JobRequest add(String id, Maker maker) throws IOException {
    try (var lock = lock()) {
      if (Files.exists(file(id)) || Files.exists(doneFile(id))) return null;
      JobRequest request = maker.make();
      if (request != null) Replace.file(file(id), request.toJson(), MODE);
      return request;
    }
  }

  /** Writes down who does it. */
  void update(JobRequest request) throws IOException {
    Replace.file(file(request.id()), request.toJson(), MODE);
  }

  void done(JobRequest request) throws IOException {
    try (var lock = lock()) {
      Rename.replace(file(request.id()), doneFile(request.id()));
    }
  }

  /** @return null if it is done */
  @Nullable
  JobRequest find(String id) throws IOException {
    Path file = file(id);
    try {
      if (Files.size(file) > MAX_BYTES) throw new BadFormat(file + " is larger than any request");
      return JobRequest.parse(id, Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  /** What is to be done, or being done, oldest first. What cannot be understood is set aside, and said. */
  public List<JobRequest> pending() throws IOException {
    var pending = new ArrayList<JobRequest>();
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        String id = name.substring(0, name.length() - SUFFIX.length());
        if (!SafeId.matches(id)) continue;
        try {
          JobRequest request = find(id);
          if (request != null) pending.add(request);
        } catch (BadFormat bad) {
          setAside(file, id, bad);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    pending.sort(Comparator.comparing(JobRequest::time).thenComparing(JobRequest::id));
    return pending;
  }

  private static void setAside(Path file, String id, BadFormat bad) throws IOException {
    LOG.log(ERROR, "{0}: it is set aside as {1}.refused", bad.getMessage(), id);
    try {
      Rename.replace(file, file.resolveSibling(id + ".refused"));
    } catch (NoSuchFileException gone) {
      // somebody was quicker
    }
  }

  /** True if a task waits to be done, or is being done: then it runs, whoever made it. */
  public boolean holds(Upid task) {
    try {
      return pending().stream().anyMatch(request -> task.equals(request.task()));
    } catch (IOException unknown) {
      return true; // that it has ended would be a claim
    }
  }

  /** Forgets what was done long ago. */
  void forgetOld(Instant now) throws IOException {
    try (var files = Files.newDirectoryStream(done)) {
      for (Path file : files) {
        Instant since = Files.getLastModifiedTime(file).toInstant();
        if (since.isBefore(now.minus(REMEMBERED))) Files.deleteIfExists(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private LockFile lock() throws IOException {
    return LockFile.exclusive(directory.resolve(".lock"), "request", PATIENCE);
  }

  private Path file(String id) {
    return directory.resolve(SafeId.check("id of a request", id, 1, 64) + SUFFIX);
  }

  private Path doneFile(String id) {
    return done.resolve(id + SUFFIX);
  }
}
