package io.reprise.platform.prune;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.platform.config.IdRange;
import io.reprise.platform.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A section {@code category: <name>} of {@code reprise.cfg}: guests, and the rule for them (docs/adr on categories). A guest
 * is in it if for each kind of condition that it has, one of the values fits; without conditions every guest is.
 *
 * @param keep keeps all if none is set
 */
public record Category(String name, KeepOptions keep, List<Condition> conditions) {
  public static final String SECTION = "category";

  /** One kind of condition, e.g. {@code match-tag}, with its values. */
  public record Condition(String kind, List<String> values, Test test) {
    boolean needsConfig() {
      return kind.equals("name") || kind.equals("tag") || kind.equals("pool");
    }

    /** @return the first value that fits; null if none does */
    @Nullable
    String fitting(Guest guest) {
      for (String value : values) if (test.fits(value, guest)) return value;
      return null;
    }
  }

  /** Whether one value fits a guest. */
  interface Test {
    boolean fits(String value, Guest guest);
  }

  public Category {
    conditions = List.copyOf(conditions);
  }

  static Category of(Section section) {
    var conditions = new ArrayList<Condition>();
    add(conditions, section, "type", (v, g) -> g.group().type().toString().equals(v));
    add(conditions, section, "id", (v, g) -> IdRange.parse(v).contains(g.group().id()));
    add(conditions, section, "ns", (v, g) -> Namespace.parse(v).contains(g.namespace()));
    add(
        conditions,
        section,
        "owner",
        (v, g) -> AuthId.parse(v).equals(g.owner()) || AuthId.parse(v).owns(g.owner()));
    add(conditions, section, "name", (v, g) -> wildcard(v).test(g.config().name()));
    add(conditions, section, "tag", (v, g) -> any(g.config().tags(), v));
    add(conditions, section, "pool", (v, g) -> any(g.config().pools(), v));
    return new Category(section.id(), Pruning.keep(section), conditions);
  }

  private static void add(List<Condition> conditions, Section section, String kind, Test test) {
    List<String> values = section.all("match-" + kind);
    if (!values.isEmpty()) conditions.add(new Condition(kind, values, test));
  }

  private static boolean any(Iterable<String> all, String wanted) {
    for (String each : all) if (each.equalsIgnoreCase(wanted)) return true;
    return false;
  }

  /** {@code *} is any text, {@code ?} any one character; case does not matter, and an empty name fits nothing. */
  static Predicate<String> wildcard(String pattern) {
    var regex = new StringBuilder();
    for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
      if (c == '*') regex.append(".*");
      else if (c == '?') regex.append('.');
      else regex.append(Pattern.quote(String.valueOf(c)));
    }
    Pattern compiled = Pattern.compile(regex.toString());
    return name ->
        !name.isEmpty() && compiled.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /** @return what made it fit, e.g. {@code tag prod, id 100-199}; null if it does not */
  @Nullable
  String why(Guest guest) {
    var reasons = new ArrayList<String>();
    for (Condition condition : conditions) {
      String value = condition.fitting(guest);
      if (value == null) return null;
      reasons.add(condition.kind() + " " + value);
    }
    return reasons.isEmpty() ? "it takes every guest" : String.join(", ", reasons);
  }

  /** True if the guest might be in it, were its configuration known. */
  boolean isOpen(Guest guest) {
    return !guest.config().known()
        && conditions.stream().anyMatch(Condition::needsConfig)
        && conditions.stream()
            .filter(condition -> !condition.needsConfig())
            .allMatch(condition -> condition.fitting(guest) != null);
  }
}
