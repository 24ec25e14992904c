package io.reprise.cli.completion;

import io.reprise.cli.command.Completion;
import io.reprise.cli.command.LocalPaths;
import io.reprise.cli.remote.RepositoryList;
import io.reprise.cli.terminal.Surroundings;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Values of options and arguments: of this machine, or asked of the server that the line or the environment names. */
final class Candidates implements Completion.Values {
  private static final List<String> TYPES = List.of("vm", "ct", "host");

  private final Surroundings at;

  Candidates(Surroundings unattended) {
    at = unattended;
  }

  @Override
  public List<String> of(String what, Completion.Line line) {
    return switch (what) {
      case "--repository" -> RepositoryList.names(at);
      case "--crypt-mode" -> List.of("none", "encrypt", "sign-only");
      case "--output-format" ->
        line.path().equals(List.of("key", "paperkey"))
            ? List.of("text", "html")
            : List.of("text", "json", "json-pretty");
      case "--kdf" -> List.of("scrypt", "pbkdf2", "none");
      case "--backup-type" -> TYPES;
      case "--chunk-size" ->
        IntStream.rangeClosed(6, 12)
            .mapToObj(power -> Integer.toString(1 << power))
            .toList();
      case "<bool>", "--propagate" -> List.of("true", "false");
      case "--by" -> List.of("guest", "namespace", "category");
      case "<shell>" -> List.of("bash", "zsh");
      case "<backupspec>" -> sources(line.begun());
      case "<dir>", "--include-dev" -> LocalPaths.completing(at, line.begun(), true);
      case "<target>",
          "<logfile>",
          "<file>",
          "--keyfile",
          "--master-pubkey-file",
          "--master-keyfile",
          "--encrypted-keyfile" -> LocalPaths.completing(at, line.begun(), false);
      case "<path>" ->
        line.path().getFirst().equals("acl")
            ? ServerCandidates.of(at, what, line)
            : LocalPaths.completing(at, line.begun(), false);
      default -> ServerCandidates.of(at, what, line);
    };
  }

  /** {@code name.type:path}: examples first, then the files of this machine. */
  private List<String> sources(String begun) {
    int colon = begun.indexOf(':');
    if (colon < 0) return List.of("root.pxar:/", "etc.pxar:/etc/", "disk.img:/", "system.conf:/");
    String name = begun.substring(0, colon + 1);
    boolean tree = name.endsWith(".pxar:");
    Stream<String> files = LocalPaths.completing(at, begun.substring(colon + 1), tree).stream();
    return files.map(path -> name + path).toList();
  }
}
