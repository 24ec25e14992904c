package io.reprise.cli.mount;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mount}, {@code map} and {@code unmap} (cli.md §2.2): understood, but left to PBS's own client. */
@SuppressWarnings(
    "UnusedVariable") // options that are understood, so that usage and completion know them
public final class Mounts {
  private static final String INSTEAD =
      ": for now use proxmox-backup-client, which works with the same repository and keys";

  private Mounts() {}

  static final class Options {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    private final NamespaceOption ns = new NamespaceOption();

    @Option(names = "--keyfile", paramLabel = "<path>", description = "encryption key")
    private @Nullable String keyfile;

    @Option(names = "--verbose", description = "stay in the foreground")
    private boolean verbose;
  }

  /** {@code mount <group or snapshot> <name.pxar> <dir>}. */
  @Command
  public static final class Mount implements Action {
    @Mixin
    private final Options options = new Options();

    @Parameters(index = "0", paramLabel = "<group or snapshot>")
    private String snapshot = "";

    @Parameters(index = "1", paramLabel = "<name.pxar>")
    private String archive = "";

    @Parameters(index = "2", paramLabel = "<dir>")
    private String directory = "";

    @Override
    public void run(Surroundings at) throws CommandFailed {
      throw new CommandFailed("archives are not mounted yet" + INSTEAD
          + "; single files: 'catalog shell', 'restore --pattern'");
    }
  }

  /** {@code map <group or snapshot> <name.img>}. */
  @Command
  public static final class Map implements Action {
    @Mixin
    private final Options options = new Options();

    @Parameters(index = "0", paramLabel = "<group or snapshot>")
    private String snapshot = "";

    @Parameters(index = "1", paramLabel = "<name.img>")
    private String archive = "";

    @Override
    public void run(Surroundings at) throws CommandFailed {
      throw new CommandFailed("images are not mapped yet" + INSTEAD);
    }
  }

  /** {@code unmap [<name>]}. */
  @Command
  public static final class Unmap implements Action {
    @Parameters(index = "0", arity = "0..1", paramLabel = "<name>")
    private @Nullable String name;

    @Override
    public void run(Surroundings at) throws CommandFailed {
      throw new CommandFailed("images are not mapped yet, so there is none to unmap" + INSTEAD);
    }
  }
}
