package io.reprise.cli.snapshot;

import io.reprise.cli.backup.BlobFile;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.KeyOptions;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code snapshot upload-log <snapshot> <logfile>}: once for each snapshot; encrypted only in mode encrypt. */
@Command
public final class UploadLog extends SnapshotCommand {
  @Mixin
  private final KeyOptions keys = new KeyOptions();

  @picocli.CommandLine.Parameters(index = "1", paramLabel = "<logfile>")
  private String logfile = "";

  private byte[] content = new byte[0];
  private @Nullable CryptKey key;

  @Override
  void check(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    content = BlobFile.read(at.path(logfile));
    var choice = keys.choose(at);
    if (choice.key() != null && choice.mode() == CryptMode.ENCRYPT) {
      key = Keys.open(at, choice.key()).key();
    }
  }

  @Override
  void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
      throws IOException {
    try (var encoder = new BlobEncoder()) {
      remote
          .rest()
          .upload(
              remote.path("upload-backup-log"),
              parameters,
              encoder.encode(content, 0, content.length, true, key));
    }
  }
}
