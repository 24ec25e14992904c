package io.reprise.cli.inspect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.output.Table;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.index.IndexReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect file <file>}: what a blob or an index says of itself. */
@Command
public final class InspectFile implements Action {
  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Mixin
  private final LocalKey key = new LocalKey();

  @Parameters(index = "0", paramLabel = "<file>", description = "ends in .blob, .fidx or .didx")
  private String file = "";

  @Option(
      names = "--decode",
      paramLabel = "<path>",
      description = "write a blob's content there ('-': standard output)")
  private @Nullable String decode;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    Path path = at.path(file);
    boolean index = file.endsWith(".fidx") || file.endsWith(".didx");
    if (!index && !file.endsWith(".blob")) {
      throw new CommandFailed(file + " is neither .blob, .fidx nor .didx; a chunk: inspect chunk");
    }
    if (index && decode != null) {
      throw new CommandFailed("an index holds no data to decode; 'recover index' needs its chunks");
    }
    if (decode != null) Decoded.notBoth(decode, output.isText(at));
    ObjectNode shown = index ? index(path) : blob(at, path);
    if (Decoded.STDOUT.equals(decode) || output.json(at, shown)) return;
    Table table = Table.ofObject();
    for (var property : shown.properties()) {
      String text = switch (property.getKey()) {
        case "ctime" -> Show.time(property.getValue().asLong(), at.zone());
        case "chunk-digests" -> property.getValue().size() + " different";
        default -> property.getValue().asText();
      };
      table.row(property.getKey(), text);
    }
    table.print(at);
  }

  private ObjectNode blob(Surroundings at, Path path)
      throws CommandFailed, IOException, InterruptedException {
    StoredBlob blob = StoredBlob.read(path);
    blob.checkCrc();
    if (decode != null) Decoded.write(at, decode, blob.decode(key.open(at)));
    return blob.described();
  }

  private static ObjectNode index(Path path) throws IOException {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    try (var index = IndexReader.open(path)) {
      shown.put("size", index.size());
      shown.put("ctime", index.ctime());
      shown.put("uuid", index.uuid().toString());
      shown.put("file-size", Files.size(path));
      shown.put("chunks", index.entryCount());
      shown.put("checksum", index.checksum().toString());
      shown.put("checksum-ok", index.computeChecksum().equals(index.checksum()));
      var digests = new LinkedHashSet<String>();
      for (long i = 0; i < index.entryCount(); i++) digests.add(index.digest(i).toString());
      var array = shown.putArray("chunk-digests");
      digests.forEach(array::add);
    }
    return shown;
  }
}
