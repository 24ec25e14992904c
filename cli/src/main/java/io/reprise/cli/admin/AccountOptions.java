package io.reprise.cli.admin;

import io.reprise.protocol.rest.Parameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What users and API tokens have in common (protocol.md §2.5). */
final class AccountOptions {
  @Option(names = "--comment", paramLabel = "<text>")
  private @Nullable String comment;

  @Option(names = "--enable", arity = "1", paramLabel = "<bool>")
  private @Nullable Boolean enable;

  @Option(names = "--expire", paramLabel = "<epoch>", description = "0 = never")
  private @Nullable Long expire;

  Parameters addTo(Parameters parameters) {
    if (enable != null) parameters.with("enable", enable.booleanValue());
    if (expire != null) parameters.with("expire", expire.longValue());
    return parameters.with("comment", comment);
  }
}
