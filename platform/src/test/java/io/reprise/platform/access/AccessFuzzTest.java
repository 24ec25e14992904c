package io.reprise.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Golden;
import io.reprise.datastore.InvalidName;
import io.reprise.platform.config.ConfigError;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What strangers send as proof, and the list of who may what: any bytes are taken or refused. */
@ExtendWith(InstancioExtension.class)
class AccessFuzzTest {
  private static final AuthId ROOT = AuthId.parse("root@pam");
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);
  private static final Tickets TICKETS = new Tickets(key(), CLOCK);
  private static final CsrfTokens CSRF = new CsrfTokens(new byte[64], CLOCK);

  private static TicketKey key() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new TicketKey(pair.getPrivate(), pair.getPublic());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<byte[]> lists() {
    return Golden.seeds(
        "acl:1:/:audit@pbs:Audit\nacl:0:/datastore/a/b:x@pbs,y@pbs!t:DatastoreAdmin,Admin\n",
        "acl:1:/datastore/fixpub/site1:backup-a@pbs,backup-a@pbs!hook:DatastoreBackup\n\n",
        "acl:1:/access/users:a@pbs:NoAccess\nacl:0:/access/users:@group:Admin\n");
  }

  @MethodSource("lists")
  @FuzzTest
  void acl(byte[] content) {
    AclTree tree;
    try {
      tree = AclTree.parse(content);
      byte[] written = tree.format();
      assertThat(AclTree.parse(written).format()).isEqualTo(written);
    } catch (ConfigError refused) {
      assertThat(refused).hasMessageContaining("acl.cfg");
      return;
    }
    for (String path : tree.paths()) tree.privileges(ROOT, path);
    for (AclEntry entry : tree.entries()) {
      try {
        tree.give(entry.path(), AuthId.parse("a@pbs"), entry.role(), true);
        tree.removePath(entry.path());
      } catch (InvalidName refused) {
        assertThat(refused).hasMessageContaining("path");
      }
    }
  }

  @ParameterizedTest
  @InstancioSource(samples = 200)
  void everyListComesBack(long seed) throws ConfigError {
    var random = new Random(seed);
    AclTree tree = AclTree.parse(new byte[0]);
    String[] paths = {"/", "/datastore", "/datastore/a", "/datastore/a/b/c", "/access/users"};
    for (int i = random.nextInt(20); i > 0; i--) {
      tree.give(
          paths[random.nextInt(paths.length)],
          AuthId.parse(random.nextBoolean() ? "a@pbs" : "b@pbs!t" + random.nextInt(3)),
          Role.values()[random.nextInt(Role.values().length)],
          random.nextBoolean());
    }
    AclTree read = AclTree.parse(tree.format());
    assertThat(read.entries()).containsExactlyInAnyOrderElementsOf(tree.entries());
  }

  static Stream<byte[]> proofs() {
    return Stream.of(
            TICKETS.issue(ROOT),
            CSRF.issue(ROOT),
            "PBS:%41@b:6B4A0000::AAAA",
            "PBS:ääää%41:1::AAAA")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("proofs")
  @FuzzTest
  void proof(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    AuthId user = TICKETS.verify(text);
    if (user != null) assertThat(user).isEqualTo(ROOT);
    if (CSRF.verify(text, ROOT)) assertThat(text).isEqualTo(CSRF.issue(ROOT));
  }
}
