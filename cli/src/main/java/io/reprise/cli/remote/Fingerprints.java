package io.reprise.cli.remote;

import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Certificates accepted before, one line {@code <host> <fingerprint>} each, shared with PBS's client (cli.md §1.4). */
final class Fingerprints {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{2}:){31}[0-9a-f]{2}");
  private static final int HOST_AND_FINGERPRINT = 2;

  private final Path file;

  Fingerprints(Surroundings at) {
    file = Xdg.config(at, "fingerprints");
  }

  /** Lower case with colons, or null if the text is no SHA-256 fingerprint. */
  static @Nullable String normalise(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return FORM.matcher(lower).matches() ? lower : null;
  }

  /** @param host as in the repository, without port */
  @Nullable
  String find(String host) throws IOException {
    for (String[] line : read()) {
      if (line[0].equals(host)) return normalise(line[1]);
    }
    return null;
  }

  /** Replaces the host's line; lines that are not two words are dropped. */
  void store(String host, String fingerprint) throws IOException {
    var text = new StringBuilder();
    for (String[] line : read()) {
      if (!line[0].equals(host))
        text.append(line[0]).append(' ').append(line[1]).append('\n');
    }
    text.append(host).append(' ').append(fingerprint).append('\n');
    StateFile.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private List<String[]> read() throws IOException {
    try {
      var lines = new ArrayList<String[]>();
      for (String line : Files.readAllLines(file)) {
        String[] words = line.strip().split("\\s+");
        if (words.length == HOST_AND_FINGERPRINT) lines.add(words);
      }
      return lines;
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }
}
