package io.reprise.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.cli.FreshMachine.Result;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher builds, what, and what runs meanwhile. Maven and Java are scripts that write down their arguments. */
class LauncherBuildTest {
  private static final List<String> MODULES =
      List.of("datastore", "ingest-service", "gc-service", "embedded", "cli", "bench");

  /** Makes the products, in the launcher's list; waits for a gate if there is one; fails if it is told to. */
  private static final String MAVEN = """
      echo "$*" >> "$HOME/maven.log"
      echo "[INFO] Building Reprise cli 0.1.0-SNAPSHOT                  [4/5]"
      while [ -e "$HOME/maven.gate" ]; do sleep 0.05; done
      if [ -e "$HOME/maven.fails" ]; then echo "[ERROR] cannot find symbol"; exit 1; fi
      mkdir -p ingest-service/target/quarkus-app gc-service/target/quarkus-app
      mkdir -p embedded/target/broker cli/target/lib bench/target/lib
      echo jar > cli/target/reprise-cli.jar
      echo jar > bench/target/reprise-bench.jar
      """;

  private static final String JAVA = """
      for argument; do
        case $argument in -XX:ArchiveClassesAtExit=*) touch "${argument#*=}"; exit ;; esac
        case $argument in -Dreprise.home=*) home=${argument#*=} ;; esac
        if [ "$argument" = io.reprise.cli.up.Rehearsal ]; then
          echo once >> "$HOME/rehearsals.log"
          [ ! -e "$HOME/rehearsal.fails" ] || exit 1
          for service in ingest gc; do echo learned > "$home/$service-service/service.aot"; done
          exit
        fi
      done
      echo "$home" >> "$HOME/java.log"
      if [ "${!#}" = up ]; then
        while [ -e "$HOME/up.gate" ]; do sleep 0.05; done
        [ -e "$home/cli/reprise-cli.jar" ] || echo "the jar is gone"
      fi
      echo "ran: $*"
      """;

  @TempDir
  Path directory;

  private FreshMachine machine;
  private Path checkout;

  @BeforeEach
  void freshCheckout() throws Exception {
    machine = new FreshMachine(directory);
    machine.installJdk("25.0.1", JAVA);
    machine.installMaven(MAVEN);
    checkout = Files.createDirectory(directory.resolve("a check out"));
    Files.copy(FreshMachine.launcher(), checkout.resolve("reprise"));
    Files.createDirectory(checkout.resolve(".mvn"));
    var pom = new StringBuilder("<project>\n");
    for (String module : MODULES) {
      pom.append("    <module>").append(module).append("</module>\n");
      Files.createDirectories(checkout.resolve(module).resolve("src/main"));
      Files.writeString(checkout.resolve(module).resolve("pom.xml"), "<project/>");
      Files.writeString(checkout.resolve(module).resolve("src/main/A.java"), "class A {}");
    }
    Files.writeString(checkout.resolve("pom.xml"), pom + "</project>\n");
    Files.writeString(checkout.resolve("ingest-service/jvm.options"), "-Xmx1g\n");
    Files.writeString(checkout.resolve("gc-service/jvm.options"), "-Xmx1g\n");
  }

  @Test
  void itBuildsOnFirstUseAndThenOnlyRuns() throws Exception {
    assertThat(launch("list").output()).contains("building", "[4/5] cli", "ran:", "list");
    assertThat(launch("snapshots", "a b").output()).doesNotContain("building").contains("a b");
    assertThat(builds()).singleElement().asString().contains("package").doesNotContain("-pl");
  }

  @Test
  void onlyTheModulesThatChangedAreBuiltAgainWithWhatNeedsThem() throws Exception {
    launch("list");
    Files.writeString(checkout.resolve("cli/src/main/B.java"), "class B {}");
    assertThat(launch("list").output()).contains("building what changed: cli");
    assertThat(builds()).last().asString().contains("-pl cli,bench -am");

    Files.delete(checkout.resolve("embedded/src/main/A.java"));
    launch("list");
    assertThat(builds()).last().asString().contains("package").doesNotContain("-pl");

    Files.writeString(checkout.resolve(".mvn/jvm.config"), "-Xmx1g");
    launch("list");
    assertThat(builds()).hasSize(4).last().asString().contains("package").doesNotContain("-pl");
  }

