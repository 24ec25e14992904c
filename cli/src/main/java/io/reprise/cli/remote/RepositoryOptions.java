package io.reprise.cli.remote;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Repository;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --repository}, or {@code PBS_REPOSITORY} (cli.md §1.1). */
public final class RepositoryOptions {
  @Option(
      names = "--repository",
      paramLabel = "<repository>",
      description = "[[user@realm[!token]@]host[:port]:]datastore (default: PBS_REPOSITORY)")
  private @Nullable String repository;

  public Repository repository(Surroundings at) throws CommandFailed {
    Repository found = optional(at);
    if (found == null) {
      throw new CommandFailed(
          "no repository given: use --repository [user@realm@]host:datastore or set"
              + " PBS_REPOSITORY");
    }
    return found;
  }

  /** @return null if neither option nor variable is there, for commands that can do without */
  public @Nullable Repository optional(Surroundings at) {
    String text = repository != null ? repository : at.variable("PBS_REPOSITORY");
    return text == null || (repository == null && text.isEmpty()) ? null : Repository.parse(text);
  }

  public Remote open(Surroundings at)
      throws CommandFailed, java.io.IOException, InterruptedException {
    return Remote.open(at, repository(at));
  }
}
