package io.reprise.cli.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.cli.server.AgainstFakePbs;
import io.reprise.datastore.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in the way of a restored tree, and how the tree comes out (cli.md §2.4, §5, checklist 25 and 26). */
class RestoreRulesTest extends AgainstFakePbs {
  private static final String HOST = RestoreTest.HOST;

  Path out;

  @Override
  protected Path store() {
    return Fixture.store();
  }

  @BeforeEach
  void target() {
    out = home.resolve("out");
  }

  private int restore(String... options) {
    var arguments =
        new ArrayList<>(List.of("restore", HOST, "root.pxar", "out", "--ignore-ownership"));
    arguments.addAll(List.of(options));
    return scene.run(arguments.toArray(String[]::new));
  }

  private void put(String kind, String path) throws IOException {
    Path at = out.resolve(path);
    Files.createDirectories(at.getParent());
    switch (kind) {
      case "directory" -> Files.createDirectory(at);
      case "file" -> Files.writeString(at, "in the way, and longer than what is restored");
      case "symlink" -> Files.createSymbolicLink(at, Path.of("elsewhere"));
      default -> throw new IllegalArgumentException(kind);
    }
  }

  /** What is restored, what stands there, whether directories may exist, the flag, whether it helps. */
  @ParameterizedTest
  @CsvSource({
    "/etc/hostname, file, --overwrite-files, true",
    "/etc/hostname, file, --overwrite, true",
    "/etc/hostname, file, --overwrite-symlinks, false",
    "/etc/hostname, file, --overwrite-hardlinks, false",
    "/etc/hostname, symlink, --overwrite, false",
    "/etc/hostname, directory, --overwrite, false",
    "/var/link, symlink, --overwrite-symlinks, true",
    "/var/link, file, --overwrite-symlinks, true",
    "/var/link, symlink, --overwrite, true",
    "/var/link, symlink, --overwrite-files, false",
    "/var/link, symlink, --overwrite-hardlinks, false",
    "/var/link, directory, --overwrite, false",
    "/var/hard, file, --overwrite-hardlinks, true",
    "/var/hard, symlink, --overwrite-hardlinks, true",
    "/var/hard, file, --overwrite, true",
    "/var/hard, file, --overwrite-files, false",
    "/var/hard, file, --overwrite-symlinks, false",
    "/var/hard, directory, --overwrite, false",
    "/var/fifo, file, --overwrite, false",
  })
  void whatStandsInTheWayGoesOnlyWithItsFlag(
      String restored, String there, String flag, boolean helps) throws IOException {
    String path = restored.substring(1);
    put(there, path);
    List<String> pattern = path.equals("var/hard")
        ? List.of("--pattern=/etc/hostname", "--pattern=/var/hard") // a link needs its file
        : List.of("--pattern=" + restored);
    var options = new ArrayList<>(pattern);
    options.add("--allow-existing-dirs");
    assertThat(restore(options.toArray(String[]::new))).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(path);
    if (path.equals("var/hard")) Files.deleteIfExists(out.resolve("etc/hostname"));
    options.add(flag);
    assertThat(restore(options.toArray(String[]::new))).as(scene.err()).isEqualTo(helps ? 0 : 255);
    if (!helps) return;
    Path at = out.resolve(path);
    if (path.equals("var/link")) {
      assertThat(Files.readSymbolicLink(at)).isEqualTo(Path.of("../etc/hostname"));
    } else {
      assertThat(Fixture.sha256(at)).isEqualTo(Fixture.sha256sums().get("etc/hostname"));
    }
    if (path.equals("var/hard")) {
      assertThat(Files.isSameFile(at, out.resolve("etc/hostname"))).isTrue();
    }
  }

  @Test
  void overwrittenFileIsTheSameFileCutToItsNewLength() throws IOException {
    put("file", "etc/hostname");
    Files.createLink(out.resolve("other-name"), out.resolve("etc/hostname"));
    assertThat(restore("--pattern=/etc/hostname", "--allow-existing-dirs", "--overwrite-files"))
        .isZero();
    assertThat(out.resolve("other-name")).hasSize(7);
  }

  @Test
  void existingDirectoriesNeedTheirFlagButNotTheTargetItself() throws IOException {
    Files.createDirectory(out);
    assertThat(restore("--pattern=/etc/hostname")).isZero();
    Files.delete(out.resolve("etc/hostname"));
    assertThat(restore("--pattern=/etc/hostname")).isEqualTo(255);
    assertThat(scene.err()).contains("--allow-existing-dirs");
    assertThat(restore("--pattern=/etc/hostname", "--overwrite")).isEqualTo(255);
    assertThat(restore("--pattern=/etc/hostname", "--allow-existing-dirs")).isZero();
  }

