package io.reprise.platform.access;

import io.reprise.datastore.AuthId;
import io.reprise.platform.config.Cached;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigFile;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is calling, and what it may do (protocol.md §2). One per process; every answer follows the files as they are. */
public final class AccessControl {
  private static final String ACL = "acl.cfg";

  private final ConfigDirectory directory;
  private final Accounts accounts;
  private final Tickets tickets;
  private final CsrfTokens csrf;
  private final SecretMemory memory;
  private final Cached<AclTree> acl;
  private final ConfigFile domains;
  private final SecondFactors secondFactors;

  private AccessControl(ConfigDirectory directory, Clock clock) throws IOException {
    this.directory = directory;
    accounts = new Accounts(directory, clock);
    tickets = new Tickets(TicketKey.loadOrMake(directory), clock);
    csrf = CsrfTokens.loadOrMake(directory, clock);
    memory = new SecretMemory(clock);
    acl = new Cached<>(directory, ACL, AclTree::parse);
    domains = new ConfigFile(directory, "domains.cfg", Schemas.DOMAINS);
    secondFactors = new SecondFactors(directory, clock);
  }

  /** Uses the keys in the directory, and makes those that are missing. */
  public static AccessControl open(ConfigDirectory directory) throws IOException {
    return open(directory, Clock.systemUTC());
  }

  static AccessControl open(ConfigDirectory directory, Clock clock) throws IOException {
    return new AccessControl(directory, clock);
  }

  public Accounts accounts() {
    return accounts;
  }

  public SecondFactors secondFactors() {
    return secondFactors;
  }

  /** The realms that users may belong to: the two built in, then those of domains.cfg. */
  public List<Realm> realms() throws IOException {
    var realms = new ArrayList<Realm>();
    realms.add(new Realm("pam", "pam", "Users of the host; they cannot log in here"));
    realms.add(new Realm("pbs", "pbs", "Users whose passwords are kept here"));
    for (Section realm : domains.sections().sections()) {
      realms.add(new Realm(realm.id(), realm.type(), realm.get("comment")));
    }
    return realms;
  }

  /** Of domains.cfg (protocol.md §1.7). */
  public String realmsDigest() throws IOException {
    return domains.now().digest();
  }

  /** The outcome of a login. */
  public sealed interface Login {
    /** @param csrfToken goes with the ticket in every changing request */
    record Granted(AuthId user, String ticket, String csrfToken) implements Login {}

    /** @param reason for the log; the caller is never told */
    record Refused(String reason) implements Login {}
  }

  /** @param password the user's password, or a valid ticket of the same user */
  public Login login(AuthId user, String password) throws IOException {
    if (user.isToken()) return new Login.Refused("tokens do not log in");
    if (user.equals(Accounts.ROOT))
      return new Login.Refused(Accounts.ROOT + " does not log in here");
    if (!accounts.isActive(user))
      return new Login.Refused("no such user, or it is disabled or expired");
    if (user.equals(tickets.verify(password))) return granted(user);
    String hash = accounts.passwordHash(user);
    if (hash == null) return new Login.Refused("it has no password here");
    if (!memory.verify(user.toString(), password, hash)) return new Login.Refused("wrong password");
    if (secondFactors.asks(user)) {
      return new Login.Refused("it has a second factor, which this version does not ask for");
    }
    if (PasswordHash.isOld(hash)) {
      try {
        accounts.rehash(user, password, hash);
      } catch (IOException later) {
        // the old hash goes on to be good
      }
    }
    return granted(user);
  }

  private Login granted(AuthId user) {
    return new Login.Granted(user, tickets.issue(user), csrf.issue(user));
  }

  /** Compared with the caller's own password, for changes that ask for it. */
  public boolean isPassword(AuthId user, String password) throws IOException {
    String hash = accounts.passwordHash(user);
    return hash != null && memory.verify(user.toString(), password, hash);
  }

  /** @return null unless the ticket is valid and its user active */
  public @Nullable AuthId byTicket(String ticket) throws IOException {
    AuthId user = tickets.verify(ticket);
    // A PBS that shares the key may have let root@pam in; here it stays outside.
    return user != null && !user.equals(Accounts.ROOT) && accounts.isActive(user) ? user : null;
  }

  public boolean isCsrfToken(String token, AuthId user) {
    return csrf.verify(token, user);
  }

  /** @return false unless token and user are active and the secret is the token's */
  public boolean isToken(AuthId token, String secret) throws IOException {
    if (!token.isToken() || !accounts.isActive(token)) return false;
    String hash = accounts.secretHash(token);
    return hash != null && memory.verify(token.toString(), secret, hash);
  }

  /** Not to be changed. */
  public AclTree acl() throws IOException {
    return acl.get();
  }

  /** What a user or token may do from now until it is asked again. */
  public Rights rights(AuthId id) throws IOException {
    return new Rights(id, acl.get());
  }

  /** Changes the ACL. */
  @FunctionalInterface
  public interface AclEdit {
    void apply(AclTree tree);
  }

  /** @param digest of the acl.cfg that the caller has seen; null: whatever it is */
  public void changeAcl(@Nullable String digest, AclEdit edit) throws IOException {
    directory.change(ACL, content -> {
      ConfigDirectory.requireDigest(digest, content);
      AclTree tree = AclTree.parse(content);
      edit.apply(tree);
      return tree.format();
    });
  }

  /** Removes a user with everything that is its own: tokens, secrets, what the ACL gives. */
  public void deleteUser(AuthId user, @Nullable String digest) throws IOException {
    var gone = new HashMap<String, AuthId>();
    gone.put(user.toString(), user);
    for (var token : accounts.now().sections().sections("token")) {
      AuthId id = AuthId.parse(token.id());
      if (id.owner().equals(user)) gone.put(token.id(), id);
    }
    accounts.deleteUser(user, digest);
    changeAcl(null, tree -> gone.values().forEach(tree::forget));
  }

  /** Removes a token, its secret and what the ACL gives it. */
  public void deleteToken(AuthId token, @Nullable String digest) throws IOException {
    accounts.deleteToken(token, digest);
    changeAcl(null, tree -> tree.forget(token));
  }

  /**
   * True if somebody who can log in here may do everything. root@pam cannot: beside an adopted configuration it may have
   * been the only administrator.
   */
  public boolean hasAdministrator() throws IOException {
    for (var section : accounts.users()) {
      AuthId user = AuthId.parse(section.id());
      if (accounts.isActive(user)
          && accounts.passwordHash(user) != null
          && rights(user).isSuperuser()) {
        return true;
      }
    }
    return false;
  }

  /** Makes a user that may do everything. */
  public void makeAdministrator(AuthId user, String password) throws IOException {
    accounts.createUser(user, Map.of("comment", "made at the first start"), password);
    changeAcl(null, tree -> tree.give("/", user, Role.ADMIN, true));
  }
}
