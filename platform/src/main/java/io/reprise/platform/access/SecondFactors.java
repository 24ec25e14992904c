package io.reprise.platform.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.json.Json;
import io.reprise.platform.config.Cached;
import io.reprise.platform.config.ConfigDirectory;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Second factors that a PBS stored in {@code tfa.json} (config.md §4.6). They are shown, removed and unlocked here; none is
 * asked for: who has one cannot log in by password.
 */
public final class SecondFactors {
  private static final String FILE = "tfa.json";
  private static final String RECOVERY = "recovery";
  private static final String TOTP_LOCKED = "totp-locked";
  private static final String LOCKED_UNTIL = "tfa-locked-until";
  private static final List<String> LISTS = List.of("totp", "u2f", "webauthn", "yubico");

  private final ConfigDirectory directory;
  private final Clock clock;
  private final Cached<ObjectNode> factors;

  SecondFactors(ConfigDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
    factors = new Cached<>(directory, FILE, SecondFactors::parse);
  }

  private static ObjectNode parse(byte[] content) throws IOException {
    return content.length == 0 ? Json.object() : Json.parseObject(content, FILE);
  }

  /**
   * One factor.
   *
   * @param type {@code totp}, {@code u2f}, {@code webauthn}, {@code yubico} or {@code recovery}
   * @param description empty if there is none
   * @param created seconds since 1970
   */
  public record Entry(String id, String type, String description, long created, boolean enabled) {}

  /**
   * The locks of a user.
   *
   * @param until seconds since 1970 when all factors work again; null if they do
   */
  public record Locks(boolean totp, @Nullable Long until) {}

  /** Users that have an entry, in the file's order. */
  public List<AuthId> users() throws IOException {
    var users = new ArrayList<AuthId>();
    Iterator<String> names = factors.get().path("users").fieldNames();
    while (names.hasNext()) users.add(AuthId.parse(names.next()));
    return users;
  }

  private JsonNode of(AuthId user) throws IOException {
    return factors.get().path("users").path(user.toString());
  }

  /** Empty for a user without any. */
  public List<Entry> entries(AuthId user) throws IOException {
    var entries = new ArrayList<Entry>();
    JsonNode stored = of(user);
    for (String type : LISTS) {
      for (JsonNode entry : stored.path(type)) {
        entries.add(new Entry(
            entry.path("id").asText(),
            type,
            entry.path("description").asText(""),
            entry.path("created").asLong(),
            entry.path("enable").asBoolean(true)));
      }
    }
    if (stored.hasNonNull(RECOVERY)) {
      long created = stored.path(RECOVERY).path("created").asLong();
      entries.add(new Entry(RECOVERY, RECOVERY, "", created, true));
    }
    return entries;
  }

  /** True if a login by password would have to be followed by a second step. */
  boolean asks(AuthId user) throws IOException {
    return entries(user).stream().anyMatch(Entry::enabled);
  }

  public Locks locks(AuthId user) throws IOException {
    JsonNode stored = of(user);
    long until = stored.path(LOCKED_UNTIL).asLong();
    return new Locks(
        stored.path(TOTP_LOCKED).asBoolean(),
        until > clock.instant().getEpochSecond() ? until : null);
  }

  /** @return false if the user has no such factor */
  public boolean remove(AuthId user, String id) throws IOException {
    boolean[] removed = new boolean[1];
    change(user, stored -> {
      if (id.equals(RECOVERY)) removed[0] = stored.remove(RECOVERY) != null;
      for (String type : LISTS) {
        if (!(stored.get(type) instanceof ArrayNode list)) continue;
        for (int i = list.size() - 1; i >= 0; i--) {
          if (!list.get(i).path("id").asText().equals(id)) continue;
          list.remove(i);
          removed[0] = true;
        }
        if (list.isEmpty()) stored.remove(type);
      }
    });
    return removed[0];
  }

  /** @return whether anything was locked; null if the user has no entry */
  public @Nullable Boolean unlock(AuthId user) throws IOException {
    if (of(user).isMissingNode()) return null;
    Locks before = locks(user);
    change(user, stored -> stored.remove(List.of(TOTP_LOCKED, LOCKED_UNTIL)));
    return before.totp || before.until != null;
  }

  private interface Change {
    void apply(ObjectNode stored);
  }

  private void change(AuthId user, Change change) throws IOException {
    directory.change(FILE, FILE + ".lock", 0600, content -> {
      ObjectNode file = parse(content);
      if (!(file.get("users") instanceof ObjectNode users)
          || !(users.get(user.toString()) instanceof ObjectNode stored)) {
        return null;
      }
      change.apply(stored);
      if (stored.isEmpty()) users.remove(user.toString());
      return Json.compact(file);
    });
  }
}
