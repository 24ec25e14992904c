package io.reprise.datastore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MasterKeyTest {
  private static final OffsetDateTime CREATED = OffsetDateTime.parse("2020-09-13T14:26:40+02:00");
  private static final OffsetDateTime NOW = OffsetDateTime.parse("2026-11-24T03:00:00+01:00");
  private static final CryptKey KEY = new CryptKey(Hex.counting(32));
  private static KeyPair master;

  @BeforeAll
  static void make() {
    master = MasterKey.generate(3072); // 4096 bits take long to find
  }

  private static RSAPublicKey publicKey() {
    return (RSAPublicKey) master.getPublic();
  }

  private static RSAPrivateKey privateKey() {
    return (RSAPrivateKey) master.getPrivate();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = MasterKeyTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static Passphrase passphrase(String text) {
    return () -> text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void wrappedKeyComesBackWithItsTimes() throws IOException {
    byte[] wrapped = MasterKey.wrap(publicKey(), KEY, CREATED, NOW);
    assertThat(wrapped).hasSize(3072 / 8);
    KeyFile file = MasterKey.unwrap(privateKey(), wrapped);
    assertThat(file.kdf()).isEqualTo(Kdf.NONE);
    assertThat(file.created()).isEqualTo(CREATED);
    assertThat(file.modified()).isEqualTo(NOW);
    assertThat(file.open(() -> new byte[0])).isEqualTo(KEY);
  }

  @Test
  void timesAreWholeSecondsBecausePbsReadsNoOthers() throws IOException {
    byte[] wrapped =
        MasterKey.wrap(publicKey(), KEY, CREATED.plusNanos(7), NOW.plusNanos(123_456_789));
    String json =
        new String(MasterKey.unwrap(privateKey(), wrapped).toJson(), StandardCharsets.UTF_8);
    assertThat(json)
        .containsPattern("\"created\":\"[0-9T:-]{19}[+-]\\d\\d:\\d\\d\"")
        .containsPattern("\"modified\":\"[0-9T:-]{19}[+-]\\d\\d:\\d\\d\"");
  }

  @Test
  void masterKeyOf2048BitsIsTooSmallAndSaysSo() {
    var small = (RSAPublicKey) MasterKey.generate(2048).getPublic();
    assertThatThrownBy(() -> MasterKey.wrap(small, KEY, CREATED, NOW))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("4096");
  }

  @Test
  void otherMasterKeyDoesNotUnwrap() throws IOException {
    byte[] wrapped = MasterKey.wrap(publicKey(), KEY, CREATED, NOW);
    wrapped[40] ^= 1;
    assertThatThrownBy(() -> MasterKey.unwrap(privateKey(), wrapped)).isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> MasterKey.unwrap(privateKey(), new byte[10]))
        .isInstanceOf(BadFormat.class);
  }

  @Test
  void pemComesBackOpenAndUnderAPassphrase() throws IOException {
    assertThat(MasterKey.readPublic(MasterKey.writePublic(publicKey()))).isEqualTo(publicKey());
    assertThat(MasterKey.readPrivate(MasterKey.writePrivate(privateKey(), null), null))
        .isEqualTo(privateKey());
    byte[] secret = "päßwörd".getBytes(StandardCharsets.UTF_8);
    byte[] pem = MasterKey.writePrivate(privateKey(), secret);
    assertThat(new String(pem, StandardCharsets.US_ASCII))
        .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    assertThat(MasterKey.readPrivate(pem, () -> secret)).isEqualTo(privateKey());
  }

  /** Made by: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -aes-256-cbc -pass pass:secret */
  @Test
  void keysThatOpensslWroteAreRead() throws IOException {
    RSAPrivateKey opened =
        MasterKey.readPrivate(resource("openssl-private.pem"), passphrase("secret"));
    RSAPublicKey open = MasterKey.readPublic(resource("openssl-public.pem"));
    assertThat(opened.getModulus()).isEqualTo(open.getModulus());
    byte[] wrapped = MasterKey.wrap(open, KEY, CREATED, NOW);
    assertThat(MasterKey.unwrap(opened, wrapped).open(() -> new byte[0])).isEqualTo(KEY);
    assertThatThrownBy(
            () -> MasterKey.readPrivate(resource("openssl-private.pem"), passphrase("wrong")))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(".*(passphrase|not an RSA key).*");
  }

  @Test
  void whatIsNoKeyIsRefused() {
    for (String text : new String[] {
      "",
      "-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----",
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
    }) {
      byte[] pem = text.getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(() -> MasterKey.readPublic(pem)).as(text).isInstanceOf(BadFormat.class);
      assertThatThrownBy(() -> MasterKey.readPrivate(pem, passphrase("secret")))
          .as(text)
          .isInstanceOf(BadFormat.class);
    }
  }
}
