package io.reprise.cli.inspect;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code recover index <file> <chunks-dir>}: an archive put together from its index and a directory of chunks. */
@Command
public final class RecoverIndex implements Action {
  private static final int EXTENSION = ".fidx".length();

  @Mixin
  private final LocalKey key = new LocalKey();

  @Parameters(index = "0", paramLabel = "<file>", description = "an index, .fidx or .didx")
  private String file = "";

  @Parameters(index = "1", paramLabel = "<chunks-dir>", description = "a datastore's .chunks")
  private String chunks = "";

  @Option(
      names = "--output-path",
      paramLabel = "<path>",
      description = "'-': standard output (default: the index's name without extension, here)")
  private @Nullable String outputPath;

  @Option(names = "--skip-crc", description = "do not check the CRC of chunks")
  private boolean skipCrc;

  @Option(names = "--ignore-missing-chunks", description = "write zeros for them, and warn")
  private boolean ignoreMissing;

  @Option(names = "--ignore-corrupt-chunks", description = "write zeros for them, and warn")
  private boolean ignoreCorrupt;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    if (!file.endsWith(".fidx") && !file.endsWith(".didx")) {
      throw new CommandFailed(file + " is no index: its name ends in .fidx or .didx");
    }
    CryptKey secret = key.open(at);
    try (var index = IndexReader.open(at.path(file))) {
      if (!index.computeChecksum().equals(index.checksum())) {
        throw new BadFormat(file + ": its checksum is wrong, the index itself is damaged");
      }
      String name = at.path(file).getFileName().toString();
      String target =
          outputPath != null ? outputPath : name.substring(0, name.length() - EXTENSION);
      try (var out = Decoded.open(at, target)) {
        for (long i = 0; i < index.entryCount(); i++) {
          out(at, out, index.digest(i), index.length(i), secret);
        }
      }
    }
  }

  private void out(
      Surroundings at, OutputStream out, Digest digest, long length, @Nullable CryptKey secret)
      throws CommandFailed, IOException {
    if (length > BlobDecoder.MAX_CHUNK) {
      throw new BadFormat("chunk " + digest + " of " + length + " bytes: the index is damaged");
    }
    Path chunk = at.path(chunks).resolve(digest.prefix()).resolve(digest.toString());
    try {
      StoredBlob stored = StoredBlob.read(chunk);
      if (stored.kind().encrypted() && secret == null) {
        throw new CommandFailed("the archive is encrypted: give its key by --keyfile");
      }
      if (!skipCrc) stored.checkCrc();
      out.write(stored.decode(secret, digest, (int) length));
    } catch (NoSuchFileException missing) {
      if (!ignoreMissing) {
        throw new CommandFailed(
            "chunk " + digest + " is missing; --ignore-missing-chunks writes zeros", missing);
      }
      zeros(at, out, "chunk " + digest + " is missing", length);
    } catch (BadFormat corrupt) {
      if (!ignoreCorrupt) {
        throw new CommandFailed(
            "chunk " + digest + " is corrupt (" + corrupt.getMessage()
                + "); --ignore-corrupt-chunks writes zeros",
            corrupt);
      }
      zeros(at, out, "chunk " + digest + " is corrupt", length);
    }
  }

  private static void zeros(Surroundings at, OutputStream out, String why, long length)
      throws IOException {
    at.messages().warn("WARNING: " + why + ": zeros instead");
    out.write(new byte[(int) length]);
  }
}
