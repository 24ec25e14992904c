package io.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A machine for the launcher, below one directory: the tools that every system has, no Java and no Maven. */
final class FreshMachine {
  private static final List<String> TOOLS = List.of(
      "bash",
      "cat",
      "chmod",
      "cp",
      "curl",
      "dirname",
      "env",
      "find",
      "flock",
      "grep",
      "gzip",
      "head",
      "ln",
      "mkdir",
      "mktemp",
      "mv",
      "readlink",
      "rm",
      "sed",
      "sha256sum",
      "sha512sum",
      "sleep",
      "sort",
      "tail",
      "tar",
      "tee",
      "touch",
      "uname",
      "uniq");

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();

  FreshMachine(Path root) throws IOException {
    this.root = root;
    Path bin = Files.createDirectory(root.resolve("bin"));
    for (String tool : TOOLS) {
      Path real = Path.of("/usr/bin", tool);
      script(
          bin.resolve(tool),
          "exec " + (Files.exists(real) ? real : Path.of("/bin", tool)) + " \"$@\"");
    }
    Files.createDirectory(root.resolve("jdks"));
    environment.put("PATH", bin.toString());
    environment.put("HOME", root.toString());
    environment.put("XDG_CACHE_HOME", root.resolve("cache").toString());
    environment.put("REPRISE_SYSTEM_JDKS", root.resolve("jdks").toString());
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  void unset(String variable) {
    environment.remove(variable);
  }

  Path path(String relative) {
    return root.resolve(relative);
  }

  /** Where the launcher keeps what it fetched. */
  Path cache() {
    return root.resolve("cache/reprise");
  }

  /** Names in the cache but the lock. */
  List<String> cached() throws IOException {
    if (Files.notExists(cache())) return List.of();
    try (var entries = Files.list(cache())) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .toList();
    }
  }

  void installJdk(String version, String javaScript) throws IOException {
    jdk(root.resolve("jdks/jdk-" + version), version, javaScript);
  }

  void installMaven(String script) throws IOException {
    script(
        root.resolve("bin/mvn"),
        "if [ \"$1\" = --version ]; then echo 'Apache Maven 3.9.9'; exit; fi\n" + script);
  }

  byte[] jdkArchive(String version, String javaScript) throws Exception {
    jdk(root.resolve("made/jdk"), version, javaScript);
    return archive("jdk");
  }

  byte[] mavenArchive() throws Exception {
    Files.createDirectories(root.resolve("made/maven/bin"));
    script(root.resolve("made/maven/bin/mvn"), "exit 0");
    return archive("maven");
  }

  private byte[] archive(String folder) throws Exception {
    Path file = root.resolve("made").resolve(folder + ".tar.gz");
    String parent = file.getParent().toString();
    assertThat(new ProcessBuilder("tar", "-czf", file.toString(), "-C", parent, folder)
            .inheritIO()
            .start()
            .waitFor())
        .isZero();
    return Files.readAllBytes(file);
  }

  private static void jdk(Path home, String version, String javaScript) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), javaScript);
    script(home.resolve("bin/javac"), "exit 0");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  record Result(int status, String output) {}

  Result run(Path launcher, Path directory, String... arguments) throws Exception {
    return start(launcher, directory, arguments).result();
  }

  Running start(Path launcher, Path directory, String... arguments) throws Exception {
    var command = new ArrayList<String>(List.of("/bin/bash", launcher.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(root, "output", ".txt");
    var builder = new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Running(builder.start(), output);
  }

  record Running(Process process, Path outputFile) {
    String output() throws IOException {
      return Files.readString(outputFile, StandardCharsets.UTF_8);
    }

    Result result() throws Exception {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("does not end: " + output());
      }
      return new Result(process.exitValue(), output());
    }
  }

  /** The launcher of this checkout. */
  static Path launcher() {
    Path directory = Path.of("").toAbsolutePath();
    while (Files.notExists(directory.resolve("reprise"))) {
      directory = directory.getParent();
    }
    return directory.resolve("reprise");
  }
}
