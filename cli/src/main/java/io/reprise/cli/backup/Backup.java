package io.reprise.cli.backup;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.KeyOptions;
import io.reprise.cli.remote.MasterKeyOptions;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RateOptions;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.backup.BackupTarget;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code backup <backupspec>…} (cli.md §2.3, §3.4): everything that can be wrong is looked at before any connection. */
@Command
public final class Backup implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @Mixin
  private final KeyOptions keys = new KeyOptions();

  @Mixin
  private final MasterKeyOptions masterKeys = new MasterKeyOptions();

  @Mixin
  private final RateOptions rate = new RateOptions();

  @Mixin
  private final TreeOptions tree = new TreeOptions();

  @Option(
      names = "--backup-type",
      paramLabel = "<type>",
      description = "vm, ct or host (default: host)",
      defaultValue = "host")
  private String type = "host";

  @Option(
      names = "--backup-id",
      paramLabel = "<id>",
      description = "default: the host name up to its first dot")
  private @Nullable String id;

  @Option(
      names = "--backup-time",
      paramLabel = "<epoch>",
      description = "seconds since 1970 (default: now)")
  private @Nullable Long time;

  @Option(
      names = "--size",
      paramLabel = "<bytes>",
      description = "size of an image that comes from standard input, e.g. 32GiB")
  private @Nullable String size;

  @Option(names = "--dry-run", description = "open a session, show what would go, send nothing")
  private boolean dryRun;

  @Option(names = "--quiet", description = "no progress")
  private boolean quiet;

  @Parameters(
      arity = "1..*",
      paramLabel = "<backupspec>",
      description = "name.type:path with type img, conf or log; path '-' is standard input")
  private List<String> sources = new ArrayList<>();

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    tree.check();
    long announced = size == null ? 0 : RateOptions.bytes("--size", size, 1);
    List<Source> checked = Source.parse(sources, announced, at);
    KeyOptions.Choice choice = masterKeys.choose(at, keys);
    String host = Surroundings.hostName();
    var group = new GroupId(BackupType.parse(type), id != null ? id : host.split("\\.", 2)[0]);
    var namespace = ns.namespace(at);
    var to = repository.repository(at);
    long now = Instant.now().getEpochSecond();
    var snapshot = new SnapshotId(group, time != null ? time : now);
    rate.check();
    at.messages()
        .info("Starting backup: " + (namespace.isRoot() ? "" : "[" + namespace + "]:") + snapshot);
    at.messages().info("Client name: " + host);
    at.messages().info("Starting backup protocol: " + Show.time(now, at.zone()));
    BackupKeys opened = BackupKeys.open(at, choice);
    try (var remote = Remote.open(at, to, rate)) {
      var target = new BackupTarget(to.store(), namespace, snapshot);
      new BackupRun(at, remote, target, opened, dryRun, quiet).run(checked);
    }
  }
}
