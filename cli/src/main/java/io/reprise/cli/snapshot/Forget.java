package io.reprise.cli.snapshot;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code snapshot forget <snapshot>}; no question asked, as PBS's client does. */
@Command
public final class Forget extends SnapshotCommand {
  @Override
  void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
      throws IOException {
    remote.rest().delete(remote.path("snapshots"), parameters);
    at.messages().info("removed snapshot " + id);
  }

  /** {@code group forget <group>}: all its snapshots. */
  @Command
  public static final class Group implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    private final NamespaceOption ns = new NamespaceOption();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<group>")
    private String group = "";

    @Option(names = "--yes", description = "do it without asking")
    private boolean yes;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      GroupId id = GroupId.parse(group);
      Parameters parameters = Parameters.none().withNamespace(ns.namespace(at)).with(id);
      try (var remote = repository.open(at)) {
        int count = remote.rest().get(remote.path("snapshots"), parameters).size();
        if (!yes && !asked(at, id, count)) {
          throw new CommandFailed("nothing removed; --yes removes without asking");
        }
        remote.rest().delete(remote.path("groups"), parameters);
        at.messages().info("removed group " + id + " with " + count + " snapshots");
      }
    }

    private static boolean asked(Surroundings at, GroupId id, int count) throws IOException {
      if (!at.terminal().stdinIsTerminal()) return false;
      at.err().print("Remove " + id + " with " + count + " snapshots? Type its name: ");
      at.err().flush();
      return at.terminal().readLine().equals(id.toString());
    }
  }
}
