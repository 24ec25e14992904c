package io.reprise.cli.backup;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.OnExit;
import io.reprise.cli.terminal.Progress;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.backup.BackupTarget;
import io.reprise.protocol.backup.UploadListener;
import io.reprise.protocol.backup.UploadResult;
import io.reprise.protocol.connect.ConnectionLost;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One backup after its options were checked and its user logged in: session, sources in order, manifest (protocol.md §3.6). */
final class BackupRun implements UploadListener {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final Surroundings at;
  private final Messages messages;
  private final Remote remote;
  private final BackupTarget target;
  private final BackupKeys keys;
  private final boolean dryRun;
  private final boolean quiet;
  private final LongAdder sent = new LongAdder();
  private @Nullable Progress progress;
  private boolean finishing;

  BackupRun(
      Surroundings at,
      Remote remote,
      BackupTarget target,
      BackupKeys keys,
      boolean dryRun,
      boolean quiet) {
    this.at = at;
    messages = at.messages();
    this.remote = remote;
    this.target = target;
    this.keys = keys;
    this.dryRun = dryRun;
    this.quiet = quiet;
  }

  void run(List<Source> sources) throws CommandFailed, IOException {
    long started = System.nanoTime();
    try (var onExit = new OnExit(
            messages,
            "interrupted: there will be no snapshot; chunks that were uploaded stay until the"
                + " server's next garbage collection");
        var client = open(onExit);
        var writer =
            new SnapshotWriter(client, target.snapshot(), keys.mode(), keys.key(), CORES, this)) {
      Manifest previous = previous(client, writer);
      long there = writer.resume();
      if (there > 0) {
        messages.info(Show.size(there) + " were already there, from a backup that broke off");
      }
      for (Source source : sources) store(writer, source, previous);
      if (keys.opened() != null && keys.master() != null) {
        tell("RSA encoded key", ArchiveName.MASTER_WRAPPED_KEY);
        if (!dryRun) writer.wrappedKey(keys.master(), keys.opened().created());
      }
      if (dryRun) {
        messages.info("dry-run: no upload happened");
        return;
      }
      finishing = true;
      writer.finish();
    } catch (ConnectionLost lost) {
      if (sent.sum() == 0 && !finishing) throw lost;
      throw new CommandFailed(
          "the connection to " + remote.repository().server() + " was lost: " + lost.getMessage()
              + (finishing
                  ? ". Whether the snapshot was made is not known: look with 'snapshot list'"
                  : ". There is no snapshot, but the chunks that were uploaded ("
                      + Show.size(sent.sum()) + ") are kept until the server's next garbage"
                      + " collection: run the same command again"),
          lost);
    }
    messages.info("Duration: " + Figures.seconds((System.nanoTime() - started) / 1e9));
    messages.info("End Time: " + Show.time(Instant.now().getEpochSecond(), at.zone()));
  }

  private BackupClient open(OnExit onExit) throws CommandFailed, IOException {
    try {
      var client = BackupClient.open(remote.rest(), target);
      onExit.undo(client::close);
      return client;
    } catch (RestFailure refused) {
      throw new CommandFailed(
          "the server refuses a backup of " + target.snapshot().group() + " by "
              + remote.repository().login() + ": " + refused.getMessage(),
          refused);
    }
  }

  /** @return null if there is none, or none to rely on: then everything is sent */
  private @Nullable Manifest previous(BackupClient client, SnapshotWriter writer)
      throws IOException {
    OptionalLong time = client.previousBackupTime();
    if (time.isEmpty()) {
      messages.info("No previous manifest available.");
      return null;
    }
    messages.info("Downloading previous manifest (" + Show.time(time.getAsLong(), at.zone()) + ")");
    try {
      return writer.previous(time.getAsLong());
    } catch (ConnectionLost lost) {
      throw lost;
    } catch (IOException e) {
      messages.warn("Couldn't re-use previous manifest - " + e.getMessage());
      return null;
    }
  }

  private void store(SnapshotWriter writer, Source source, @Nullable Manifest previous)
      throws CommandFailed, IOException {
    tell(source.kind() + " '" + source.path() + "'", source.archive());
    if (dryRun) return;
    try {
      if (source.kind() == Source.Kind.IMG) image(writer, source, previous);
      else writer.blob(source.archive(), content(source));
    } catch (ConnectionLost lost) {
      throw lost;
    } catch (IOException e) {
      throw new CommandFailed(source.name() + ": " + e.getMessage(), e);
    }
  }

  private void tell(String what, ArchiveName as) {
    messages.info((dryRun ? "Would upload " : "Upload ") + what + " to '" + remote.repository()
        + "' as " + as);
  }

  private byte[] content(Source source) throws CommandFailed, IOException {
    return source.isStdin()
        ? BlobFile.read(at.in(), "standard input")
        : BlobFile.read(at.path(source.path()));
  }

  private void image(SnapshotWriter writer, Source source, @Nullable Manifest previous)
      throws IOException {
    if (previous != null) reuse(writer, source, previous);
    long before = sent.sum();
    try (var shown = Progress.start(
        at,
        source.name(),
        source.sizeBytes(),
        quiet,
        Show.UNITS_OF_PROGRESS,
        () -> Show.size(sent.sum() - before, 1) + " uploaded")) {
      progress = shown;
      UploadResult result = source.isStdin() ? stream(writer, source) : file(writer, source);
      Figures.of(source.name(), result, shown.seconds()).forEach(messages::info);
    } finally {
      progress = null;
    }
  }

  /** What cannot be reused is sent again: no reason to fail. */
  private void reuse(SnapshotWriter writer, Source source, Manifest previous) throws IOException {
    try {
      writer.reuse(previous, source.archive());
    } catch (ConnectionLost lost) {
      throw lost;
    } catch (IOException e) {
      messages.warn("Couldn't re-use previous " + source.archive() + " - " + e.getMessage());
    }
  }

  private UploadResult file(SnapshotWriter writer, Source source) throws IOException {
    try (var image = new ImageFile(at.path(source.path()))) {
      UploadResult result = writer.image(source.archive(), image);
      image.requireSameSize();
      return result;
    }
  }

  private UploadResult stream(SnapshotWriter writer, Source source) throws IOException {
    InputStream in = at.in();
    UploadResult result = writer.image(source.archive(), in, source.sizeBytes());
    if (in.read() >= 0) {
      throw new IOException("standard input has more than the " + source.sizeBytes()
          + " bytes of --size: give the size of the whole image");
    }
    return result;
  }

  @Override
  public void chunk(long plainBytes, long sentBytes) {
    sent.add(sentBytes);
    if (progress != null) progress.add(plainBytes);
  }
}
