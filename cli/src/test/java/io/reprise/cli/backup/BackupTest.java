package io.reprise.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.cli.Scene;
import io.reprise.cli.server.RealServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** {@code backup} against a real server, and what {@code restore} brings back (cli.md §2.3, §3.4, §7 items 12, 21, 22). */
@Timeout(300) // much is read and written
class BackupTest {
  static final int CHUNK = 4 << 20;
  static RealServer server;

  @TempDir
  Path home;

  Scene scene;
  String group;
  long time = 1_700_000_000;

  @BeforeAll
  @Timeout(300) // a service starts
  static void start() throws Exception {
    server = RealServer.get();
  }

  @BeforeEach
  void scene(TestInfo test) {
    scene = server.scene(home);
    group = test.getTestMethod().orElseThrow().getName();
  }

  /** One after the other into the group of this test; the server may still be busy with the end of the one before. */
  private String backup(String... arguments) {
    var words = new ArrayList<>(List.of("backup"));
    words.addAll(List.of(arguments));
    words.add("--backup-id=" + group);
    words.add("--backup-time=" + ++time);
    await().atMost(60, SECONDS).until(() -> {
      int code = scene.run(words.toArray(String[]::new));
      if (code != 0 && scene.err().contains("another")) return false;
      assertThat(code).as(() -> scene.err()).isZero();
      return true;
    });
    return "host/" + group;
  }

  private void succeeds(String... arguments) {
    assertThat(scene.run(arguments)).as(() -> scene.err()).isZero();
  }

  private Path random(String name, long bytes, long seed) throws IOException {
    byte[] content = new byte[Math.toIntExact(bytes)];
    new SplittableRandom(seed).nextBytes(content);
    return Files.write(home.resolve(name), content);
  }

  private JsonNode files() throws IOException {
    succeeds("snapshot", "list", "host/" + group, "--output-format=json");
    JsonNode all = new ObjectMapper().readTree(scene.out());
    assertThat(all).hasSize(1);
    return all.get(0).path("files");
  }

  private long snapshots() throws IOException {
    succeeds("snapshot", "list", "host/" + group, "--output-format=json");
    return new ObjectMapper().readTree(scene.out()).size();
  }

  @Test
  void imagesAndFilesComeBackAsTheyWere() throws Exception {
    Path disk = random("disk", 3 * CHUNK + 12_345, 1);
    Files.writeString(home.resolve("vm.conf"), "memory: 512\n");
    Files.writeString(home.resolve("a.txt"), "done\n");
    String snapshot = backup("disk.img:disk", "vm.conf:vm.conf", "last.log:" + home + "/a.txt");
    succeeds("restore", snapshot, "disk.img", "restored");
    assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
    succeeds("restore", snapshot, "vm.conf", "-");
    assertThat(scene.out()).isEqualTo("memory: 512\n");
    succeeds("restore", snapshot, "last.log", "-");
    assertThat(scene.out()).isEqualTo("done\n");
  }

  @Test
  void itSaysWhatProxmoxsClientSays() throws Exception {
    random("disk", 3 * CHUNK, 2);
    Files.writeString(home.resolve("vm.conf"), "memory: 512\n");
    String repository = scene.environment.get("PBS_REPOSITORY");
    String began = """
        Starting backup: host/%s/2023-11-14T22:13:2%dZ
        Client name: [^ \\n]+
        Starting backup protocol: [A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}
        """;
    String ended = """
        Upload config file 'vm.conf' to '%s' as vm.conf.blob
        Duration: \\d+\\.\\d\\ds
        End Time: [A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}
        """.formatted(repository);
    backup("disk.img:disk", "vm.conf:vm.conf");
    assertThat(scene.err()).matches(began.formatted(group, 1) + """
            No previous manifest available.
            Upload image 'disk' to '%s' as disk.img.fidx
            disk.img: had to backup 12 MiB of 12 MiB \\(compressed 12(\\.\\d+)? MiB\\) in \\d+\\.\\d\\ds
            disk.img: average backup speed: [0-9.]+ [KMG]iB/s
            disk.img: read 12 MiB \\([0-9.]+ [KMG]iB/s\\), uploaded 12(\\.\\d+)? MiB \\([0-9.]+ [KMG]iB/s\\)
            """.formatted(repository) + ended);
    assertThat(scene.out()).isEmpty();

    byte[] disk = Files.readAllBytes(home.resolve("disk"));
    disk[CHUNK] ^= 1;
    Files.write(home.resolve("disk"), disk);
    backup("disk.img:disk", "vm.conf:vm.conf");
    assertThat(scene.err()).matches(began.formatted(group, 2) + """
            Downloading previous manifest \\(Tue Nov 14 22:13:21 2023\\)
            Upload image 'disk' to '%s' as disk.img.fidx
            disk.img: had to backup 4 MiB of 12 MiB \\(compressed 4(\\.\\d+)? MiB\\) in \\d+\\.\\d\\ds
            disk.img: average backup speed: [0-9.]+ [KMG]iB/s
            disk.img: backup was done incrementally, reused 8 MiB \\(66\\.7%%\\)
            disk.img: read 12 MiB \\([0-9.]+ [KMG]iB/s\\), uploaded 4(\\.\\d+)? MiB \\([0-9.]+ [KMG]iB/s\\)
            """.formatted(repository) + ended);
  }

