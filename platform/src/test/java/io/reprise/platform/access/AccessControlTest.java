package io.reprise.platform.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.InvalidName;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessControlTest {
  private static final AuthId ADMIN = AuthId.parse("admin@pbs");
  private static final AuthId USER = AuthId.parse("u1@pbs");
  private static final AuthId TOKEN = AuthId.parse("u1@pbs!t");

  @TempDir
  Path directory;

  private ConfigDirectory config;
  private AccessControl access;

  @BeforeEach
  void open() throws IOException {
    config = new ConfigDirectory(directory);
    access = AccessControl.open(config);
  }

  @Test
  void theAdministratorOfTheFirstStartMayDoEverythingAndRootCannotLogIn() throws Exception {
    assertThat(access.hasAdministrator()).isFalse();
    access.makeAdministrator(ADMIN, "first password");
    assertThat(access.hasAdministrator()).isTrue();
    assertThat(access.rights(ADMIN).isSuperuser()).isTrue();
    assertThat(access.rights(ADMIN).has("/datastore/s1/a/b", Privilege.DATASTORE_ALLOCATE))
        .isTrue();
    assertThat(access.login(ADMIN, "first password"))
        .isInstanceOf(AccessControl.Login.Granted.class);
    assertThat(access.login(ADMIN, "wrong")).isInstanceOf(AccessControl.Login.Refused.class);
    assertThat(access.login(Accounts.ROOT, "anything"))
        .isInstanceOf(AccessControl.Login.Refused.class);
    var foreign = new Tickets(TicketKey.loadOrMake(config), Clock.systemUTC());
    assertThat(access.byTicket(foreign.issue(Accounts.ROOT))).isNull();
    assertThat(access.login(Accounts.ROOT, foreign.issue(Accounts.ROOT)))
        .isInstanceOf(AccessControl.Login.Refused.class);
  }

  @Test
  void anAdministratorWhoCannotLogInIsNone() throws Exception {
    access.makeAdministrator(ADMIN, "first password");
    access.accounts().update(ADMIN, Map.of("enable", "false"), List.of(), null);
    assertThat(access.hasAdministrator()).isFalse();
  }

  @Test
  void aTicketServesAsPasswordAndDiesWithItsUser() throws Exception {
    access.accounts().createUser(USER, Map.of(), "a password");
    var granted = (AccessControl.Login.Granted) access.login(USER, "a password");
    assertThat(access.byTicket(granted.ticket())).isEqualTo(USER);
    assertThat(access.isCsrfToken(granted.csrfToken(), USER)).isTrue();
    assertThat(access.login(USER, granted.ticket()))
        .isInstanceOf(AccessControl.Login.Granted.class);

    access.accounts().update(USER, Map.of("enable", "false"), List.of(), null);

    assertThat(access.byTicket(granted.ticket())).isNull();
    assertThat(access.login(USER, "a password")).isInstanceOf(AccessControl.Login.Refused.class);
  }

  @Test
  void aTokenMayOnlyWhatBothItAndItsUserMay() throws Exception {
    access.accounts().createUser(USER, Map.of(), "a password");
    String secret = access.accounts().createToken(TOKEN, Map.of(), null);
    assertThat(access.isToken(TOKEN, secret)).isTrue();
    assertThat(access.isToken(TOKEN, secret.replace('-', '+'))).isFalse();

    access.changeAcl(
        null, tree -> tree.give("/datastore/s1", USER, Role.DATASTORE_POWER_USER, true));
    assertThat(access.rights(TOKEN).privileges("/datastore/s1")).isEmpty();

    access.changeAcl(null, tree -> tree.give("/", TOKEN, Role.ADMIN, true));
    assertThat(access.rights(TOKEN).privileges("/datastore/s1"))
        .containsOnlyKeys(Privilege.DATASTORE_BACKUP, Privilege.DATASTORE_PRUNE);
    assertThat(access.rights(TOKEN).privileges("/datastore/s2")).isEmpty();
    assertThat(access.rights(TOKEN).isSuperuser()).isFalse();

    access.accounts().update(USER, Map.of("enable", "false"), List.of(), null);
    assertThat(access.isToken(TOKEN, secret)).isFalse();
  }

  @Test
  void aDeeperPathReplacesWhatWasInherited() throws Exception {
    access.changeAcl(null, tree -> {
      tree.give("/datastore/s1", USER, Role.DATASTORE_ADMIN, true);
      tree.give("/datastore/s1/a", USER, Role.DATASTORE_AUDIT_ROLE, true);
      tree.give("/datastore/s1/a/b", USER, Role.NO_ACCESS, true);
      tree.give("/datastore/s1/c", USER, Role.DATASTORE_READER, false);
    });
    assertThat(access.rights(USER).has("/datastore/s1", Privilege.DATASTORE_PRUNE))
        .isTrue();
    assertThat(access.rights(USER).privileges("/datastore/s1/a"))
        .containsOnlyKeys(Privilege.DATASTORE_AUDIT);
    assertThat(access.rights(USER).privileges("/datastore/s1/a/b")).isEmpty();
    assertThat(access.rights(USER).privileges("/datastore/s1/a/b/c")).isEmpty();
    assertThat(access.rights(USER).has("/datastore/s1/c", Privilege.DATASTORE_READ))
        .isTrue();
    // What does not propagate counts at its own path alone.
    assertThat(access.rights(USER).has("/datastore/s1/c/d", Privilege.DATASTORE_PRUNE))
        .isTrue();
    assertThat(access.rights(USER).privileges("/datastore/s2")).isEmpty();
  }

  @Test
  void nothingOfADeletedUserComesBackWithItsName() throws Exception {
    access.accounts().createUser(USER, Map.of(), "a password");
    String secret = access.accounts().createToken(TOKEN, Map.of(), null);
    access.changeAcl(null, tree -> {
      tree.give("/", USER, Role.ADMIN, true);
      tree.give("/", TOKEN, Role.ADMIN, true);
    });

    access.deleteUser(USER, null);
    access.accounts().createUser(USER, Map.of(), null);

    assertThat(access.login(USER, "a password")).isInstanceOf(AccessControl.Login.Refused.class);
    assertThat(access.isToken(TOKEN, secret)).isFalse();
    assertThat(access.rights(USER).privileges("/")).isEmpty();
    assertThatThrownBy(() -> access.deleteUser(Accounts.ROOT, null))
        .isInstanceOf(InvalidName.class);
  }

  @Test
  void aSecondFactorIsNotPassedOver() throws Exception {
    access.accounts().createUser(USER, Map.of(), "a password");
    Files.writeString(
        directory.resolve("tfa.json"), "{\"users\":{\"u1@pbs\":{\"totp\":[{\"id\":\"x\"}]}}}");
    assertThat(access.login(USER, "a password")).isInstanceOf(AccessControl.Login.Refused.class);
    Files.writeString(directory.resolve("tfa.json"), "{not json");
    assertThatThrownBy(() -> access.login(USER, "a password")).isInstanceOf(IOException.class);
  }

  @Test
  void aChangeOfWhatWasSeenBeforeIsRefused() throws Exception {
    access.accounts().createUser(USER, Map.of(), null);
    String seen = access.accounts().now().digest();
    access.accounts().update(USER, Map.of("comment", "one"), List.of(), seen);
    assertThatThrownBy(
            () -> access.accounts().update(USER, Map.of("comment", "two"), List.of(), seen))
        .isInstanceOf(ConfigError.class);
    assertThat(access.accounts().find(USER).get("comment")).isEqualTo("one");
  }

  @Test
  void anAclIsWrittenTheSameWayWhateverItsOrder() throws Exception {
    String seed = System.getProperty("reprise.seed", Long.toString(System.nanoTime()));
    byte[] real = Files.readAllBytes(Fixture.config().resolve("acl.cfg"));
    var lines = new ArrayList<>(new String(real, StandardCharsets.UTF_8).lines().toList());
    Collections.shuffle(lines, new Random(Long.parseLong(seed)));
    byte[] shuffled = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    assertThat(AclTree.parse(shuffled).format()).as("seed " + seed).isEqualTo(real);
  }

  @Test
  void linesAreGroupedAsPbsGroupsThem() throws Exception {
    AuthId other = AuthId.parse("u2@pbs");
    var tree = AclTree.parse(new byte[0]);
    tree.give("/", USER, Role.ADMIN, true);
    tree.give("/", USER, Role.AUDIT, true);
    tree.give("/", other, Role.AUDIT, true);
    tree.give("/", Accounts.ROOT, Role.ADMIN, true);
    assertThat(new String(tree.format(), StandardCharsets.UTF_8))
        .isEqualTo("acl:1:/:u1@pbs:Admin\nacl:1:/:u1@pbs,u2@pbs:Audit\n");
    tree.give("/", other, Role.ADMIN, true);
    assertThat(new String(tree.format(), StandardCharsets.UTF_8))
        .isEqualTo("acl:1:/:u1@pbs,u2@pbs:Admin,Audit\n");
    assertThatThrownBy(() -> tree.give("/nowhere", USER, Role.AUDIT, true))
        .isInstanceOf(InvalidName.class);
    assertThatThrownBy(
            () -> AclTree.parse("acl:1:/:u1@pbs:Nobody\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("line 1");
  }

  @Test
  void usersOfARealServerLogIn() throws Exception {
    for (String name : List.of("user.cfg", "acl.cfg", "shadow.json", "token.shadow")) {
      Files.copy(Fixture.config().resolve(name), directory.resolve(name));
    }
    AuthId backup = AuthId.parse("backup-a@pbs");
    assertThat(access.login(backup, "secretA1")).isInstanceOf(AccessControl.Login.Granted.class);
    assertThat(access.isToken(
            AuthId.parse("backup-a@pbs!hook"), "bcdda088-e096-46a3-ba4a-66cf24d8029e"))
        .isTrue();
    assertThat(access.rights(backup).has("/datastore/fixpub/site1", Privilege.DATASTORE_BACKUP))
        .isTrue();
    assertThat(access.rights(backup).has("/datastore/fixpub", Privilege.DATASTORE_BACKUP))
        .isFalse();
    assertThat(access.rights(AuthId.parse("audit@pbs")).has("/system/tasks", Privilege.SYS_AUDIT))
        .isTrue();
  }
}
