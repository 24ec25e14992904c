package io.reprise.cli.admin;

import io.reprise.protocol.rest.Parameters;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every {@code update} takes: properties to unset, and the state it was made for (protocol.md §1.7). */
final class UpdateOptions {
  @Option(names = "--delete", paramLabel = "<property>", description = "unset a property; repeat")
  private List<String> delete = new ArrayList<>();

  @Mixin
  private final DigestOption digest = new DigestOption();

  Parameters addTo(Parameters parameters) {
    if (!delete.isEmpty()) parameters.with("delete", delete);
    return digest.addTo(parameters);
  }
}