  @Test
  void permissionsAndAttributesAreLeftOutWhenAsked() throws IOException {
    assertThat(restore("--pattern=/etc/hostname", "--ignore-permissions", "--ignore-xattrs"))
        .isZero();
    Path file = out.resolve("etc/hostname");
    assertThat(mode(file)).isNotEqualTo("0640");
    assertThat(xattrs(file)).isEmpty();
    Files.delete(file);
    assertThat(restore("--pattern=/etc/hostname", "--allow-existing-dirs")).isZero();
    assertThat(mode(file)).isEqualTo("0640");
    assertThat(xattrs(file)).containsExactly("note");
  }

  private static String mode(Path file) throws IOException {
    int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return "%04o".formatted(mode & 07777);
  }

  private static List<String> xattrs(Path file) throws IOException {
    return Files.getFileAttributeView(
            file, java.nio.file.attribute.UserDefinedFileAttributeView.class)
        .list();
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** A line of tree.txt for what was restored. */
  private String line(Path file) {
    try {
      var a = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
      int mode = (int) a.get("mode");
      String type = switch (mode & 0170000) {
        case 0040000 -> "d";
        case 0120000 -> "l";
        case 0010000 -> "p";
        case 0020000 -> "c";
        default -> "f";
      };
      var time = ((java.nio.file.attribute.FileTime) a.get("lastModifiedTime")).toInstant();
      String path = out.relativize(file).toString();
      return "%s %04o %s:%s %s %d.%09d0 %s -> %s"
          .formatted(
              type,
              mode & 07777,
              a.get("uid"),
              a.get("gid"),
              type.equals("d") ? "-" : a.get("size"),
              time.getEpochSecond(),
              time.getNano(),
              path.isEmpty() ? "." : "./" + path,
              type.equals("l") ? Files.readSymbolicLink(file).toString() : "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<String> restored() throws IOException {
    try (var files = Files.walk(out)) {
      return List.copyOf(new TreeSet<>(files.map(this::line).toList()));
    }
  }

  private static List<String> expected() throws IOException {
    return List.copyOf(new TreeSet<>(Files.readAllLines(Fixture.tree()).stream()
        .map(line -> line.startsWith("d ") ? line.replaceFirst(":(\\d+) \\d+ ", ":$1 - ") : line)
        .toList()));
  }

  private void contentsAreTheSource() throws IOException {
    for (var sum : Fixture.sha256sums().entrySet()) {
      Path file = out.resolve(sum.getKey());
      if (Files.exists(file)) assertThat(Fixture.sha256(file)).isEqualTo(sum.getValue());
    }
  }

  @Test
  void restoredTreeIsTheSourceToTheLastBit() throws IOException {
    assumeTrue(isRoot(), "only root may give files away and make devices");
    assertThat(scene.run("restore", HOST, "root.pxar", "out")).as(scene.err()).isZero();
    assertThat(restored()).isEqualTo(expected());
    contentsAreTheSource();
    assertThat(Files.isSameFile(out.resolve("var/hard"), out.resolve("etc/hostname")))
        .isTrue();
    assertThat(xattrs(out.resolve("etc/hostname"))).containsExactly("note");
  }

  @Test
  void withoutOwnershipEverythingElseIsTheSource() throws IOException {
    assertThat(restore("--ignore-extract-device-errors", "--ignore-acls"))
        .as(scene.err())
        .isZero();
    String own = Files.getAttribute(out, "unix:uid") + ":" + Files.getAttribute(out, "unix:gid");
    assertThat(restored().stream().filter(line -> !line.startsWith("c ")))
        .containsExactlyElementsOf(expected().stream()
            .filter(line -> !line.startsWith("c "))
            .map(line -> line.replaceFirst("^(. \\d+) \\d+:\\d+", "$1 " + own))
            .sorted()
            .toList());
    contentsAreTheSource();
  }

  @Test
  void sparseFilesStaySparse() throws Exception {
    assertThat(restore("--pattern=/var/sparse")).as(scene.err()).isZero();
    Path sparse = out.resolve("var/sparse");
    assertThat(sparse).hasSize(9_437_187);
    assertThat(allocated(sparse)).isLessThan(2 << 20);
    assertThat(scene.run("restore", "vm/100", "drive-scsi0.img", "disk.raw")).isZero();
    Path disk = home.resolve("disk.raw");
    assertThat(allocated(disk)).isLessThan(Files.size(disk) - (4 << 20));
  }

  private static long allocated(Path file) throws Exception {
    var process = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    try (var in = process.getInputStream()) {
      return Long.parseLong(new String(in.readAllBytes()).strip()) * 512;
    }
  }
}
