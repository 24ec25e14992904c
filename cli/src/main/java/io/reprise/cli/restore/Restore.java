package io.reprise.cli.restore;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.KeyOptions;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RateOptions;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Progress;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.pxar.PxarArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore <group or snapshot> <archive-name> <target>} (cli.md §2.4, §5). */
@Command
public final class Restore implements Action {
  private static final int BUFFER = 1 << 20;

  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @Mixin
  private final KeyOptions keys = new KeyOptions();

  @Mixin
  private final RateOptions rate = new RateOptions();

  @Mixin
  private final ExtractOptions extract = new ExtractOptions();

  @Option(
      names = "--pattern",
      paramLabel = "<pattern>",
      description =
          "only what matches, of a pxar archive; may be repeated, the last match wins, '!' in front leaves out")
  private List<String> patterns = new ArrayList<>();

  @Option(names = "--quiet", description = "no progress")
  private boolean quiet;

  @Parameters(
      index = "0",
      paramLabel = "<group or snapshot>",
      description = "a group means its newest snapshot")
  private String snapshot = "";

  @Parameters(
      index = "1",
      paramLabel = "<archive-name>",
      description = "e.g. root.pxar, disk.img, pct.conf, index.json")
  private String archive = "";

  @Parameters(
      index = "2",
      paramLabel = "<target>",
      description = "path, or '-' for standard output")
  private String target = "";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    ArchiveName name = archiveName(archive);
    boolean tree = name.text().endsWith(".pxar.didx");
    if (!patterns.isEmpty() && !tree) {
      throw new CommandFailed(
          "--pattern chooses files of a pxar archive, " + name.base() + " is none");
    }
    Target to = tree
        ? Target.ofTree(at, target)
        : Target.ofFile(at, target, extract.overwrite() || name.equals(ArchiveName.MANIFEST));
    KeyOptions.Choice choice = keys.choose(at);
    Namespace namespace = ns.namespace(at);
    try (var remote = Remote.open(at, repository.repository(at), rate);
        var source = OpenSnapshot.open(
            at, remote, namespace, remote.snapshot(namespace, snapshot), choice)) {
      if (name.equals(ArchiveName.MANIFEST)) {
        whole(at, source.manifest().toJson(), to);
      } else if (name.equals(ArchiveName.MASTER_WRAPPED_KEY)) {
        whole(at, source.blob(source.entry(name)), to);
      } else {
        source.verify();
        restore(at, source, name, to);
      }
    }
  }

  private void restore(Surroundings at, OpenSnapshot source, ArchiveName name, Target to)
      throws CommandFailed, IOException {
    if (name.equals(ArchiveName.CLIENT_LOG)) {
      whole(at, source.clientLog(), to);
      return;
    }
    FileEntry entry = source.entry(name);
    if (name.kind() == ArchiveName.Kind.BLOB) {
      whole(at, source.blob(entry), to);
      return;
    }
    try (var progress =
        Progress.start(at, name.base(), entry.size(), quiet, Show.UNITS_OF_PROGRESS, () -> "")) {
      switch (to) {
        case Target.StandardOut out -> copy(at, source, entry, progress);
        case Target.Directory directory -> tree(at, source, entry, directory.path(), progress);
        case Target.File file ->
          source.image(entry).toFile(file.path(), file.exists(), progress::add);
        case Target.Device device -> source.image(entry).toDevice(device.path(), progress::add);
      }
      if (name.kind() == ArchiveName.Kind.FIXED) {
        at.messages()
            .info(String.format(
                Locale.ROOT,
                "restore image complete (bytes=%d, duration=%.2fs, speed=%.2fMB/s)",
                entry.size(),
                progress.seconds(),
                entry.size() / 1048576.0 / Math.max(progress.seconds(), 1e-3)));
      }
    }
  }

  private static void copy(Surroundings at, OpenSnapshot source, FileEntry entry, Progress progress)
      throws CommandFailed, IOException {
    var out = new StandardOutput(at);
    try (InputStream in = source.stream(entry)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        progress.add(n);
      }
    }
  }

  private void tree(
      Surroundings at, OpenSnapshot source, FileEntry entry, Path directory, Progress progress)
      throws CommandFailed, IOException {
    if (patterns.isEmpty()) {
      try (var in = new CountingStream(source.stream(entry), progress::add)) {
        Extraction.all(in, directory, extract.rules(), at.messages());
      }
      return;
    }
    boolean hasCatalog = source.manifest().file(ArchiveName.CATALOG).isPresent();
    long found = Extraction.chosen(
        new PxarArchive(source.source(entry)),
        entry.name(),
        hasCatalog ? source.catalog() : null,
        PathPatterns.parse(patterns),
        directory,
        extract.rules(),
        at.messages());
    if (found == 0) throw new CommandFailed("nothing in " + entry.name().base() + " matches");
  }

  /** A blob: small, all of it or nothing. */
  private static void whole(Surroundings at, byte[] content, Target to) throws IOException {
    switch (to) {
      case Target.StandardOut out -> new StandardOutput(at).write(content);
      case Target.File file when file.exists() -> Files.write(file.path(), content);
      case Target.File file ->
        Files.write(file.path(), content, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      case Target.Device device ->
        throw new IOException(device.path() + " is a device: only images go there");
      case Target.Directory directory -> throw new IllegalStateException("a blob has no tree");
    }
  }

  /** What users call an archive, with or without the server's extension (cli.md §2.4). */
  public static ArchiveName archiveName(String text) {
    if (ArchiveName.isArchive(text)) return new ArchiveName(text);
    if (text.endsWith(".pxar") || text.equals("catalog.pcat1"))
      return new ArchiveName(text + ".didx");
    return new ArchiveName(text + (text.endsWith(".img") ? ".fidx" : ".blob"));
  }
}
