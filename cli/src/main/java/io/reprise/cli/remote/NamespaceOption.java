package io.reprise.cli.remote;

import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.Namespace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --ns}, or {@code PBS_NAMESPACE}, which PBS's client does not know (cli.md §1.2). */
public final class NamespaceOption {
  @Option(
      names = "--ns",
      paramLabel = "<namespace>",
      description = "namespace, e.g. a/b (default: PBS_NAMESPACE, else the root)")
  private @Nullable String ns;

  public Namespace namespace(Surroundings at) {
    String text = ns != null ? ns : at.variable("PBS_NAMESPACE");
    return text == null ? Namespace.ROOT : Namespace.parse(text);
  }
}
