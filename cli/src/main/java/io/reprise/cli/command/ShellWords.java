package io.reprise.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a line like a shell: blanks, quotes and backslashes, but no expansion. */
public final class ShellWords {
  private final List<String> words = new ArrayList<>();
  private @Nullable StringBuilder word;
  private char quote;

  private ShellWords() {}

  /** @throws UsageError if a quote is not closed */
  public static List<String> split(String line) {
    var split = new ShellWords();
    split.read(line);
    if (split.quote != 0) throw new UsageError("a quote is not closed");
    split.end();
    return split.words;
  }

  /** The words of a line that is still being typed; the last one is what stands before the cursor, maybe empty. */
  public static List<String> begun(String line) {
    var split = new ShellWords();
    split.read(line);
    if (split.word == null) split.word = new StringBuilder();
    split.end();
    return split.words;
  }

  private void end() {
    if (word != null) words.add(word.toString());
    word = null;
  }

  private void read(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
        end();
        continue;
      }
      if (word == null) word = new StringBuilder();
      if (quote == c) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        char next = line.charAt(++i);
        if (quote == '"' && "\"\\$`".indexOf(next) < 0) word.append('\\');
        word.append(next);
      } else {
        word.append(c);
      }
    }
  }
}
