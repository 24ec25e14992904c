package io.reprise.cli.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.server.AgainstFakePbs;
import io.reprise.datastore.Fixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code catalog dump}, {@code find} and {@code shell} on what a real client wrote (cli.md §2.6, §3.3). */
class CatalogTest extends AgainstFakePbs {
  static final String HOST = "host/srv1/2025-11-23T02:00:00Z";
  static final String ENCRYPTED = "host/enc1/2025-11-23T05:00:00Z";

  @Override
  protected Path store() {
    return Fixture.store();
  }

  private List<String> lines(String... arguments) {
    return out(arguments).lines().toList();
  }

  /** Output of the shell for lines that come by a pipe. */
  private List<String> shell(String... commands) {
    scene.input = String.join("\n", commands) + "\n";
    return lines("catalog", "shell", HOST, "root.pxar");
  }

  @Test
  void dumpHasALineForEverythingInTheTree() throws Exception {
    var lines = lines("catalog", "dump", HOST);
    assertThat(lines).hasSize(Files.readAllLines(Fixture.tree()).size());
    assertThat(lines.getFirst()).isEqualTo("d \"./root.pxar.didx\"");
    assertThat(lines)
        .contains("l \"./root.pxar.didx/var/link\"", "h \"./root.pxar.didx/var/hard\"")
        .anyMatch(line -> line.matches(
            "f \"\\./root\\.pxar\\.didx/etc/hostname\" \\d+ \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z"));
    assertThat(lines("catalog", "dump", ENCRYPTED, "--keyfile=" + Fixture.key()))
        .hasSameSizeAs(lines);
  }

  @Test
  void findListsWhatMatchesOnly() {
    assertThat(lines("catalog", "find", "host/srv1", "/etc/deep/*"))
        .allMatch(line -> line.contains("\"./root.pxar.didx/etc/deep/"))
        .anyMatch(line -> line.contains("/etc/deep/text\" "))
        .noneMatch(line -> line.contains("big.bin"));
    assertThat(lines("catalog", "find", HOST, "nowhere")).isEmpty();
    assertThat(server.asked).noneMatch(name -> name.equals("root.pxar.didx"));
  }

  @Test
  void shellGoesListsAndShows() {
    assertThat(shell("pwd", "cd etc/deep", "pwd", "ls", "cd ..", "ls /etc/deep/er", "cd", "pwd"))
        .containsExactly("/", "/etc/deep", "er", "text", "big.bin", "/");
  }

  @Test
  void linksAreFollowedButNotByCd() {
    assertThat(shell("stat /var/link", "stat /var/hard"))
        .contains("  File: /etc/hostname", "  Link: /var/hard is another name of /etc/hostname");
    shell("cd /var/link");
    assertThat(scene.err()).contains("Error: /var/link is a symbolic link");
  }

  @Test
  void statComesFromTheArchive() {
    assertThat(shell("stat etc/deep/text"))
        .anyMatch(
            line -> line.matches("Access: \\(0\\d{3}/-[rwx-]{9}\\) {2}Uid: \\d+ {2}Gid: \\d+"))
        .contains("   ACL: user:1234:r--");
    assertThat(shell("stat var/null"))
        .contains("  Size: 0               character special file 1,3");
  }

  @Test
  void failingCommandDoesNotEndTheShell() {
    assertThat(shell("ls nowhere", "bogus", "cd 'open", "select", "pwd")).containsExactly("/");
    assertThat(scene.err())
        .contains("Error: no such file or directory: /nowhere")
        .contains("Error: no such command 'bogus'")
        .contains("Error: a quote is not closed")
        .contains("Usage: select");
  }

  @Test
  void exitLeavesAndHelpListsTheCommands() {
    assertThat(shell("exit", "pwd")).isEmpty();
    assertThat(shell("help")).anyMatch(line -> line.contains("restore-selected"));
  }

  @Test
  void selectionIsListedAndChanged() {
    assertThat(shell(
            "select etc/deep", "deselect etc/deep/er", "find '/var/*ull' --select", "list-sel"))
        .containsExactly("/var/null", "/etc/deep", "/etc/deep/text", "/var/null");
    assertThat(shell(
            "select etc/deep",
            "deselect etc/deep/er",
            "find '*.bin' --select",
            "list-sel --patterns"))
        .endsWith("/etc/deep", "!/etc/deep/er", "*.bin");
    assertThat(shell("select etc/hostname", "deselect etc/hostname", "list-selected"))
        .isEmpty();
    assertThat(shell("select etc", "clear-selected", "list-selected")).isEmpty();
    shell("deselect etc");
    assertThat(scene.err()).contains("Error: /etc is not selected");
  }

  @Test
  void selectionIsRestoredFromTheArchivesRootWhereverOneIs() throws Exception {
    shell("cd etc", "select deep/text", "cd deep", "select er", "restore-selected out");
    assertThat(scene.err()).contains("restored 3 entries to out");
    assertThat(Fixture.sha256(home.resolve("out/etc/deep/er/big.bin")))
        .isEqualTo(Fixture.sha256sums().get("etc/deep/er/big.bin"));
    assertThat(home.resolve("out/etc/deep/text")).exists();
    assertThat(home.resolve("out/etc/hostname")).doesNotExist();
  }

  @Test
  void shellNeverOverwritesFilesButUsesDirectories() throws Exception {
    Files.createDirectories(home.resolve("out/etc"));
    Files.writeString(home.resolve("out/etc/hostname"), "mine");
    shell("restore out --pattern /etc/hostname");
    assertThat(scene.err()).contains("Error: ").contains("etc/hostname");
    assertThat(home.resolve("out/etc/hostname")).hasContent("mine");
    shell("restore out --pattern /etc/deep/text");
    assertThat(home.resolve("out/etc/deep/text")).exists();
  }

  @Test
  void hardLinkAloneIsRestoredAsTheFile() throws Exception {
    shell("select var/hard", "restore-selected out");
    assertThat(Fixture.sha256(home.resolve("out/var/hard")))
        .isEqualTo(Fixture.sha256sums().get("etc/hostname"));
    assertThat(home.resolve("out/etc")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"root.img, no pxar archive", "other.pxar, has no other.pxar.didx"})
  void whatIsNoArchiveIsNamed(String archive, String part) {
    assertThat(scene.run("catalog", "shell", HOST, archive)).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
  }
}
