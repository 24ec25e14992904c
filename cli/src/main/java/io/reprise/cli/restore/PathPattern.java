package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.FileName;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One pattern as PBS's users write them (cli.md §2.5): {@code ?} and {@code *} within a name, {@code **} across, {@code
 * [a-z]}, {@code [!…]}, {@code \} escapes; {@code !} in front leaves out, {@code /} in front starts at the root, {@code /} at
 * the end means directories only. Names that are not UTF-8 match by their printable part.
 */
public final class PathPattern implements PathRule {
  private static final String SPECIAL = "?*[\\";

  private final String text;
  private final boolean include;
  private final boolean directoriesOnly;
  private final boolean anchored;
  private final Pattern regex;
  private final List<String> fixed;

  private PathPattern(
      String text,
      boolean include,
      boolean directoriesOnly,
      boolean anchored,
      Pattern regex,
      List<String> fixed) {
    this.text = text;
    this.include = include;
    this.directoriesOnly = directoriesOnly;
    this.anchored = anchored;
    this.regex = regex;
    this.fixed = fixed;
  }

  /** @throws CommandFailed if it names nothing, or a bracket or escape is not complete */
  public static PathPattern parse(String text) throws CommandFailed {
    String glob = text;
    boolean include = !glob.startsWith("!");
    if (!include) glob = glob.substring(1);
    boolean anchored = glob.startsWith("/");
    glob = glob.replaceFirst("^/+", "");
    boolean directoriesOnly = glob.endsWith("/") && !glob.endsWith("\\/");
    glob = glob.replaceFirst("/+$", "");
    if (glob.isEmpty()) throw new CommandFailed("'" + text + "' is no pattern: it names nothing");
    Pattern regex =
        Pattern.compile((anchored ? "" : "(?:.*/)?") + regex(text, glob), Pattern.DOTALL);
    return new PathPattern(text, include, directoriesOnly, anchored, regex, fixedNames(glob));
  }

  private static String regex(String text, String glob) throws CommandFailed {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '?' -> regex.append("[^/]");
        case '*' -> {
          boolean across = i + 1 < glob.length() && glob.charAt(i + 1) == '*';
          regex.append(across ? ".*" : "[^/]*");
          if (across) i++;
        }
        case '[' -> i = characters(text, glob, i, regex);
        case '\\' -> {
          if (++i == glob.length()) throw new CommandFailed("'" + text + "' ends in '\\'");
          literal(regex, glob.charAt(i));
        }
        default -> literal(regex, c);
      }
    }
    return regex.toString();
  }

  private static void literal(StringBuilder regex, char c) {
    if (!Character.isLetterOrDigit(c) && c < 0x80) regex.append('\\');
    regex.append(c);
  }

  /** @return where the closing bracket stands */
  private static int characters(String text, String glob, int start, StringBuilder regex)
      throws CommandFailed {
    int i = start + 1;
    boolean not = i < glob.length() && (glob.charAt(i) == '!' || glob.charAt(i) == '^');
    if (not) i++;
    regex.append(not ? "[^/" : "[");
    int first = i;
    for (; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == ']' && i > first) {
        regex.append(']');
        return i;
      }
      boolean range = c == '-' && i > first && i + 1 < glob.length() && glob.charAt(i + 1) != ']';
      if (c == '\\' && i + 1 < glob.length()) literal(regex, glob.charAt(++i));
      else if (range) regex.append('-');
      else literal(regex, c);
    }
    throw new CommandFailed("'" + text + "': a '[' is not closed");
  }

  /** The first names that hold no special character; for an anchored pattern everything it matches lies below them. */
  private static List<String> fixedNames(String glob) {
    var names = new ArrayList<String>();
    for (String name : glob.split("/+")) {
      if (name.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)) break;
      names.add(name);
    }
    return names;
  }

  @Override
  public boolean include() {
    return include;
  }

  @Override
  public boolean matches(List<FileName> path, boolean directory) {
    return (directory || !directoriesOnly) && regex.matcher(joined(path)).matches();
  }

  @Override
  public boolean mayMatchBelow(List<FileName> directory) {
    if (!anchored) return true;
    for (int i = 0; i < Math.min(fixed.size(), directory.size()); i++) {
      if (!fixed.get(i).equals(directory.get(i).toString())) return false;
    }
    return true;
  }

  static String joined(List<FileName> path) {
    return path.stream().map(FileName::toString).collect(Collectors.joining("/"));
  }

  @Override
  public String toString() {
    return text;
  }
}
