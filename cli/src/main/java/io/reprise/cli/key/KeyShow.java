package io.reprise.cli.key;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.output.Table;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code key show [<path>]}: what a key file says of itself; its password is not needed. */
@Command
public final class KeyShow implements Action {
  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
  private @Nullable String path;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException {
    Path file = KeyPlaces.existing(at, path, KeyPlaces.KEY);
    KeyFile key = KeyFile.read(file);
    String shown = path == null ? file.toString() : path;
    var fingerprint = key.fingerprint();
    ObjectNode object = JsonNodeFactory.instance
        .objectNode()
        .put("path", shown)
        .put("kdf", key.kdf().toString())
        .put("created", key.created().toEpochSecond())
        .put("modified", key.modified().toEpochSecond());
    if (fingerprint != null) object.put("fingerprint", fingerprint.toString());
    if (key.hint() != null) object.put("hint", key.hint());
    if (output.json(at, object)) return;
    Table table = Table.ofObject()
        .row("path", '"' + shown + '"')
        .row("kdf", key.kdf().toString())
        .row("created", Show.time(key.created().toEpochSecond(), at.zone()))
        .row("modified", Show.time(key.modified().toEpochSecond(), at.zone()));
    if (fingerprint != null) table.row("fingerprint", fingerprint.toString());
    if (key.hint() != null) table.row("hint", key.hint());
    table.print(at);
  }
}
