package io.reprise.cli.catalog;

import java.io.IOException;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Size;
import org.jline.terminal.Sized;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Lines typed on a terminal, with editing, history and completion. Ctrl-C drops the line, Ctrl-D ends the input. */
final class LineEditor implements ShellInput {
  private static final int COLUMNS = 80;
  private static final int ROWS = 24;

  private final Terminal terminal;
  private final LineReader reader;

  LineEditor(Terminal terminal, ShellCompletion completion) {
    this.terminal = terminal;
    var parser = new DefaultParser();
    parser.setEofOnUnclosedQuote(false);
    parser.setEofOnEscapedNewLine(false);
    reader = LineReaderBuilder.builder()
        .terminal(terminal)
        .parser(parser)
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // '!' begins patterns
        .completer((r, line, candidates) -> {
          var before = line.words().subList(0, line.wordIndex());
          for (String text : completion.candidates(before, line.word())) {
            boolean complete = !text.endsWith("/");
            candidates.add(new Candidate(text, text, null, null, null, null, complete));
          }
        })
        .build();
  }

  /** On the terminal of this process: by stty and the like, without native code. */
  static LineEditor ofProcess(ShellCompletion completion) throws IOException {
    Terminal terminal = TerminalBuilder.builder().system(true).provider("exec").build();
    Sized usual = Size.of(COLUMNS, ROWS);
    if (terminal.getColumns() == 0) terminal.setSize(usual); // nobody told it its own
    return new LineEditor(terminal, completion);
  }

  @Override
  public @Nullable String next(String prompt) {
    while (true) {
      try {
        return reader.readLine(prompt);
      } catch (UserInterruptException dropped) {
        // a new line
      } catch (EndOfFileException end) {
        return null;
      }
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
