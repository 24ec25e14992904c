package io.reprise.cli.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import io.reprise.datastore.key.MasterKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code key} commands (cli.md §1.5, checklist 13 and 14). */
class KeyCommandsTest {
  @TempDir
  Path home;

  Scene scene;

  @BeforeEach
  void scene() {
    scene = new Scene(home);
  }

  private void succeeds(String... arguments) {
    assertThat(scene.run(arguments)).as(() -> scene.err()).isZero();
  }

  private void fails(String part, String... arguments) {
    assertThat(scene.run(arguments)).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
  }

  private void typing(String... answers) {
    scene.terminal = true;
    scene.questions.clear();
    scene.answers.clear();
    scene.answers.addAll(List.of(answers));
  }

  private CryptKey open(String file, String password) throws Exception {
    return KeyFile.read(home.resolve(file)).open(() -> password.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void withoutKdfNothingIsAskedAndTheFileIsPrivate() throws Exception {
    succeeds("key", "create", "k.json", "--kdf", "none");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("k.json"))))
        .isEqualTo("rw-------");
    assertThat(open("k.json", "").fingerprint()).isNotNull();
  }

  @Test
  void keyIsNeverOverwritten() throws Exception {
    Files.writeString(home.resolve("k.json"), "precious");
    typing("secret", "secret");
    fails("never overwritten", "key", "create", "k.json");
    assertThat(scene.questions).as("told before the questions").isEmpty();
    assertThat(home.resolve("k.json")).hasContent("precious");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scrypt", "pbkdf2"})
  void passwordIsAskedForTwiceWhateverTheEnvironmentSays(String kdf) throws Exception {
    scene.with("PBS_ENCRYPTION_PASSWORD", "from environment");
    typing("secret", "secret");
    succeeds("key", "create", "k.json", "--kdf", kdf, "--hint", "the usual");
    assertThat(scene.questions).containsExactly("Encryption Key Password: ", "Verify Password: ");
    CryptKey key = open("k.json", "secret");
    succeeds("key", "show", "k.json", "--output-format", "json");
    assertThat(scene.out())
        .contains("\"kdf\":\"" + kdf + "\"")
        .contains("\"hint\":\"the usual\"")
        .contains("\"fingerprint\":\"" + key.fingerprint() + "\"")
        .contains("\"path\":\"k.json\"");
  }

  @Test
  void shortOrMistypedPasswordsMakeNoKey() {
    typing("four");
    fails("at least 5", "key", "create", "k.json");
    typing("secret", "sekret");
    fails("differ", "key", "create", "k.json");
    scene.terminal = false;
    fails("terminal", "key", "create", "k.json");
    assertThat(home.resolve("k.json")).doesNotExist();
  }

  @Test
  void defaultPlaceIsTold() {
    succeeds("key", "create", "--kdf", "none");
    Path file = home.resolve(".config/proxmox-backup/encryption-key.json");
    assertThat(file).exists();
    assertThat(scene.err()).contains("creating default key at: " + file);
    succeeds("key", "show");
    assertThat(scene.out()).contains("\"" + file + "\"");
  }

  @Test
  void changedPasswordKeepsKeyAndCreationTime() throws Exception {
    typing("secret", "secret");
    succeeds("key", "create", "k.json", "--kdf", "pbkdf2");
    var before = KeyFile.read(home.resolve("k.json"));
    typing("secret", "other-secret", "other-secret");
    succeeds("key", "change-passphrase", "k.json", "--kdf", "pbkdf2");
    assertThat(scene.questions)
        .containsExactly("Encryption Key Password: ", "New Password: ", "Verify Password: ");
    var after = KeyFile.read(home.resolve("k.json"));
    assertThat(after.created()).isEqualTo(before.created());
    assertThat(open("k.json", "other-secret").fingerprint()).isEqualTo(before.fingerprint());
    scene.terminal = false;
    fails("terminal", "key", "change-passphrase", "k.json");
  }

  @Test
  @Timeout(600) // 4096 bits take a while to find
  void masterKeyBringsAnEncryptionKeyBack() throws Exception {
    typing("master", "master");
    succeeds("key", "create-master-key");
    assertThat(scene.questions).containsExactly("Master Key Password: ", "Verify Password: ");
    assertThat(scene.out()).contains("Modulus: ").contains("Exponent: 65537");
    succeeds("key", "import-master-pubkey", "master-public.pem");
    assertThat(home.resolve(".config/proxmox-backup/master-public.pem"))
        .hasSameBinaryContentAs(home.resolve("master-public.pem"));
    succeeds("key", "show-master-pubkey", "--output-format=json");
    assertThat(scene.out())
        .contains("\"length\":4096")
        .contains("\"exponent\":\"65537\"")
        .containsPattern("\"modulus\":\"[0-9A-F]{1024}\"");
    succeeds("key", "show-master-pubkey", "master-public.pem");
    assertThat(scene.out()).containsPattern("path +│ " + home.resolve("master-public.pem") + " ");

    succeeds("key", "create", "k.json", "--kdf", "none");
    CryptKey key = open("k.json", "");
    byte[] wrapped = MasterKey.wrap(
        MasterKey.readPublic(Files.readAllBytes(home.resolve("master-public.pem"))),
        key,
        KeyFile.read(home.resolve("k.json")).created(),
        KeyFile.read(home.resolve("k.json")).created());
    Files.write(home.resolve("rsa-encrypted.key"), wrapped);
    typing("master", "fresh", "fresh");
    succeeds(
        "key",
        "import-with-master-key",
        "back.json",
        "--kdf",
        "pbkdf2",
        "--master-keyfile",
        "master-private.pem",
        "--encrypted-keyfile",
        "rsa-encrypted.key");
    assertThat(scene.questions)
        .containsExactly("Master Key Password: ", "New Password: ", "Verify Password: ");
    assertThat(open("back.json", "fresh").fingerprint()).isEqualTo(key.fingerprint());
  }

  @Test
  void paperKeyHoldsTheWholeKey() throws Exception {
    succeeds("key", "create", "k.json", "--kdf", "none");
    succeeds("key", "paperkey", "k.json", "--subject", "<safe>");
    assertThat(scene.out())
        .startsWith("Subject: <safe>\n\n-----BEGIN PROXMOX BACKUP KEY-----\n{")
        .contains("\n-----END PROXMOX BACKUP KEY-----\n");
    succeeds("key", "paperkey", "k.json", "--subject", "<safe>", "--output-format", "html");
    assertThat(scene.out()).contains("&lt;safe&gt;").doesNotContain("<safe>");
  }
}
