package io.reprise.platform.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.json.Json;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final String SHA256 =
      "$5$bx7fjhlS8yMPM3Nc$RWucINkQY9tcqSPyPCwaSB6rGq0GKhwtOIE1sSkdgR9";

  @Test
  void writesTheHashOfTheSpecificationForItsSalt() {
    byte[] salt = new byte[32];
    for (int i = 0; i < salt.length; i++) salt[i] = (byte) i;
    assertThat(PasswordHash.of("password", salt))
        .isEqualTo(
            "$y$j9T$.2U.1EE/4Q.07ck0AoU1D.F2GA/3JMl3MYV4PkF5Sw/$oGjRCnpLUjButIxt.GpZ4d8sCT2qIf82J9YrA7IO3w4");
  }

  @Test
  void aNewHashVerifiesAndNoOtherSecretDoes() {
    String hash = PasswordHash.of("correct horse");
    assertThat(hash).startsWith("$y$j9T$").hasSize(94);
    assertThat(PasswordHash.verify("correct horse", hash)).isTrue();
    assertThat(PasswordHash.verify("correct horsf", hash)).isFalse();
    assertThat(PasswordHash.of("correct horse")).isNotEqualTo(hash);
  }

  @Test
  void olderHashesVerifyAndAreKnownAsOld() {
    assertThat(PasswordHash.verify("x", SHA256)).isTrue();
    assertThat(PasswordHash.verify("y", SHA256)).isFalse();
    assertThat(PasswordHash.isOld(SHA256)).isTrue();
    assertThat(PasswordHash.isOld(PasswordHash.of("abcde"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "!",
        "*0",
        "$y$j9T$short",
        "$5$",
        "no hash at all",
        "$9$unknown$aaaaaaaaaaaaaaaa"
      })
  void whatIsNoHashNeverMatches(String stored) {
    assertThat(PasswordHash.verify("", stored)).isFalse();
    assertThat(PasswordHash.verify(stored, stored)).isFalse();
  }

  @Test
  void onlyTheFirst511BytesCount() {
    String hash = PasswordHash.of("a".repeat(511) + "b");
    assertThat(PasswordHash.verify("a".repeat(511) + "c", hash)).isTrue();
    assertThat(PasswordHash.verify("a".repeat(510), hash)).isFalse();
  }

  @Test
  void secretsOfARealServerVerify() throws Exception {
    var passwords = Json.parseObject(
        Files.readAllBytes(Fixture.config().resolve("shadow.json")), "shadow.json");
    assertThat(PasswordHash.verify("secretA1", passwords.get("backup-a").textValue()))
        .isTrue();
    assertThat(PasswordHash.verify("secretB2", passwords.get("audit").textValue()))
        .isTrue();
    assertThat(PasswordHash.verify("secretB2", passwords.get("backup-a").textValue()))
        .isFalse();
    var tokens = Json.parseObject(
        Files.readAllBytes(Fixture.config().resolve("token.shadow")), "token.shadow");
    String hook = tokens.get(AuthId.parse("backup-a@pbs!hook").toString()).textValue();
    assertThat(PasswordHash.verify("bcdda088-e096-46a3-ba4a-66cf24d8029e", hook))
        .isTrue();
    assertThat(PasswordHash.verify("bcdda088-e096-46a3-ba4a-66cf24d8029f", hook))
        .isFalse();
  }
}
