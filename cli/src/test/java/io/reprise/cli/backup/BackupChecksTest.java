package io.reprise.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code backup} refuses before it connects (cli.md §2.3, §7 item 23). */
class BackupChecksTest {
  @TempDir
  Path home;

  TestServer server;
  Scene scene;

  @BeforeEach
  void server() throws Exception {
    server = new TestServer(
        TestCertificate.selfSigned(), request -> TestServer.Answer.error(400, "reached"));
    scene = new Scene(home)
        .with("PBS_REPOSITORY", "admin@pbs@localhost:" + server.port() + ":store")
        .with("PBS_PASSWORD", "secret");
    Files.writeString(home.resolve("disk"), "content");
    Files.createFile(home.resolve("empty"));
    Files.createDirectory(home.resolve("directory"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void refused(String part, String... arguments) {
    var words = new String[arguments.length + 1];
    words[0] = "backup";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    assertThat(scene.run(words)).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
    assertThat(server.connections()).isZero();
  }

  @Test
  void whatIsRightGetsAsFarAsTheServer() {
    assertThat(scene.run("backup", "a.img:disk")).isEqualTo(255);
    assertThat(server.connections()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "disk:disk, is no backup source",
    "a.iso:disk, is no backup source",
    "a b.img:disk, is no backup source",
    "a.img:, is no backup source",
    "a.img:nowhere, no such file: nowhere",
    "a.conf:nowhere, no such file: nowhere",
    "a.img:directory, is no regular file or block device",
    "a.conf:directory, is no regular file",
    "a.log:/dev/null, is no regular file",
    "a.img:/dev/null, is no regular file or block device",
    "a.img:empty, is empty",
    "a.conf:empty, is empty",
    "a.img:-, needs --size",
    "a.pxar:directory, proxmox-backup-client"
  })
  void wrongSource(String source, String message) {
    refused(message, source);
  }

  @Test
  void nothingToBackUpIsAUsageError() {
    refused("Usage: ");
  }

  @Test
  void sameNameTwice() {
    refused("'a.img' is given twice", "a.img:disk", "b.img:disk", "a.img:disk");
  }

  @Test
  void standardInputTwice() {
    refused("only one source", "a.conf:-", "b.conf:-");
  }

  @Test
  void configurationOfMoreThanABlob() throws Exception {
    Files.write(home.resolve("large"), new byte[(16 << 20) + 1]);
    refused("more than 16 MiB", "a.conf:large");
  }

  @ParameterizedTest
  @CsvSource({
    "--chunk-size=63, --chunk-size",
    "--chunk-size=100, --chunk-size",
    "--chunk-size=8192, --chunk-size",
    "--entries-max=0, --entries-max",
    "--rate=99999, --rate",
    "--burst=1000, --burst",
    "--size=big, --size",
    "--backup-type=lxc, lxc",
    "--backup-id=a/b, a/b",
    "--backup-time=0, time",
    "--ns=a//b, invalid namespace",
    "--crypt-mode=encrypt, needs an encryption key",
    "--crypt-mode=some, some",
    "--master-pubkey-file=m, needs an encryption key",
    "--keyfile=missing.json, no such file",
    "--repository=::, repository"
  })
  void wrongOption(String option, String message) {
    refused(message, "a.img:disk", option);
  }

  @Test
  void fileSystemsOfTreesBothWays() {
    refused("--all-file-systems", "a.img:disk", "--all-file-systems", "--include-dev=/");
  }

  @Test
  void allOptionsOfTreesParse() {
    assertThat(scene.run(
            "backup",
            "a.img:disk",
            "--include-dev=/a",
            "--include-dev=/b",
            "--exclude=*.o",
            "--exclude=*.tmp",
            "--skip-lost-and-found",
            "--skip-e2big-xattr=true",
            "--entries-max=100",
            "--chunk-size=64"))
        .isEqualTo(255);
    assertThat(server.connections()).isPositive();
  }
}
