package io.reprise.cli.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.output.JsonText;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Repositories that were used, with how often, in the file that PBS's client has too (cli.md §1.5); only completion reads
 * it.
 */
public final class RepositoryList {
  private static final int KEPT = 10;
  private static final long MAX_BYTES = 1 << 20;

  private RepositoryList() {}

  /** Once more. Those that were used least make room; it is only a cache, so what fails here is not told. */
  static void count(Surroundings at, Repository repository) {
    Path file = file(at);
    String name = repository.toString();
    try {
      JsonNode known = read(file);
      var counts = new ArrayList<Map.Entry<String, JsonNode>>(known.properties());
      counts.removeIf(entry -> entry.getKey().equals(name));
      counts.sort(Comparator.comparingLong(
          (Map.Entry<String, JsonNode> entry) -> -entry.getValue().asLong()));
      ObjectNode kept = JsonNodeFactory.instance.objectNode();
      counts.stream().limit(KEPT - 1).forEach(entry -> kept.set(entry.getKey(), entry.getValue()));
      kept.put(name, known.path(name).asLong() + 1);
      StateFile.replace(file, JsonText.compact(kept).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      at.messages().debug("repository not remembered: " + e.getMessage());
    }
  }

  /** In no order. */
  public static List<String> names(Surroundings at) {
    try {
      return read(file(at)).properties().stream().map(Map.Entry::getKey).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Path file(Surroundings at) {
    return Xdg.cache(at, "repo-list");
  }

  /** What cannot be read as JSON counts as empty. */
  private static JsonNode read(Path file) throws IOException {
    try {
      if (Files.size(file) <= MAX_BYTES) {
        JsonNode list = new ObjectMapper().readTree(Files.readAllBytes(file));
        if (list.isObject()) return list;
      }
    } catch (NoSuchFileException | JsonProcessingException none) {
      // as if empty
    }
    return JsonNodeFactory.instance.objectNode();
  }
}
