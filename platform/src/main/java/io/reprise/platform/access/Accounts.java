package io.reprise.platform.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.json.Json;
import io.reprise.platform.config.Cached;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigError;
import io.reprise.platform.config.ConfigFile;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.SectionFile;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Users, API tokens and their secrets: {@code user.cfg}, {@code shadow.json}, {@code token.shadow} (config.md §4.1, §4.4,
 * §4.5). Changes hold the files' locks, user.cfg's first.
 */
public final class Accounts {
  /** Exists always and cannot log in here: PAM belongs to the host. */
  public static final AuthId ROOT = new AuthId("root", "pam", null);

  private static final String USERS = "user.cfg";
  private static final String PASSWORDS = "shadow.json";
  private static final String SECRETS = "token.shadow";
  private static final int PASSWORD_MIN = 5;
  private static final int PASSWORD_MAX = 64;

  private final ConfigDirectory directory;
  private final Clock clock;
  private final ConfigFile users;
  private final Cached<ObjectNode> passwords;
  private final Cached<ObjectNode> secrets;

  Accounts(ConfigDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
    users = new ConfigFile(directory, USERS, Accounts::parse);
    passwords = new Cached<>(directory, PASSWORDS, content -> json(content, PASSWORDS));
    secrets = new Cached<>(directory, SECRETS, content -> json(content, SECRETS));
  }

  private static SectionFile parse(byte[] content) throws ConfigError {
    SectionFile file = SectionFile.parse(USERS, content, Schemas.USER);
    if (file.find("user", ROOT.toString()) == null) {
      file.put(new Section("user", ROOT.toString()).set("comment", "Superuser"));
    }
    return file;
  }

  private static ObjectNode json(byte[] content, String name) throws IOException {
    return content.length == 0 ? Json.object() : Json.parseObject(content, name);
  }

  /** user.cfg as it is: sections {@code user} and {@code token}. */
  public ConfigFile.Version now() throws IOException {
    return users.now();
  }

  /** Users as their sections, in the file's order. Not to be changed. */
  public List<Section> users() throws IOException {
    return users.sections().sections("user");
  }

  public @Nullable Section find(AuthId id) throws IOException {
    return users.sections().find(id.isToken() ? "token" : "user", id.toString());
  }

  /** True if it exists, is enabled and not expired; a token's user too. */
  public boolean isActive(AuthId id) throws IOException {
    Section section = find(id);
    if (section == null || !section.is("enable", true)) return false;
    long expire = Long.parseLong(section.get("expire", "0"));
    if (expire > 0 && expire <= clock.instant().getEpochSecond()) return false;
    return !id.isToken() || isActive(id.owner());
  }

  /** @return the hash of a pbs user's password; null if there is none */
  @Nullable
  String passwordHash(AuthId user) throws IOException {
    return user.realm().equals("pbs") ? text(passwords.get().get(user.user())) : null;
  }

  @Nullable
  String secretHash(AuthId token) throws IOException {
    return text(secrets.get().get(token.toString()));
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    return node == null ? null : node.textValue();
  }

  /**
   * Makes a user.
   *
   * @param fields keys of user.cfg
   * @param password for realm pbs only; null: nobody can log in as it yet
   * @throws InvalidName if it exists, or a value is not allowed
   */
  public void createUser(AuthId user, Map<String, String> fields, @Nullable String password)
      throws IOException {
    if (user.isToken()) throw new InvalidName("user", user.toString(), "user@realm");
    if (user.toString().indexOf(',') >= 0 || user.toString().startsWith("@")) {
      throw new InvalidName(
          "user", user.toString(), "a name without ',' and not beginning with '@'");
    }
    if (password != null) checkPassword(user, password);
    users.change(null, file -> {
      if (file.find("user", user.toString()) != null) {
        throw new InvalidName("user", user.toString(), "a name that does not exist yet");
      }
      var section = new Section("user", user.toString());
      fields.forEach(section::set);
      file.put(section);
      // The secrets of an earlier user of that name must not come back to life.
      storePassword(user, password == null ? null : PasswordHash.of(password));
    });
  }