  @Test
  void holesAndZerosAreNeitherSentNorStored() throws Exception {
    Path disk = random("disk", CHUNK, 3);
    try (var file = new java.io.RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(64L * CHUNK);
      file.seek(32L * CHUNK);
      file.write(new byte[CHUNK]); // zeros that are no hole
    }
    String snapshot = backup("disk.img:disk");
    assertThat(scene.err()).contains("had to backup 8 MiB of 256 MiB (compressed 4");
    succeeds("restore", snapshot, "disk.img", "restored");
    assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
  }

  @Test
  void dryRunLeavesNothing() throws Exception {
    random("disk", CHUNK, 4);
    backup("disk.img:disk", "--dry-run");
    assertThat(scene.err())
        .contains("Would upload image 'disk' to '" + scene.environment.get("PBS_REPOSITORY")
            + "' as disk.img.fidx\n")
        .endsWith("dry-run: no upload happened\n")
        .doesNotContain("had to backup");
    await().atMost(60, SECONDS).until(() -> snapshots() == 0);
  }

  @Test
  void anImageComesThroughAPipe() throws Exception {
    Path disk = random("disk", CHUNK + 99, 5);
    scene.inputBytes = Files.readAllBytes(disk);
    String snapshot = backup("disk.img:-", "--size=" + (CHUNK + 99));
    succeeds("restore", snapshot, "disk.img", "restored");
    assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
    scene.inputBytes = "piped: 1\n".getBytes(UTF_8);
    snapshot = backup("vm.conf:-");
    succeeds("restore", snapshot, "vm.conf", "-");
    assertThat(scene.out()).isEqualTo("piped: 1\n");
  }

  @Test
  void aPipeOfAnotherSizeMakesNoSnapshot() throws Exception {
    scene.inputBytes = new byte[CHUNK];
    for (int size : new int[] {CHUNK - 1, CHUNK + 1}) {
      assertThat(scene.run("backup", "disk.img:-", "--size=" + size, "--backup-id=" + group))
          .isEqualTo(255);
      assertThat(scene.err()).contains("Error: disk.img: ");
    }
    await().atMost(60, SECONDS).until(() -> snapshots() == 0);
  }

  @Test
  void aNamespaceHasToExist() throws Exception {
    random("disk", 1000, 6);
    assertThat(scene.run("backup", "disk.img:disk", "--ns=nowhere")).isEqualTo(255);
    assertThat(scene.err()).contains("Error: the server refuses").contains("nowhere");
    succeeds("namespace", "create", "here");
    backup("disk.img:disk", "--ns=here");
    assertThat(scene.err()).startsWith("Starting backup: [here]:host/" + group + "/");
    succeeds("restore", "host/" + group, "disk.img", "restored", "--ns=here");
    assertThat(Files.mismatch(home.resolve("restored"), home.resolve("disk"))).isEqualTo(-1);
  }

  @Test
  void aBlockDeviceIsReadToItsEnd() throws Exception {
    Path disk = random("disk", 2 * CHUNK + 4096, 14);
    String device = loopDevice(disk);
    try {
      String snapshot = backup("disk.img:" + device);
      succeeds("restore", snapshot, "disk.img", "restored");
      assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
    } finally {
      new ProcessBuilder("losetup", "--detach", device).start().waitFor();
    }
  }

  /** Skips the test where none can be had, for which it takes root. */
  private static String loopDevice(Path file) throws Exception {
    try {
      Process process = new ProcessBuilder("losetup", "--find", "--show", file.toString()).start();
      String device = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      assumeTrue(process.waitFor() == 0, "losetup gives no device: root is needed");
      return device;
    } catch (IOException e) {
      throw new TestAbortedException("there is no losetup", e);
    }
  }

  private void createKey(String name) {
    succeeds("key", "create", name, "--kdf=none");
  }

  private String fingerprint(String key) throws IOException {
    succeeds("key", "show", key, "--output-format=json");
    return new ObjectMapper().readTree(scene.out()).path("fingerprint").asText();
  }

  private void requireModes(String mode) throws IOException {
    for (JsonNode file : files()) {
      String name = file.path("filename").asText();
      boolean manifest = name.equals("index.json.blob");
      String expected = manifest && !mode.equals("none") ? "sign-only" : mode;
      assertThat(file.path("crypt-mode").asText()).as(name).isEqualTo(expected);
    }
  }

