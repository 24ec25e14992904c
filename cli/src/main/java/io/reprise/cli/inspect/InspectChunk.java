package io.reprise.cli.inspect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect chunk <file>}: what a chunk file says of itself, whether it is whole, and who uses it. */
@Command
public final class InspectChunk implements Action {
  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Mixin
  private final LocalKey key = new LocalKey();

  @Parameters(index = "0", paramLabel = "<file>")
  private String file = "";

  @Option(
      names = "--decode",
      paramLabel = "<path>",
      description = "write the content there ('-': standard output)")
  private @Nullable String decode;

  @Option(names = "--digest", paramLabel = "<hex>", description = "what the chunk is named by")
  private @Nullable String digest;

  @Option(
      names = "--use-filename-as-digest",
      arity = "1",
      paramLabel = "<bool>",
      description = "take the file's name for the digest (default: true)")
  private boolean useFilename = true;

  @Option(
      names = "--reference-filter",
      paramLabel = "<dir>",
      description = "list the indexes below it that use the chunk")
  private @Nullable String references;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    if (decode != null) Decoded.notBoth(decode, output.isText(at));
    Path path = at.path(file);
    StoredBlob chunk = StoredBlob.read(path);
    chunk.checkCrc();
    CryptKey secret = key.open(at);
    Digest named = named(path);
    boolean readable = !chunk.kind().encrypted() || secret != null;
    byte[] content = readable ? chunk.decode(secret) : new byte[0];
    if (readable && named != null && !chunk.digest(content, secret).equals(named)) {
      throw new CommandFailed(file + " does not have the digest " + named
          + ": it is corrupt, or not of that name (--digest, --use-filename-as-digest)");
    }
    if (decode != null) {
      if (!readable) throw new CommandFailed(file + " is encrypted: give its key by --keyfile");
      Decoded.write(at, decode, content);
      if (decode.equals(Decoded.STDOUT)) return;
    }
    ObjectNode shown = chunk.described();
    if (readable) shown.put("decoded-size", content.length);
    if (references != null) {
      if (named == null) throw new CommandFailed("--reference-filter needs --digest");
      var users = shown.putArray("referenced-by");
      users(at.path(references), named).forEach(users::add);
    }
    if (!output.json(at, shown)) Listing.printObject(at, shown);
  }

  /** @return null if neither option nor name says it */
  private @Nullable Digest named(Path path) {
    if (digest != null) return Digest.parse(digest);
    return useFilename ? Digest.parse(path.getFileName().toString()) : null;
  }

  private static List<String> users(Path directory, Digest digest) throws IOException {
    var users = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.toString();
        if (!name.endsWith(".fidx") && !name.endsWith(".didx")) continue;
        if (uses(file, digest)) users.add(name);
      }
    }
    return users;
  }

  private static boolean uses(Path file, Digest digest) throws IOException {
    var found = new AtomicBoolean();
    try (var index = IndexReader.open(file)) {
      index.digests((a, b, c, d) -> {
        if (a == digest.a() && b == digest.b() && c == digest.c() && d == digest.d()) {
          found.set(true);
        }
      });
    }
    return found.get();
  }
}
