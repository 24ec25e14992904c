package io.reprise.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
  @TempDir
  Path directory;

  @Test
  void aChildEndsInOrderWhenItsParentIsKilled() throws Exception {
    Process parent = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ParentProgram.class.getName(),
            directory.toString())
        .inheritIO()
        .start();
    Path pid = directory.resolve("pid");
    awaitFile(pid);
    var child = ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();

    parent.destroyForcibly().waitFor();

    child.onExit().get(60, SECONDS);
    assertThat(directory.resolve("stopped")).exists();
  }

  @Test
  void ctrlCAndAClosedTerminalDoNotReachAChild() throws Exception {
    try (var children = new Children()) {
      var child = start(children, "one");
      signal("INT", child);
      signal("HUP", child);

      children.close();

      assertThat(directory.resolve("one.stopped")).exists(); // told by its parent, in order
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void childrenAreStoppedInReverseOrderAndNoneIsStartedAfterwards() throws Exception {
    var children = new Children();
    start(children, "one");
    start(children, "other");
    assertThat(children.running()).extracting(ChildJvm::name).containsExactly("other", "one");

    children.close();

    assertThat(Files.getLastModifiedTime(directory.resolve("other.stopped")))
        .isLessThanOrEqualTo(Files.getLastModifiedTime(directory.resolve("one.stopped")));
    assertThat(children.running()).isEmpty();
    assertThatThrownBy(() -> start(children, "third"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("third is not started");
  }

  @Test
  void aChildThatDoesNotComeUpIsToldWithTheEndOfItsLog() throws Exception {
    try (var children = new Children()) {
      var child = children.start("child", List.of("--no-such-option"), Map.of(), log("child"));
      assertThatThrownBy(() -> child.await(directory.resolve("ready")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("child ended with status 1")
          .hasMessageContaining("Unrecognized option: --no-such-option");
      assertThat(child.ended().get(10, SECONDS)).isEqualTo("child ended with status 1");
    }
  }

  private ChildJvm start(Children children, String name) throws IOException {
    var child = children.start(
        name,
        WaitingProgram.arguments(
            directory.resolve(name + ".ready"), directory.resolve(name + ".stopped")),
        Map.of(),
        log(name));
    assertThat(child.await(directory.resolve(name + ".ready"))).isEqualTo("serves");
    return child;
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private static void signal(String name, ChildJvm child) throws Exception {
    assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + child.pid())
            .inheritIO()
            .start()
            .waitFor())
        .isZero();
  }

  private static void awaitFile(Path file) throws InterruptedException {
    for (int i = 0; i < 3_000 && Files.notExists(file); i++) Thread.sleep(20);
    assertThat(file).exists();
  }
}
