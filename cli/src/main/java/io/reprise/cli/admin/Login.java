package io.reprise.cli.admin;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Repository;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code login}: gets a ticket, or renews the one that is kept. */
@Command
public final class Login implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    Repository to = repository.repository(at);
    if (to.login().isToken()) {
      throw new CommandFailed(to.login() + " is an API token: it needs no login");
    }
    Remote.open(at, to).close();
  }

  /** {@code logout}: forgets the ticket of that host and user; the server is not called. */
  @Command
  public static final class Out implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Remote.forget(at, repository.repository(at));
    }
  }
}
