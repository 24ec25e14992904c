package io.reprise.cli.admin;

import io.reprise.protocol.rest.Parameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --digest}: fail if the configuration has changed since (protocol.md §1.7). */
final class DigestOption {
  @Option(
      names = "--digest",
      paramLabel = "<hex>",
      description = "fail if the configuration has changed since")
  private @Nullable String digest;

  Parameters addTo(Parameters parameters) {
    return parameters.with("digest", digest);
  }
}