  /**
   * Changes a user or a token.
   *
   * @param set keys and their new values
   * @param unset keys to remove
   * @param digest of the user.cfg that the caller has seen; null: whatever it is
   */
  public void update(
      AuthId id, Map<String, String> set, List<String> unset, @Nullable String digest)
      throws IOException {
    users.change(digest, file -> {
      Section section = require(file, id).copy();
      unset.forEach(key -> section.set(key, null));
      set.forEach(section::set);
      file.put(section);
    });
  }

  /** Removes a user with its tokens, secrets and password; what the ACL gives them is taken by the caller. */
  void deleteUser(AuthId user, @Nullable String digest) throws IOException {
    if (user.equals(ROOT)) {
      throw new InvalidName("user", user.toString(), "another user: root@pam cannot be removed");
    }
    users.change(digest, file -> {
      require(file, user);
      for (Section token : file.sections("token")) {
        AuthId id = AuthId.parse(token.id());
        if (id.owner().equals(user)) {
          file.remove(token.id());
          storeSecret(id, null);
        }
      }
      file.remove(user.toString());
      storePassword(user, null);
    });
  }

  public void setPassword(AuthId user, String password) throws IOException {
    checkPassword(user, password);
    users.change(null, file -> {
      require(file, user);
      storePassword(user, PasswordHash.of(password));
    });
  }

  /** @return the token's secret, which is stored nowhere */
  public String createToken(AuthId token, Map<String, String> fields, @Nullable String digest)
      throws IOException {
    String secret = UUID.randomUUID().toString();
    users.change(digest, file -> {
      require(file, token.owner());
      if (file.find("token", token.toString()) != null) {
        throw new InvalidName("token", token.toString(), "a name that does not exist yet");
      }
      var section = new Section("token", token.toString());
      fields.forEach(section::set);
      file.put(section);
      storeSecret(token, PasswordHash.of(secret));
    });
    return secret;
  }

  void deleteToken(AuthId token, @Nullable String digest) throws IOException {
    users.change(digest, file -> {
      require(file, token);
      file.remove(token.toString());
      storeSecret(token, null);
    });
  }

  private static Section require(SectionFile file, AuthId id) {
    Section section = file.find(id.isToken() ? "token" : "user", id.toString());
    if (section == null) {
      throw new InvalidName(id.isToken() ? "token" : "user", id.toString(), "one that exists");
    }
    return section;
  }

  private static void checkPassword(AuthId user, String password) {
    if (!user.realm().equals("pbs")) {
      throw new InvalidName(
          "user", user.toString(), "a user of realm pbs, whose passwords are kept here");
    }
    if (password.length() < PASSWORD_MIN
        || password.length() > PASSWORD_MAX
        || password.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a password has 5 to 64 characters and no control characters");
    }
  }

  /** An older hash gives way to yescrypt when its password was right; failing is no harm. */
  void rehash(AuthId user, String password, String old) throws IOException {
    directory.change(PASSWORDS, PASSWORDS + ".lock", 0600, content -> {
      ObjectNode map = json(content, PASSWORDS);
      if (!old.equals(text(map.get(user.user())))) return null;
      return Json.pretty(map.put(user.user(), PasswordHash.of(password)));
    });
  }

  private void storePassword(AuthId user, @Nullable String hash) throws IOException {
    if (!user.realm().equals("pbs")) return;
    directory.change(PASSWORDS, PASSWORDS + ".lock", 0600, content -> {
      byte[] changed = Json.pretty(changed(json(content, PASSWORDS), user.user(), hash));
      return hash == null && content.length == 0 ? null : changed;
    });
  }

  private void storeSecret(AuthId token, @Nullable String hash) throws IOException {
    directory.change(
        SECRETS,
        SECRETS + ".lock",
        0640,
        content -> Json.compact(changed(json(content, SECRETS), token.toString(), hash)));
  }

  private static ObjectNode changed(ObjectNode map, String key, @Nullable String value) {
    if (value == null) map.remove(key);
    else map.put(key, value);
    return map;
  }
}
