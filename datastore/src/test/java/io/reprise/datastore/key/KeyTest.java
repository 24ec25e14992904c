package io.reprise.datastore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Hex;
import io.reprise.datastore.InvalidName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
  static final String FINGERPRINT =
      "0e:ab:d4:46:0b:6e:b9:ca:34:50:23:de:e2:b7:78:c7:90:e5:4a:16:83:b9:65:9c:0a:57:ae:19:90:90:15:9b";
  private static final OffsetDateTime TIME = OffsetDateTime.parse("2020-09-13T12:26:40+00:00");
  private static final CryptKey KEY = new CryptKey(Hex.counting(32));
  private static final String OPEN =
      "{\"kdf\":null,\"created\":\"2020-09-13T12:26:40+00:00\",\"modified\":\"2020-09-13T12:26:40+00:00\","
          + "\"data\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"fingerprint\":\""
          + FINGERPRINT
          + "\"}";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Passphrase never() {
    return () -> {
      throw new AssertionError("nobody needs a passphrase here");
    };
  }

  @Test
  void derivedValuesAreThoseOfTheSpecification() {
    assertThat(Hex.text(KEY.idKey()))
        .isEqualTo("7c2c013efd07f3b25717a485263343cd4d292a4b65c200bb3b18ea227abe225c");
    assertThat(KEY.fingerprint()).hasToString(FINGERPRINT);
    assertThat(KEY.fingerprint().shortText()).isEqualTo("0e:ab:d4:46:0b:6e:b9:ca");
    assertThat(KEY.digest(utf8("hello"), 0, 5))
        .hasToString("e34178a27b992c4a218599bf7f43ed50bc464a03d624d9092306fe2ed74d557e");
    assertThat(KEY.digest(new byte[4 << 20], 0, 4 << 20))
        .hasToString("348571e12bbbedb529def1f1394316e338a01945d871df9ef792617ceb13d636");
  }

  @Test
  void constantInFingerprintsIsThatOfTheSpecification() throws Exception {
    byte[] constant = MessageDigest.getInstance("SHA-256")
        .digest(utf8("Proxmox Backup Encryption Key Fingerprint"));
    assertThat(Hex.text(constant))
        .isEqualTo("6ed0ef77471fff4d55c7a8fe4a9db62161407f134c725ddf30992d25ec45ed26");
  }

  @Test
  void keySealedUnderScryptIsThatOfTheSpecification() {
    var derived = new CryptKey(Derivation.Scrypt.standard(new byte[32]).derive(utf8("12345")));
    assertThat(Base64.getEncoder()
            .encodeToString(Sealer.sealAlone(derived, Hex.counting(16), KEY.bytes())))
        .isEqualTo(
            "AAECAwQFBgcICQoLDA0OD5+VKhVMy59bljUKzV9A9PigVvRoqyE9ACfqO1OOzBnlo0YpcC8LoF5fSVxcfxVyxw==");
  }

  @Test
  void derivationsAreThoseOfTheSpecification() {
    byte[] none = new byte[0];
    assertThat(Hex.text(Derivation.Scrypt.standard(none).derive(utf8("test"))))
        .isEqualTo("28cdb1a3bef39396c3860e00d448fe7a0efd8244486ab6feb30457681d31597e");
    assertThat(Hex.text(Derivation.Pbkdf2.standard(none).derive(utf8("test"))))
        .isEqualTo("17c78b876f849269af48fd939a8971708375f85ca93ad4596d3a2b8d1e915aa4");
  }

  @Test
  void sealingWithAGivenIvIsThatOfTheSpecification() {
    assertThat(Hex.text(Sealer.sealAlone(KEY, Hex.counting(16), utf8("hello"))))
        .isEqualTo("000102030405060708090a0b0c0d0e0f0c84c431837297c0b19e77e5608162ea0f09cc1a56");
  }

  @Test
  void openKeyFileOfTheSpecificationIsReadAndWrittenByteForByte() throws IOException {
    KeyFile file = KeyFile.parse(utf8(OPEN));
    assertThat(file.open(never())).isEqualTo(KEY);
    assertThat(file.kdf()).isEqualTo(Kdf.NONE);
    assertThat(new String(file.toJson(), StandardCharsets.UTF_8)).isEqualTo(OPEN);
    assertThat(new String(
            KeyFile.create(KEY, Kdf.NONE, new byte[0], null, TIME).toJson(),
            StandardCharsets.UTF_8))
        .isEqualTo(OPEN);
  }

  @Test
  void scryptKeyFileOfTheSpecificationOpens() throws IOException {
    String json =
        "{\"kdf\":{\"Scrypt\":{\"n\":65536,\"r\":8,\"p\":1,\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}},"
            + "\"created\":\"2020-09-13T12:26:40+00:00\",\"modified\":\"2020-09-13T12:26:40+00:00\",\"data\":"
            + "\"AAECAwQFBgcICQoLDA0OD5+VKhVMy59bljUKzV9A9PigVvRoqyE9ACfqO1OOzBnlo0YpcC8LoF5fSVxcfxVyxw==\"}";
    KeyFile file = KeyFile.parse(utf8(json));
    assertThat(file.open(() -> utf8("12345"))).isEqualTo(KEY);
    assertThatThrownBy(() -> file.open(() -> utf8("12346"))).isInstanceOf(WrongPassphrase.class);
    assertThat(file.fingerprint()).isNull();
    assertThat(new String(file.toJson(), StandardCharsets.UTF_8)).isEqualTo(json);
  }

  @ParameterizedTest
  @EnumSource
  void keyFileComesBackWhateverProtectsIt(Kdf kdf) throws IOException {
    CryptKey key = CryptKey.generate();
    byte[] passphrase = utf8("päß wörd");
    KeyFile made = KeyFile.create(key, kdf, passphrase, "the usual \"one\"", TIME);
    KeyFile read = KeyFile.parse(made.toJson());
    assertThat(read.kdf()).isEqualTo(kdf);
    assertThat(read.hint()).isEqualTo("the usual \"one\"");
    assertThat(read.fingerprint()).isEqualTo(key.fingerprint());
    assertThat(read.created()).isEqualTo(TIME);
    assertThat(read.open(() -> passphrase)).isEqualTo(key);

    KeyFile changed = read.changePassphrase(key, Kdf.PBKDF2, utf8("other"), null, TIME.plusDays(3));
    KeyFile again = KeyFile.parse(changed.toJson());
    assertThat(again.created()).isEqualTo(TIME);
    assertThat(again.modified()).isEqualTo(TIME.plusDays(3));
    assertThat(again.hint()).isNull();
    assertThat(again.open(() -> utf8("other"))).isEqualTo(key);
    assertThatThrownBy(() -> again.open(() -> passphrase)).isInstanceOf(WrongPassphrase.class);
  }

  @Test
  void passphraseIsAskedOnceAtMost() throws IOException {
    var asked = new AtomicInteger();
    KeyFile file = KeyFile.create(KEY, Kdf.PBKDF2, utf8("12345"), null, TIME);
    file.open(() -> {
      asked.incrementAndGet();
      return utf8("12345");
    });
    assertThat(asked).hasValue(1);
  }

  @Test
  void shortPassphrasesAndLongHintsAreRefused() {
    assertThatThrownBy(() -> KeyFile.create(KEY, Kdf.SCRYPT, utf8("1234"), null, TIME))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyFile.create(KEY, Kdf.NONE, new byte[0], "x".repeat(65), TIME))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fingerprintThatIsNotTheKeysIsRefused() throws IOException {
    KeyFile file = KeyFile.parse(utf8(OPEN.replace("\"0e:ab", "\"0f:ab")));
    assertThatThrownBy(() -> file.open(never()))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("0f:ab");
  }

  /** Memory that a forged file asks for is never allocated. */
  @ParameterizedTest
  @CsvSource({
    "0,8,1",
    "1,8,1",
    "65535,8,1",
    "-65536,8,1",
    "65536,0,1",
    "65536,8,0",
    "65536,-8,1",
    "16777216,8,1",
    "1099511627776,1,1",
    "2,4611686018427387904,1",
    "65536,8,9223372036854775807",
    "4611686018427387904,4,1"
  })
  void impossibleOrHugeScryptParametersAreRefusedAtOnce(long n, long r, long p) {
    String json = OPEN.replace(
            "\"kdf\":null",
            "\"kdf\":{\"Scrypt\":{\"n\":%d,\"r\":%d,\"p\":%d,\"salt\":\"\"}}".formatted(n, r, p))
        .replaceFirst("\"data\":\"[^\"]*\"", "\"data\":\"" + "A".repeat(84) + "AA==\"");
    assertThatThrownBy(() -> KeyFile.parse(utf8(json)))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("scrypt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "null", "{\"kdf\":{}}", "{\"kdf\":7}", "{\"kdf\":{\"Scrypt\":3}}"})
  void whatIsNoKeyFileIsRefused(String text) {
    assertThatThrownBy(() -> KeyFile.parse(utf8(text))).isInstanceOf(BadFormat.class);
  }

  @Test
  void everyCutOrChangedByteOfAKeyFileIsRefusedOrOpensOrFailsCleanly() {
    var random = new Random(5);
    byte[] file = utf8(OPEN);
    for (int i = 0; i < file.length; i++) {
      byte[] changed = file.clone();
      changed[i] = (byte) random.nextInt(256);
      for (byte[] text : Arrays.asList(changed, Arrays.copyOf(file, i))) {
        try {
          KeyFile.parse(text).open(never());
        } catch (BadFormat e) {
          assertThat(e.getMessage()).startsWith("key file");
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  @Test
  void nothingShowsTheKey() {
    String secret = "AAECAwQFBgcICQoLDA0O";
    assertThat(KEY.toString()).isEqualTo("key 0e:ab:d4:46:0b:6e:b9:ca");
    assertThat(KeyFile.create(KEY, Kdf.NONE, new byte[0], null, TIME).toString())
        .doesNotContain(secret);
  }

  @Test
  void fingerprintsAreReadInBothCasesAndNothingElse() {
    assertThat(Fingerprint.parse(FINGERPRINT.toUpperCase(java.util.Locale.ROOT)))
        .hasToString(FINGERPRINT);
    for (String wrong :
        new String[] {"", "0e", FINGERPRINT + ":", FINGERPRINT.replace(':', '-'), FINGERPRINT + "\n"
        }) {
      assertThatThrownBy(() -> Fingerprint.parse(wrong)).isInstanceOf(InvalidName.class);
    }
  }

  @Test
  void sealedTextIsCutOffOrOpensOrNot() throws IOException {
    byte[] sealed = Sealer.sealAlone(KEY, null, utf8("hello"));
    var sealer = new Sealer();
    for (int length = 0; length < sealed.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(sealed, 0, length);
      if (length < Sealer.OVERHEAD) {
        assertThatThrownBy(() -> sealer.open(KEY, cut, new byte[5])).isInstanceOf(BadFormat.class);
      } else {
        assertThat(sealer.open(KEY, cut, new byte[5])).isFalse();
      }
    }
    byte[] plain = new byte[5];
    assertThat(sealer.open(KEY, ByteBuffer.wrap(sealed), plain)).isTrue();
    assertThat(plain).isEqualTo(utf8("hello"));
  }
}
