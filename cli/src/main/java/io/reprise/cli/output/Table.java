package io.reprise.cli.output;

import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text table as PBS prints it (cli.md §3.2): box characters, or ASCII outside UTF-8 locales; without frame when
 * {@code PROXMOX_OUTPUT_NO_BORDER} is set; cut at the terminal's width. Without rows it prints nothing.
 */
public final class Table {
  private record Column(String header, boolean right) {}

  /** Left end, filling, crossing, right end. */
  private record Rule(String left, String fill, String cross, String right) {}

  private record Frame(Rule top, Rule header, Rule inner, Rule bottom, String bar) {}

  private static final Frame BOX = new Frame(
      new Rule("┌", "─", "┬", "┐"),
      new Rule("╞", "═", "╪", "╡"),
      new Rule("├", "─", "┼", "┤"),
      new Rule("└", "─", "┴", "┘"),
      "│");
  private static final Frame ASCII = new Frame(
      new Rule("+", "=", "+", "+"),
      new Rule("+", "=", "+", "+"),
      new Rule("+", "-", "+", "+"),
      new Rule("+", "=", "+", "+"),
      "|");

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private boolean header = true;

  /** The two columns in which a single object is shown. */
  public static Table ofObject() {
    return new Table().left("Name").left("Value");
  }

  /** Text. */
  public Table left(String name) {
    columns.add(new Column(name, false));
    return this;
  }

  /** Numbers and booleans. */
  public Table right(String name) {
    columns.add(new Column(name, true));
    return this;
  }

  public Table withoutHeader() {
    header = false;
    return this;
  }

  /** @param cells one for each column; null is an empty cell */
  public Table row(@Nullable String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    var row = new ArrayList<String>();
    for (String cell : cells) row.add(cell == null ? "" : Messages.printable(cell));
    rows.add(row);
    return this;
  }

  public void print(Surroundings at) {
    if (rows.isEmpty()) return;
    boolean border = at.variable("PROXMOX_OUTPUT_NO_BORDER") == null;
    boolean heads = header && border && at.variable("PROXMOX_OUTPUT_NO_HEADER") == null;
    int limit = at.terminal().width();
    int[] widths = widths(heads);
    PrintStream out = at.out();
    if (!border) {
      for (List<String> row : rows) printRow(out, limit, widths, row, "", " ", "");
      return;
    }
    Frame frame = at.unicode() ? BOX : ASCII;
    String edge = frame.bar + " ";
    String between = " " + frame.bar + " ";
    String end = " " + frame.bar;
    rule(out, limit, widths, frame.top);
    if (heads) {
      var names = columns.stream().map(Column::header).toList();
      printRow(out, limit, widths, names, edge, between, end);
      rule(out, limit, widths, frame.header);
    }
    for (int i = 0; i < rows.size(); i++) {
      if (i > 0) rule(out, limit, widths, frame.inner);
      printRow(out, limit, widths, rows.get(i), edge, between, end);
    }
    rule(out, limit, widths, frame.bottom);
  }

  private int[] widths(boolean heads) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      if (heads) widths[i] = length(columns.get(i).header);
      for (List<String> row : rows) {
        widths[i] = Math.max(
            widths[i], row.get(column).lines().mapToInt(Table::length).max().orElse(0));
      }
    }
    return widths;
  }

  private void printRow(
      PrintStream out,
      int limit,
      int[] widths,
      List<String> cells,
      String edge,
      String between,
      String end) {
    int height = (int) cells.stream().mapToLong(c -> c.lines().count()).max().orElse(1);
    List<String[]> lines =
        cells.stream().map(c -> c.lines().toArray(String[]::new)).toList();
    for (int line = 0; line < Math.max(1, height); line++) {
      var text = new StringBuilder(edge);
      for (int i = 0; i < widths.length; i++) {
        String cell = line < lines.get(i).length ? lines.get(i)[line] : "";
        String padding = " ".repeat(widths[i] - length(cell));
        if (i > 0) text.append(between);
        text.append(columns.get(i).right ? padding + cell : cell + padding);
      }
      out.println(cut((edge.isEmpty() ? text.toString().stripTrailing() : text + end), limit));
    }
  }

  private static void rule(PrintStream out, int limit, int[] widths, Rule rule) {
    String[] parts =
        Arrays.stream(widths).mapToObj(w -> rule.fill.repeat(w + 2)).toArray(String[]::new);
    out.println(cut(rule.left + String.join(rule.cross, parts) + rule.right, limit));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String line, int limit) {
    return length(line) <= limit ? line : line.substring(0, line.offsetByCodePoints(0, limit));
  }
}
