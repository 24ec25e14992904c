package io.reprise.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.cli.terminal.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class CommandRunnerTest {
  @TempDir
  Path home;

  Scene scene;
  final List<Probe> ran = new ArrayList<>();

  final class Probe implements Action {
    final String name;

    Probe(String name) {
      this.name = name;
    }

    @Option(names = "--dry-run")
    boolean dryRun;

    @Option(names = "--count")
    int count = 7;

    @Option(names = "--exclude")
    List<String> exclude = new ArrayList<>();

    @Parameters(index = "0", paramLabel = "<snapshot>")
    String snapshot = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "<ns>")
    @Nullable
    String ns;

    @Override
    public void run(Surroundings at) throws CommandFailed {
      if (snapshot.equals("fail")) throw new CommandFailed("it went wrong");
      if (snapshot.equals("bug")) throw new IllegalStateException("oops");
      ran.add(this);
    }
  }

  @BeforeEach
  void scene() {
    scene = new Scene(home);
  }

  private int run(String... arguments) {
    var words = new Words("Test.");
    words
        .root()
        .pbs("status", "s", () -> new Probe("status"))
        .alias("snapshots", "snapshot", "list");
    words
        .root()
        .pbsGroup("snapshot", "Snapshots.")
        .pbs("list", "l", () -> new Probe("snapshot list"))
        .pbs("files", "f", () -> new Probe("snapshot files"));
    words.root().pbs("namespace", "n", () -> new Probe("namespace"));
    words.root().ours("notes", "o", () -> new Probe("notes"));
    return new CommandRunner("prog", "1.2", words).run(List.of(arguments), scene.surroundings());
  }

  private Probe probe(String... arguments) {
    assertThat(run(arguments)).as(scene.err()).isZero();
    return ran.getLast();
  }

  @Test
  void unambiguousPrefixIsEnoughAtEveryLevel() {
    assertThat(probe("sna", "li", "x").name).isEqualTo("snapshot list");
    assertThat(probe("stat", "x").name).isEqualTo("status");
  }

  @Test
  void prefixOfPbsWordIsNotTakenByOurWord() {
    assertThat(probe("n", "x").name).isEqualTo("namespace");
    assertThat(probe("no", "x").name).isEqualTo("notes");
  }

  @Test
  void ambiguousOrUnknownWordFailsAndNamesTheCandidates() {
    assertThat(run("s")).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains("status").contains("snapshot");
    assertThat(run("bogus")).isEqualTo(255);
    assertThat(scene.err()).contains("no such command 'bogus'");
    assertThat(scene.out()).isEmpty();
  }

  @Test
  void aliasMeansItsPath() {
    assertThat(probe("snapshots", "x").name).isEqualTo("snapshot list");
  }

  @Test
  void optionsMayStandAnywhereInAnyForm() {
    Probe p = probe("status", "--count", "3", "x", "-exclude", "a", "--exclude=b=c", "-dry-run");
    assertThat(p.count).isEqualTo(3);
    assertThat(p.exclude).containsExactly("a", "b=c");
    assertThat(p.dryRun).isTrue();
    assertThat(p.snapshot).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "on", "YES", "True"})
  void booleanTakesItsValueAsNextWordOrAfterEquals(String truth) {
    assertThat(probe("status", "--dry-run", truth, "x").dryRun).isTrue();
    assertThat(probe("status", "--dry-run=" + truth, "x").dryRun).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "off", "NO", "False"})
  void booleanMayBeSetToFalse(String untruth) {
    assertThat(probe("status", "--dry-run", untruth, "x").dryRun).isFalse();
    assertThat(probe("status", "-dry-run=" + untruth, "x").dryRun).isFalse();
  }

  @Test
  void wordBehindBooleanThatIsNoBooleanIsPositional() {
    Probe p = probe("status", "--dry-run", "vm/100");
    assertThat(p.dryRun).isTrue();
    assertThat(p.snapshot).isEqualTo("vm/100");
  }

  @Test
  void optionalPositionalMayBeGivenByName() {
    assertThat(probe("status", "--ns", "a/b", "x").ns).isEqualTo("a/b");
    assertThat(run("status", "--snapshot", "x")).isEqualTo(255);
    assertThat(scene.err()).contains("no such option '--snapshot'");
  }

  @Test
  void doubleDashEndsOptionsAndSingleDashIsPositional() {
    assertThat(probe("status", "--", "--dry-run").snapshot).isEqualTo("--dry-run");
    assertThat(probe("status", "-").snapshot).isEqualTo("-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "status x y z",
        "status x --count 1 --count 2",
        "status x --count many",
        "status x --count",
        "status x --dry-run=maybe",
        "status x --bogus"
      })
  void wrongUsageGoesToStderrWithUsageAndCode255(String line) {
    assertThat(run(line.split(" "))).isEqualTo(255);
    assertThat(scene.err()).startsWith("Error: ").contains("Usage: prog status");
    assertThat(scene.out()).isEmpty();
    assertThat(ran).isEmpty();
  }

  @Test
  void missingWordListsWhatThereIsOnStderr() {
    assertThat(run("snapshot")).isEqualTo(255);
    assertThat(scene.err()).contains("no command specified").contains("files");
    assertThat(scene.out()).isEmpty();
  }

  @Test
  void helpGoesToStdout() {
    assertThat(run("help", "snap", "li")).isZero();
    assertThat(scene.out()).contains("Usage: prog snapshot list").contains("--dry-run");
    assertThat(run("status", "--help")).isZero();
    assertThat(run("help")).isZero();
    assertThat(run("help", "--verbose")).isZero();
    assertThat(scene.out()).contains("--exclude");
    assertThat(scene.err()).isEmpty();
    assertThat(run("--version")).isZero();
    assertThat(scene.out()).endsWith("prog 1.2\n");
  }

  @Test
  void failureIsOneLineAndCode255() {
    assertThat(run("status", "fail")).isEqualTo(255);
    assertThat(scene.err()).isEqualTo("Error: it went wrong\n");
  }

  @Test
  void faultIsNamedWithoutStackTrace() {
    assertThat(run("status", "bug")).isEqualTo(255);
    assertThat(scene.err()).contains("oops").doesNotContain("\tat ");
  }
}