  @Test
  void encryptedItNeedsTheKey() throws Exception {
    createKey("k.json");
    Path disk = random("disk", 2 * CHUNK, 7);
    Files.writeString(home.resolve("vm.conf"), "secret: 1\n");
    String snapshot = backup("disk.img:disk", "vm.conf:vm.conf", "--keyfile=k.json");
    assertThat(scene.err())
        .contains("Using encryption key from '" + home.resolve("k.json") + "'..\n"
            + "Encryption key fingerprint: ");
    assertThat(scene.err())
        .contains("Encryption key fingerprint: " + fingerprint("k.json").substring(0, 23));
    requireModes("encrypt");
    assertThat(scene.run("restore", snapshot, "disk.img", "no")).isEqualTo(255);
    succeeds("restore", snapshot, "disk.img", "restored", "--keyfile=k.json");
    assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
    succeeds("restore", snapshot, "vm.conf", "-", "--keyfile=k.json");
    assertThat(scene.out()).isEqualTo("secret: 1\n");
  }

  @Test
  void aRepeatedEncryptedBackupSendsNothing() throws Exception {
    createKey("k.json");
    random("disk", 2 * CHUNK, 8);
    backup("disk.img:disk", "--keyfile=k.json");
    backup("disk.img:disk", "--keyfile=k.json");
    assertThat(scene.err())
        .contains("had to backup 0 B of 8 MiB")
        .contains("reused 8 MiB (100.0%)");
  }

  @Test
  void signedItIsReadableWithoutTheKeyAndCheckedWithIt() throws Exception {
    createKey("k.json");
    Path disk = random("disk", CHUNK, 9);
    String snapshot = backup("disk.img:disk", "--keyfile=k.json", "--crypt-mode=sign-only");
    requireModes("sign-only");
    succeeds("restore", snapshot, "disk.img", "restored");
    assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
    createKey("other.json");
    assertThat(scene.run("restore", snapshot, "disk.img", "-", "--keyfile=other.json"))
        .isEqualTo(255);
    succeeds("restore", snapshot, "disk.img", "-", "--keyfile=k.json");
  }

  @Test
  void theDefaultKeyEncryptsUnlessTheModeIsNone() throws Exception {
    Files.createDirectories(home.resolve(".config/proxmox-backup"));
    createKey(".config/proxmox-backup/encryption-key.json");
    random("disk", 1000, 10);
    String snapshot = backup("disk.img:disk");
    assertThat(scene.err()).contains("Using default encryption key..\n");
    requireModes("encrypt");
    succeeds("forget", snapshot + "/2023-11-14T22:13:21Z");
    backup("disk.img:disk", "--crypt-mode=none");
    assertThat(scene.err()).doesNotContain("encryption key");
    requireModes("none");
  }

  @Test
  void theKeyComesBackByTheMasterKey() throws Exception {
    scene.terminal = true;
    scene.answers.addAll(List.of("master password", "master password"));
    succeeds("key", "create-master-key");
    scene.terminal = false;
    createKey("k.json");
    random("disk", 1000, 11);
    String snapshot =
        backup("disk.img:disk", "--keyfile=k.json", "--master-pubkey-file=master-public.pem");
    assertThat(scene.err())
        .contains("Using master key from '" + home.resolve("master-public.pem") + "'..\n")
        .contains("Upload RSA encoded key to '" + scene.environment.get("PBS_REPOSITORY")
            + "' as rsa-encrypted.key.blob\n");
    succeeds("restore", snapshot, "rsa-encrypted.key", "wrapped");
    scene.terminal = true;
    scene.answers.addAll(List.of("master password", "new password", "new password"));
    succeeds(
        "key",
        "import-with-master-key",
        "back.json",
        "--master-keyfile=master-private.pem",
        "--encrypted-keyfile=wrapped");
    scene.terminal = false;
    assertThat(fingerprint("back.json")).isEqualTo(fingerprint("k.json"));
    scene.with("PBS_ENCRYPTION_PASSWORD", "new password");
    succeeds("restore", snapshot, "disk.img", "restored", "--keyfile=back.json");
    assertThat(Files.mismatch(home.resolve("restored"), home.resolve("disk"))).isEqualTo(-1);
  }

  @Test
  void whatAnotherKeySignedIsNotReused() throws Exception {
    createKey("k.json");
    createKey("other.json");
    random("disk", CHUNK, 12);
    backup("disk.img:disk", "--keyfile=k.json", "--crypt-mode=sign-only");
    backup("disk.img:disk", "--keyfile=other.json", "--crypt-mode=sign-only");
    assertThat(scene.err())
        .contains("Couldn't re-use previous manifest - it was made with key "
            + fingerprint("k.json").substring(0, 23));
  }

  @Test
  void plainChunksAreReusedByASignedBackupButNotByAnEncryptedOne() throws Exception {
    createKey("k.json");
    random("disk", CHUNK + 1, 13);
    backup("disk.img:disk");
    backup("disk.img:disk", "--keyfile=k.json", "--crypt-mode=sign-only");
    assertThat(scene.err()).contains("had to backup 0 B of 4 MiB");
    backup("disk.img:disk", "--keyfile=k.json");
    assertThat(scene.err()).contains("had to backup 4 MiB of 4 MiB");
  }
}
