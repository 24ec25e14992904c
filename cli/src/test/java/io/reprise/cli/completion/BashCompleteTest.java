package io.reprise.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.cli.server.FakePbs;
import io.reprise.datastore.Fixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Tab offers (cli.md §3.6, checklist 29). */
class BashCompleteTest {
  @TempDir
  Path home;

  Scene scene;
  FakePbs server;

  @BeforeEach
  void scene() {
    scene = new Scene(home);
  }

  @AfterEach
  void close() {
    if (server != null) server.close();
  }

  private void withServer() {
    server = new FakePbs(Fixture.store());
    scene = server.scene(home).with("REPRISE_COMPLETION_MILLIS", "60000");
    server.data.put(
        "admin/datastore/store/namespace", "[{\"ns\":\"\"},{\"ns\":\"a\"},{\"ns\":\"a/b\"}]");
    server.data.put(
        "admin/datastore/store/groups",
        "[{\"backup-type\":\"vm\",\"backup-id\":\"100\"},{\"backup-type\":\"host\",\"backup-id\":\"e\"}]");
    server.data.put(
        "admin/datastore/store/files",
        "[{\"filename\":\"root.pxar.didx\"},{\"filename\":\"disk.img.fidx\"},{\"filename\":\"pct.conf.blob\"}]");
  }

  private List<String> complete(String line) {
    scene.with("COMP_LINE", line).with("COMP_POINT", Integer.toString(line.length()));
    assertThat(scene.run("bashcomplete", "reprise", "", "--ns")).isZero();
    assertThat(scene.err()).isEmpty();
    return scene.out().lines().toList();
  }

  @ParameterizedTest
  @CsvSource({
    "reprise snap, snapshot snapshots",
    "reprise snapshot no, notes",
    "'reprise snapshot notes ', show update",
    "reprise sn li x --out, --output-format",
    "reprise snapshot list --out, --output-format",
    "reprise snap li --output-format js, json json-pretty",
    "reprise snap li --output-format=js, json json-pretty",
    "'reprise restore --crypt-mode ', encrypt none sign-only",
    "reprise restore --overwrite=, false true",
    "reprise key create --kdf p, pbkdf2",
    "'reprise space --by ', category guest namespace",
    "reprise help snapshot f, files forget",
    "reprise he, help",
    "'reprise bogus ', ''",
    "reprise login --repository x --repo, ''",
    "reprise, ''",
  })
  void wordsAndOptionsAndEnumsAreOffered(String line, String expected) {
    assertThat(complete(line))
        .containsExactlyElementsOf(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
  }

  @Test
  void onlyWhatStandsBeforeTheCursorCounts() {
    scene.with("COMP_LINE", "reprise sta --quiet").with("COMP_POINT", "11");
    assertThat(scene.run("bashcomplete")).isZero();
    assertThat(scene.out()).isEqualTo("status\n");
  }

  @Test
  void serverIsAskedForNamespacesGroupsSnapshotsAndArchives() {
    withServer();
    assertThat(complete("reprise list --ns ")).containsExactly("a", "a/b");
    assertThat(complete("reprise namespace delete a")).containsExactly("a", "a/b");
    assertThat(complete("reprise prune v")).containsExactly("vm/100");
    assertThat(complete("reprise restore vm/100 "))
        .containsExactly("disk.img", "pct.conf", "root.pxar");
    assertThat(complete("reprise catalog shell vm/100 ")).containsExactly("root.pxar");
    assertThat(complete("reprise forget vm/100/2025-11-23T00"))
        .containsExactly("vm/100/2025-11-23T00:00:00Z");
    server.data.put("config/prune", "[{\"id\":\"night\"},{\"id\":\"weekly\"}]");
    server.data.put("config/category", "[{\"name\":\"prod\"}]");
    assertThat(complete("reprise prune --job n")).containsExactly("night");
    assertThat(complete("reprise category preview ")).containsExactly("night", "weekly");
    assertThat(complete("reprise prune-job show w")).containsExactly("weekly");
    assertThat(complete("reprise category show ")).containsExactly("prod");
    complete("reprise list --ns a --ns ");
    complete("reprise prune --ns a/b v");
    assertThat(server.calls).contains("GET admin/datastore/store/groups {ns=a/b}");
  }

  @Test
  void nobodyIsAskedForAPasswordNorForTrust() {
    withServer();
    scene.environment.remove("PBS_PASSWORD");
    scene.terminal = true;
    assertThat(complete("reprise list --ns ")).isEmpty();
    scene.with("PBS_PASSWORD", "secret").environment.remove("PBS_FINGERPRINT");
    assertThat(complete("reprise list --ns ")).isEmpty();
    scene.with("PBS_FINGERPRINT", "nonsense");
    assertThat(complete("reprise list --ns ")).isEmpty();
    assertThat(scene.questions).isEmpty();
  }

  @Test
  void deadServerIsNotWaitedFor() throws Exception {
    try (var deaf = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      scene
          .with("PBS_REPOSITORY", "a@pbs@localhost:" + deaf.getLocalPort() + ":s")
          .with("PBS_PASSWORD", "x")
          .with("REPRISE_COMPLETION_MILLIS", "100");
      Instant before = Instant.now();
      assertThat(complete("reprise list --ns ")).isEmpty();
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void repositoriesThatWereUsedAreOffered() throws Exception {
    withServer();
    server.data.put("admin/datastore/store/status", "{\"total\":1,\"used\":0,\"avail\":1}");
    String name = scene.environment.get("PBS_REPOSITORY");
    assertThat(scene.run("status")).isZero();
    assertThat(scene.run("status")).isZero();
    Path list = home.resolve(".cache/proxmox-backup/repo-list");
    assertThat(list).hasContent("{\"" + name + "\":2}");
    complete("reprise list --ns ");
    assertThat(list).as("looking is not using").hasContent("{\"" + name + "\":2}");
    assertThat(complete("reprise status --repository adm")).containsExactly(name);
  }

  @Test
  void tenRepositoriesAreKept() throws Exception {
    withServer();
    server.data.put("admin/datastore/store/status", "{\"total\":1,\"used\":0,\"avail\":1}");
    Path list = home.resolve(".cache/proxmox-backup/repo-list");
    Files.createDirectories(list.getParent());
    Files.writeString(
        list,
        "{\"r0\":9,\"r1\":8,\"r2\":7,\"r3\":6,\"r4\":5,\"r5\":4,\"r6\":3,\"r7\":3,\"r8\":2,\"r9\":1}");
    assertThat(scene.run("status")).isZero();
    assertThat(complete("reprise status --repository "))
        .hasSize(10)
        .contains("r0", "r8", scene.environment.get("PBS_REPOSITORY"))
        .doesNotContain("r9");
  }

  @Test
  void filesOfThisMachineAreOffered() throws Exception {
    Files.createDirectory(home.resolve("keys"));
    Files.writeString(home.resolve("key.json"), "");
    assertThat(complete("reprise restore --keyfile ke")).containsExactly("key.json", "keys/");
    assertThat(complete("reprise key show ke")).containsExactly("key.json", "keys/");
  }

  @Test
  void scriptsForBothShells() {
    assertThat(scene.run("completion", "bash")).isZero();
    assertThat(scene.out()).contains("complete -C 'reprise bashcomplete' reprise");
    assertThat(scene.run("completion", "zsh")).isZero();
    assertThat(scene.out()).contains("_reprise");
    assertThat(scene.run("completion", "fish")).isEqualTo(255);
  }
}
