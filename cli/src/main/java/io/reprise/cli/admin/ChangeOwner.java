package io.reprise.cli.admin;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code change-owner <group> <new-owner>}. */
@Command
public final class ChangeOwner implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @picocli.CommandLine.Parameters(index = "0", paramLabel = "<group>")
  private String group = "";

  @picocli.CommandLine.Parameters(index = "1", paramLabel = "<new-owner>")
  private String owner = "";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    Parameters parameters = Parameters.none()
        .withNamespace(ns.namespace(at))
        .with(GroupId.parse(group))
        .with("new-owner", AuthId.parse(owner).toString());
    try (var remote = repository.open(at)) {
      remote.rest().post(remote.path("change-owner"), parameters);
    }
  }
}
