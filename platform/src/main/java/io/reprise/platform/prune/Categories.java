package io.reprise.platform.prune;

import io.reprise.datastore.prune.KeepOptions;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigError;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.SectionFile;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All categories in the order in which they are asked: by {@code priority}, the lowest first (100 unless set), then as they
 * stand in {@code reprise.cfg}. The first one that a guest fits is its category. Equal if every guest is treated alike.
 */
public final class Categories {
  private static final String PRIORITY = "priority";
  private static final long DEFAULT_PRIORITY = 100;

  private final List<Category> inOrder;
  private final String text;

  private Categories(List<Category> inOrder, String text) {
    this.inOrder = inOrder;
    this.text = text;
  }

  /** @param sections of type {@code category}, in the file's order */
  public static Categories of(List<Section> sections) {
    List<Section> ordered = ordered(sections);
    var file = new SectionFile();
    // What does not matter for who is in it, and what is kept, is no change.
    for (Section section : ordered)
      file.put(section.copy().set("comment", null).set(PRIORITY, null));
    return new Categories(
        ordered.stream().map(Category::of).toList(),
        new String(file.format(), StandardCharsets.UTF_8));
  }

  /** As they are asked. */
  public static List<Section> ordered(List<Section> sections) {
    return sections.stream()
        .sorted(Comparator.comparingLong(
            section -> Long.parseLong(section.get(PRIORITY, Long.toString(DEFAULT_PRIORITY)))))
        .toList();
  }

  /** @param text as {@link #text} gave it */
  static Categories parse(String text, String file) throws ConfigError {
    return of(SectionFile.parse(file, text.getBytes(StandardCharsets.UTF_8), Schemas.REPRISE)
        .sections(Category.SECTION));
  }

  String text() {
    return text;
  }

  /** Names this state of all categories; another one, and somebody has to look at what it does. */
  public String digest() {
    return ConfigDirectory.digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Where a guest belongs.
   *
   * @param category null: it follows the prune job's own options
   * @param why for people
   */
  public record Place(@Nullable Category category, String why) {
    public String name() {
      return category == null ? "" : category.name();
    }

    /** A line for a log. */
    public String words() {
      if (category == null) return "category: none (" + why + ")";
      String keep = Pruning.words(category.keep());
      return "category: " + category.name() + " (" + why + "), "
          + (keep.isEmpty() ? "keeps all" : keep);
    }
  }

  /** @param otherwise for guests without a category */
  public Pruning.Rule rule(Guest guest, KeepOptions otherwise) {
    Place place = place(guest);
    return new Pruning.Rule(
        place.category() == null ? otherwise : place.category().keep(), place.words());
  }

  public Place place(Guest guest) {
    for (Category category : inOrder) {
      String why = category.why(guest);
      if (why != null) return new Place(category, why + unknown(guest, category));
    }
    return new Place(null, "no category fits" + unknown(guest, null));
  }

  /** If one that comes earlier depends on what is not known of the guest, that is said. */
  private String unknown(Guest guest, @Nullable Category end) {
    for (Category category : inOrder) {
      if (category == end) break;
      if (category.isOpen(guest)) {
        return "; '" + category.name() + "' does not, as " + guest.config().missing();
      }
    }
    return "";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Categories categories && categories.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
