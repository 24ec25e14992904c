package io.reprise.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.AuthId;
import io.reprise.platform.config.ConfigDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicketsTest {
  private static final AuthId ADMIN = AuthId.parse("admin@pbs");
  private static final Instant ISSUED = Instant.ofEpochSecond(0x6B03DCC3L);

  @TempDir
  Path directory;

  @Test
  void theTicketOfTheSpecificationComesOutByteForByte() throws Exception {
    byte[] seed = new byte[32];
    for (int i = 0; i < seed.length; i++) seed[i] = (byte) i;
    var key = KeyFactory.getInstance("Ed25519")
        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    // Only signing is looked at: any public key will do.
    var other = KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(
            NamedParameterSpec.ED25519, new EdECPoint(false, java.math.BigInteger.TWO)));
    var tickets = new Tickets(new TicketKey(key, other), at(0));
    assertThat(tickets.issue(ADMIN))
        .isEqualTo(
            "PBS:admin@pbs:6B03DCC3::"
                + "Fh+WZihoo+HBlQnHVcBTvAj9T4z6/Lokp5VYvWrMHABwlXHU/BW/iWfAcPU7Yp92o9kugbudnNtigwCG0BuGCw");
  }

  @ParameterizedTest
  @CsvSource({"-301,false", "-300,true", "0,true", "7200,true", "7201,false"})
  void agesCountAsForPbs(long age, boolean valid) throws Exception {
    var key = TicketKey.loadOrMake(new ConfigDirectory(directory));
    String ticket = new Tickets(key, at(0)).issue(ADMIN);
    assertThat(new Tickets(key, at(age)).verify(ticket)).isEqualTo(valid ? ADMIN : null);
  }

  @Test
  void keysSurviveARestartAndAreNobodyElsesToRead() throws Exception {
    var config = new ConfigDirectory(directory);
    String ticket = new Tickets(TicketKey.loadOrMake(config), at(0)).issue(ADMIN);
    assertThat(new Tickets(TicketKey.loadOrMake(config), at(10)).verify(ticket)).isEqualTo(ADMIN);
    assertThat(PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("authkey.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void anRsaKeyOfAnOldInstallationIsUsedAndKept() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    // Behind a PKCS#8 header of 26 bytes lies the PKCS#1 key that old installations have.
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    byte[] old = new Pem("RSA PRIVATE KEY", pkcs1).text();
    Files.write(directory.resolve("authkey.key"), old);
    Files.write(
        directory.resolve("authkey.pub"),
        new Pem("PUBLIC KEY", pair.getPublic().getEncoded()).text());
    var config = new ConfigDirectory(directory);
    String ticket = new Tickets(TicketKey.loadOrMake(config), at(0)).issue(ADMIN);
    assertThat(new Tickets(TicketKey.loadOrMake(config), at(0)).verify(ticket)).isEqualTo(ADMIN);
    assertThat(directory.resolve("authkey.key")).hasBinaryContent(old);
  }

  @Test
  void whatIsNoLoginTicketIsRefused() throws Exception {
    var key = TicketKey.loadOrMake(new ConfigDirectory(directory));
    var tickets = new Tickets(key, at(0));
    String ticket = tickets.issue(ADMIN);
    String signature = ticket.substring(ticket.indexOf("::") + 2);
    assertThat(tickets.verify(ticket.replace("admin", "other"))).isNull();
    assertThat(tickets.verify(ticket + "==")).isNull();
    assertThat(tickets.verify(ticket.substring(0, ticket.length() - 4))).isNull();
    assertThat(tickets.verify("")).isNull();
    assertThat(tickets.verify("PBS:admin@pbs:zz::" + signature)).isNull();
    assertThat(tickets.verify(signed(key, "PBS:%21tfa!{}:6B03DCC3"))).isNull();
    assertThat(tickets.verify(signed(key, "PBSTERM::6B03DCC3"))).isNull();
    assertThat(tickets.verify(signed(key, "PBS:admin@pbs!token:6B03DCC3"))).isNull();
  }

  @Test
  void tokensAgainstForgedRequestsFollowTheSpecification() {
    byte[] key = new byte[64];
    for (int i = 0; i < key.length; i++) key[i] = (byte) i;
    var csrf = new CsrfTokens(key, at(0));
    String token = "6B03DCC3:gPloiIFzME9NTnKm1RCO3F3u8od3gvygT7xuiWLK+Kk";
    assertThat(csrf.issue(ADMIN)).isEqualTo(token);
    assertThat(csrf.verify(token, ADMIN)).isTrue();
    assertThat(csrf.verify("6B03DCC3:7/xH9v1A3kWRQ8zBhEiAPraO8mnPfZk6Wx1hItqFHMo", ADMIN))
        .isTrue();
    assertThat(csrf.verify(token, AuthId.parse("other@pbs"))).isFalse();
    assertThat(csrf.verify(token.replace(":", "::"), ADMIN)).isFalse();
    assertThat(new CsrfTokens(key, at(7201)).verify(token, ADMIN)).isFalse();
    assertThat(new CsrfTokens(key, at(-301)).verify(token, ADMIN)).isFalse();
  }

  private static String signed(TicketKey key, String text) {
    return text + "::"
        + Base64.getEncoder().withoutPadding().encodeToString(key.sign(text.getBytes()));
  }

  private static Clock at(long age) {
    return Clock.fixed(ISSUED.plusSeconds(age), ZoneOffset.UTC);
  }
}
