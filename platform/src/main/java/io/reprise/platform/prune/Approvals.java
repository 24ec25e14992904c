package io.reprise.platform.prune;

import io.reprise.datastore.SafeId;
import io.reprise.platform.config.Replace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * For each prune job that goes by categories, the categories that somebody has seen the effect of and agreed to:
 * {@code <state>/categories/<job>.cfg}. With others it does not run.
 */
public final class Approvals {
  private static final int MODE = 0640;

  private final Path directory;

  /** @param state the directory that all services share */
  public Approvals(Path state) {
    directory = state.resolve("categories");
  }

  /** @return null if none were ever agreed to */
  public @Nullable Categories find(String job) throws IOException {
    Path file = file(job);
    try {
      return Categories.parse(Files.readString(file), file.toString());
    } catch (NoSuchFileException never) {
      return null;
    }
  }

  public void approve(String job, Categories categories) throws IOException {
    Files.createDirectories(directory);
    Replace.file(file(job), categories.text().getBytes(StandardCharsets.UTF_8), MODE);
  }

  /** Of a job that is no more. */
  public void forget(String job) throws IOException {
    Files.deleteIfExists(file(job));
  }

  private Path file(String job) {
    return directory.resolve(SafeId.check("job", job, 3, 32) + ".cfg");
  }
}
