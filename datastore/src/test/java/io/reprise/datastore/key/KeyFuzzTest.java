package io.reprise.datastore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a key, or refused before anything expensive is done with them. */
class KeyFuzzTest {
  private static final class Asked extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static final Passphrase ASKED = () -> {
    throw new Asked();
  };

  @FuzzTest
  void keyFile(byte[] json) throws IOException {
    try {
      KeyFile file = KeyFile.parse(json);
      byte[] written = file.toJson();
      assertThat(KeyFile.parse(written).toJson()).isEqualTo(written);
      file.open(ASKED);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageStartingWith("key file");
    } catch (Asked passphrase) {
      // it is protected by one
    }
  }

  static Stream<byte[]> pems() throws IOException {
    return Stream.of(resource("openssl-public.pem"), resource("openssl-private.pem"));
  }

  static Stream<byte[]> ders() throws IOException {
    return Stream.of(
        Pem.decode(resource("openssl-public.pem"), "PUBLIC KEY"),
        Pem.decode(resource("openssl-private.pem"), "ENCRYPTED PRIVATE KEY"));
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = KeyFuzzTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @MethodSource("pems")
  @FuzzTest
  void publicKey(byte[] pem) {
    try {
      var key = MasterKey.readPublic(pem);
      assertThat(MasterKey.readPublic(MasterKey.writePublic(key))).isEqualTo(key);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageFindingMatch("PEM|master public key");
    }
  }

  @MethodSource("pems")
  @FuzzTest
  void privateKey(byte[] pem) throws IOException {
    try {
      MasterKey.readPrivate(pem, ASKED);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageFindingMatch("PEM|private key");
    } catch (Asked passphrase) {
      // it is protected by one
    }
  }

  /** What lies between the two lines of the PEM text, without base64 between it and the fuzzer. */
  @MethodSource("ders")
  @FuzzTest
  void der(byte[] der) throws IOException {
    for (String label : new String[] {"PUBLIC KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      byte[] pem = Pem.encode(label, der);
      if (label.startsWith("PUBLIC")) publicKey(pem);
      else privateKey(pem);
    }
  }

  private static final String FIXTURE =
      "{\"kdf\":null,\"created\":\"2026-11-23T05:44:23+00:00\",\"modified\":\"2026-11-23T05:44:23+00:00\",\"data\":\"%s\",\"fingerprint\":\"%s\"}";

  @Test
  void goldenFiles() throws IOException {
    byte[] secret = Base64.getDecoder().decode("sU6ekNGK6tIryqEhCTAn+zafFYyW9pvJppiiNnhtOIk=");
    var time = OffsetDateTime.parse("2026-11-23T05:44:23+00:00");
    var made = new LinkedHashMap<String, byte[]>();
    made.put(
        "keyFile/open.json",
        KeyFile.create(new CryptKey(secret), Kdf.NONE, new byte[0], null, time).toJson());
    for (String kdf : new String[] {
      "{\"Scrypt\":{\"n\":65536,\"r\":8,\"p\":1,\"salt\":\"AAAA\"}}",
      "{\"PBKDF2\":{\"iter\":65535,\"salt\":\"AAAA\"}}"
    }) {
      String json = FIXTURE
          .formatted("A".repeat(84) + "AA==", "00:".repeat(31) + "00")
          .replace("\"kdf\":null", "\"kdf\":" + kdf)
          .replaceFirst("\"}$", "\",\"hint\":\"the dog\"}");
      byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
      made.put(
          "keyFile/" + KeyFile.parse(utf8).kdf() + ".json", KeyFile.parse(utf8).toJson());
    }
    Golden.check(KeyFuzzTest.class, made);
  }

  @Test
  void goldenFileIsThatOfTheRealClient() throws IOException {
    assertThat(new String(Files.readAllBytes(Fixture.key()), StandardCharsets.UTF_8).strip())
        .isEqualTo(new String(
            Golden.read(KeyFuzzTest.class, "keyFile/open.json"), StandardCharsets.UTF_8));
  }

  @Test
  void damagedFileIsToldBeforeAnybodyTypesAPassphrase() {
    String pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
    assertThatThrownBy(() -> MasterKey.readPrivate(pem.getBytes(StandardCharsets.US_ASCII), ASKED))
        .isInstanceOf(BadFormat.class);
  }
}