  @Test
  void whoeverPressesTabWaitsForNoBuild() throws Exception {
    launch("list");
    Files.writeString(checkout.resolve("cli/src/main/B.java"), "class B {}");
    assertThat(launch("bashcomplete").output())
        .doesNotContain("building")
        .contains("-XX:SharedArchiveFile=");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void servicesRehearseBeforeTheyAreUpAgainOnlyWhenTheyChanged() throws Exception {
    launch("list");
    assertThat(directory.resolve("rehearsals.log")).doesNotExist();
    launch("up");
    Files.writeString(checkout.resolve("cli/src/main/B.java"), "class B {}");
    launch("up");
    assertThat(rehearsals()).hasSize(1);
    assertThat(checkout.resolve("target/current/gc-service/service.aot")).hasContent("learned");

    Files.setLastModifiedTime(
        checkout.resolve("ingest-service/target/service.aot"), FileTime.fromMillis(0));
    Files.writeString(checkout.resolve("ingest-service/target/quarkus-app/quarkus-run.jar"), "new");
    Files.writeString(checkout.resolve("cli/src/main/C.java"), "class C {}");
    launch("up");
    assertThat(rehearsals()).hasSize(2);
  }

  @Test
  void aRehearsalThatFailsIsToldAndStopsNothing() throws Exception {
    Files.createFile(directory.resolve("rehearsal.fails"));
    assertThat(launch("up").output()).contains("target/rehearsal.log", "ran:");
    assertThat(checkout.resolve("target/current/gc-service/service.aot")).doesNotExist();
  }

  @Test
  void whatADeveloperCleanedIsBuiltAgain() throws Exception {
    launch("list");
    Files.delete(checkout.resolve("cli/target/reprise-cli.jar"));
    launch("list");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void itRunsFromElsewhereThroughALinkAndWithoutAHome() throws Exception {
    Path link = Files.createSymbolicLink(
        Files.createDirectory(directory.resolve("my bin")).resolve("reprise"),
        checkout.resolve("reprise"));
    launch("list");
    machine.unset("HOME");
    machine.unset("XDG_CACHE_HOME");
    Result result = machine.run(link, Path.of("/"), "list");
    // the scripts want to write their logs to $HOME: what they were called with is enough
    assertThat(result.output())
        .contains("-Dreprise.home=" + checkout.toRealPath() + "/target/run/");
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Path gate = Files.createFile(directory.resolve("maven.gate"));
    var one = machine.start(checkout.resolve("reprise"), directory, "list");
    await().atMost(30, SECONDS).until(() -> builds().size() == 1);
    var other = machine.start(checkout.resolve("reprise"), directory, "status");
    await().atMost(30, SECONDS).until(() -> other.output().contains("waiting for it"));
    Files.delete(gate);

    assertThat(one.result().output()).contains("ran:");
    assertThat(other.result().output()).contains("ran:");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void aBuildThatFailsSaysWhyAndIsTriedAgain() throws Exception {
    Files.createFile(directory.resolve("maven.fails"));
    Result failed = launch("list");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.output())
        .contains("cannot find symbol", "target/build.log")
        .doesNotContain("ran:");

    Files.delete(directory.resolve("maven.fails"));
    assertThat(launch("list").output()).contains("ran:");
  }

  @Test
  void whatRunsKeepsItsJarsWhileTheNextBuildReplacesThem() throws Exception {
    Path gate = Files.createFile(directory.resolve("up.gate"));
    var up = machine.start(checkout.resolve("reprise"), directory, "up");
    await().atMost(30, SECONDS).until(() -> Files.exists(directory.resolve("java.log")));
    Files.writeString(checkout.resolve("cli/src/main/B.java"), "class B {}");
    launch("list");
    assertThat(copies()).hasSize(2);

    Files.delete(gate);
    assertThat(up.result().output()).contains("ran:").doesNotContain("the jar is gone");
    Files.writeString(checkout.resolve("cli/src/main/C.java"), "class C {}");
    launch("list");
    assertThat(copies()).hasSize(1); // nobody runs the old ones any more
  }

  @Test
  void whoBuildsNeedNotBeWhoRunsIt() throws Exception {
    launch("list");
    assertThat(Files.getPosixFilePermissions(copies().getFirst()))
        .contains(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);
  }

  @Test
  void testShowsResultsByModuleAndFailsWithMaven() throws Exception {
    machine.installMaven("""
        echo "$*" >> "$HOME/maven.log"
        mkdir -p cli/target/surefire-reports
        cat > cli/target/surefire-reports/TEST-A.xml << XML
        <testsuite name="A" time="0.1" tests="7" errors="0" skipped="2" failures="1">
          <testcase name="a"><skipped message="no fixture here"/></testcase>
          <testcase name="b"><skipped message="no fixture here"/></testcase>
        XML
        exit 1
        """.replace("        <testsuite", "<testsuite"));

    Result result = launch("test", "-pl", "cli");

    assertThat(result.status()).isEqualTo(1);
    assertThat(builds()).singleElement().asString().contains("verify -pl cli");
    assertThat(result.output().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains("cli 7 1 0 2", "all 7 1 0 2", "2 no fixture here")
        .last()
        .asString()
        .startsWith("FAILED");
  }

  @Test
  void scriptsHaveNothingThatShellcheckFinds() throws Exception {
    String path = System.getenv("PATH");
    assumeThat(Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "shellcheck"))))
        .as("shellcheck is not installed")
        .isTrue();
    Path launcher = FreshMachine.launcher();
    var check = new ProcessBuilder(
            "shellcheck",
            launcher.toString(),
            launcher.resolveSibling(".ci/run").toString())
        .redirectErrorStream(true)
        .start();
    assertThat(new String(check.getInputStream().readAllBytes())).isEmpty();
    assertThat(check.waitFor()).isZero();
  }

  private Result launch(String... arguments) throws Exception {
    return machine.run(checkout.resolve("reprise"), directory, arguments);
  }

  private List<String> builds() throws IOException {
    Path log = directory.resolve("maven.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private List<String> rehearsals() throws IOException {
    return Files.readAllLines(directory.resolve("rehearsals.log"));
  }

  private List<Path> copies() throws IOException {
    try (var copies = Files.list(checkout.resolve("target/run"))) {
      return copies.toList();
    }
  }
}
