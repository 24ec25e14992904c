package io.reprise.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.cli.Scene;
import io.reprise.cli.command.CommandFailed;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateTest {
  static final String FP1 = "ab:".repeat(31) + "01";
  static final String FP2 = "cd:".repeat(31) + "02";

  @TempDir
  Path home;

  Scene scene;

  @BeforeEach
  void scene() {
    scene = new Scene(home);
  }

  private TicketCache cache() {
    scene.with("XDG_RUNTIME_DIR", home.resolve("run").toString());
    return new TicketCache(scene.surroundings());
  }

  @Test
  void ticketsAreKeptInTheFormOfPbsClient() throws Exception {
    cache().store("h", "u@pbs", new TicketCache.Ticket("PBS:x", "csrf"), 1_000);
    Path file = home.resolve("run/proxmox-backup/tickets");
    assertThat(file)
        .hasContent(
            "{\"h\":{\"u@pbs\":{\"ticket\":\"PBS:x\",\"timestamp\":1000,\"token\":\"csrf\"}}}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void ticketIsUsedFor7140Seconds() throws Exception {
    cache().store("h", "u@pbs", new TicketCache.Ticket("T", "C"), 1_000);
    assertThat(cache().find("h", "u@pbs", 1_000 + 7_139))
        .isEqualTo(new TicketCache.Ticket("T", "C"));
    assertThat(cache().find("h", "u@pbs", 1_000 + 7_140)).isNull();
    assertThat(cache().find("h", "v@pbs", 1_001)).isNull();
    assertThat(cache().find("g", "u@pbs", 1_001)).isNull();
  }

  @Test
  void staleTicketsGoAtEveryWrite() throws Exception {
    cache().store("old", "u@pbs", new TicketCache.Ticket("T", "C"), 1_000);
    cache().store("h", "u@pbs", new TicketCache.Ticket("T", "C"), 9_000);
    assertThat(Files.readString(home.resolve("run/proxmox-backup/tickets"))).doesNotContain("old");
  }

  @Test
  void logoutRemovesOnlyItsOwnEntry() throws Exception {
    cache().store("h", "u@pbs", new TicketCache.Ticket("T", "C"), 1_000);
    cache().store("h", "v@pbs", new TicketCache.Ticket("T", "C"), 1_000);
    assertThat(cache().remove("h", "u@pbs", 1_001)).isTrue();
    assertThat(cache().find("h", "u@pbs", 1_001)).isNull();
    assertThat(cache().find("h", "v@pbs", 1_001)).isNotNull();
  }

  @Test
  void brokenCacheCountsAsEmpty() throws Exception {
    Path file = home.resolve("run/proxmox-backup/tickets");
    Files.createDirectories(file.getParent());
    for (String content : new String[] {"", "[", "7", "{\"h\":[]}"}) {
      Files.writeString(file, content);
      assertThat(cache().find("h", "u@pbs", 1)).isNull();
      cache().store("h", "u@pbs", new TicketCache.Ticket("T", "C"), 1_000);
      assertThat(cache().find("h", "u@pbs", 1_001)).isNotNull();
    }
  }

  @Test
  void withoutRuntimeDirectoryNothingIsKept() throws Exception {
    var cache = new TicketCache(scene.surroundings());
    cache.store("h", "u@pbs", new TicketCache.Ticket("T", "C"), 1_000);
    assertThat(cache.find("h", "u@pbs", 1_001)).isNull();
    assertThat(cache.available()).isFalse();
  }

  @Test
  void fingerprintsReplaceTheirHostAndDropForeignLines() throws Exception {
    Path file = home.resolve(".config/proxmox-backup/fingerprints");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "a " + FP1 + "\n# some comment here\nb " + FP1 + "\nlonely\n");
    var fingerprints = new Fingerprints(scene.surroundings());
    fingerprints.store("a", FP2);
    assertThat(file).hasContent("b " + FP1 + "\na " + FP2 + "\n");
    assertThat(fingerprints.find("a")).isEqualTo(FP2);
    assertThat(fingerprints.find("c")).isNull();
    assertThat(Fingerprints.normalise(FP1.toUpperCase())).isEqualTo(FP1);
    assertThat(Fingerprints.normalise("ab:cd")).isNull();
  }

  @Test
  void firstSecretThatIsSetWinsAndOnlyItsFirstLineCounts() throws Exception {
    Path file = Files.writeString(home.resolve("pw"), "from file\r\nsecond");
    scene.with("PBS_PASSWORD_CMD", "printf '%s\\n' \"from command\" x");
    assertThat(Secrets.find(scene.surroundings(), "PBS_PASSWORD")).isEqualTo("from command");
    scene.with("PBS_PASSWORD_FILE", file.toString());
    assertThat(Secrets.find(scene.surroundings(), "PBS_PASSWORD")).isEqualTo("from file");
    scene.with("PBS_PASSWORD", "direct\nsecond");
    assertThat(Secrets.find(scene.surroundings(), "PBS_PASSWORD")).isEqualTo("direct");
    scene.with("PBS_PASSWORD", "");
    assertThat(Secrets.find(scene.surroundings(), "PBS_PASSWORD")).isEmpty();
    assertThat(Secrets.find(scene.surroundings(), "PBS_ENCRYPTION_PASSWORD")).isNull();
  }

  @Test
  void failingSourceOfASecretIsAnErrorNotTheNextSource() {
    scene.with("PBS_PASSWORD_FILE", "/nonexistent").with("PBS_PASSWORD_CMD", "echo x");
    assertThatThrownBy(() -> Secrets.find(scene.surroundings(), "PBS_PASSWORD"))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("PBS_PASSWORD_FILE");
    scene.environment.remove("PBS_PASSWORD_FILE");
    scene.with("PBS_PASSWORD_CMD", "false");
    assertThatThrownBy(() -> Secrets.find(scene.surroundings(), "PBS_PASSWORD"))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("code 1");
    scene.with("PBS_PASSWORD_FD", "x");
    assertThatThrownBy(() -> Secrets.find(scene.surroundings(), "PBS_PASSWORD"))
        .hasMessageContaining("PBS_PASSWORD_FD");
  }

  @Test
  void descriptorThatTheJvmOpenedIsNotTakenForASecret() throws Exception {
    Path file = Files.writeString(home.resolve("library.jar"), "no secret");
    try (var open = new FileInputStream(file.toFile());
        var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      Path ours = descriptors
          .filter(fd -> file.equals(target(fd)))
          .findFirst()
          .orElseThrow(() -> new AssertionError(open + " is not among the open files"));
      scene.with("PBS_PASSWORD_FD", ours.getFileName().toString());
      assertThatThrownBy(() -> Secrets.find(scene.surroundings(), "PBS_PASSWORD"))
          .hasMessageContaining("not open");
    }
  }

  private static @Nullable Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException closedMeanwhile) {
      return null;
    }
  }
}
