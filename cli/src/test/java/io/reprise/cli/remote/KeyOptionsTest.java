package io.reprise.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.cli.Scene;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.KeyOptions.Choice;
import io.reprise.cli.remote.KeyOptions.Place;
import io.reprise.datastore.manifest.CryptMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** Every row of the table in cli.md §1.5. */
class KeyOptionsTest {
  @TempDir
  Path home;

  Scene scene;

  static final class Probe {
    @Mixin
    KeyOptions keys = new KeyOptions();

    @Mixin
    MasterKeyOptions master = new MasterKeyOptions();
  }

  @BeforeEach
  void scene() {
    scene = new Scene(home);
  }

  private Choice choose(String... options) throws CommandFailed {
    var probe = new Probe();
    new CommandLine(probe).parseArgs(options);
    return probe.master.choose(scene.surroundings(), probe.keys);
  }

  private Place given(String name) {
    return new Place.File(home.resolve(name), false);
  }

  private Place withDefault(String below, String name) throws Exception {
    Path file = home.resolve(below).resolve("proxmox-backup").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    return new Place.File(file, true);
  }

  private void refused(String part, String... options) {
    assertThatThrownBy(() -> choose(options))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining(part);
  }

  @Test
  void withoutAnythingNothingIsEncrypted() throws Exception {
    assertThat(choose()).isEqualTo(new Choice(CryptMode.NONE, null, null));
  }

  @Test
  void defaultKeyEncryptsWithoutBeingAsked() throws Exception {
    Place key = withDefault(".config", "encryption-key.json");
    assertThat(choose()).isEqualTo(new Choice(CryptMode.ENCRYPT, key, null));
  }

  @Test
  void usersDefaultKeyComesBeforeTheSystems() throws Exception {
    Place system = withDefault("etc", "encryption-key.json");
    assertThat(choose().key()).isEqualTo(system);
    Place own = withDefault(".config", "encryption-key.json");
    assertThat(choose().key()).isEqualTo(own);
  }

  @Test
  void givenKeyEncrypts() throws Exception {
    withDefault(".config", "encryption-key.json");
    assertThat(choose("--keyfile=k")).isEqualTo(new Choice(CryptMode.ENCRYPT, given("k"), null));
    assertThat(choose("--keyfd=5").key()).isEqualTo(new Place.Descriptor(5));
  }

  @Test
  void masterKeyAloneUsesTheDefaultKeyOrFails() throws Exception {
    refused("needs an encryption key", "--master-pubkey-file=m");
    Place key = withDefault(".config", "encryption-key.json");
    assertThat(choose("--master-pubkey-file=m"))
        .isEqualTo(new Choice(CryptMode.ENCRYPT, key, given("m")));
  }

  @Test
  void modeNoneIgnoresTheDefaultKeyAndRefusesAnyOther() throws Exception {
    withDefault(".config", "encryption-key.json");
    withDefault(".config", "master-public.pem");
    assertThat(choose("--crypt-mode=none")).isEqualTo(new Choice(CryptMode.NONE, null, null));
    refused("none goes with no key", "--crypt-mode=none", "--keyfile=k");
    refused("none goes with no key", "--crypt-mode=none", "--keyfd=3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"encrypt", "sign-only"})
  void modesThatNeedAKeyTakeTheGivenOrTheDefaultOne(String mode) throws Exception {
    refused("needs an encryption key", "--crypt-mode=" + mode);
    Place key = withDefault(".config", "encryption-key.json");
    assertThat(choose("--crypt-mode=" + mode))
        .isEqualTo(new Choice(CryptMode.parse(mode), key, null));
    assertThat(choose("--crypt-mode=" + mode, "--keyfile=k"))
        .isEqualTo(new Choice(CryptMode.parse(mode), given("k"), null));
  }

  @Test
  void defaultMasterKeyIsUsedWheneverAKeyIs() throws Exception {
    Place master = withDefault(".config", "master-public.pem");
    assertThat(choose()).isEqualTo(new Choice(CryptMode.NONE, null, null));
    assertThat(choose("--keyfile=k").master()).isEqualTo(master);
    assertThat(choose("--keyfile=k", "--master-pubkey-fd=4").master())
        .isEqualTo(new Place.Descriptor(4));
  }

  @Test
  void sameKeyTwiceIsRefused() {
    refused("given twice", "--keyfile=k", "--keyfd=3");
    refused("given twice", "--keyfile=k", "--master-pubkey-file=m", "--master-pubkey-fd=3");
  }
}
