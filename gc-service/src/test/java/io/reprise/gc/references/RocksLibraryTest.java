package io.reprise.gc.references;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksLibraryTest {
  @TempDir
  Path directory;

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  private static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void itIsUnpackedOnceForItsOwnerAlone() throws Exception {
    Path library = in(RocksLibrary.unpacked(directory)).getFirst();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library)))
        .isEqualTo("r-x------");
    Object first = inode(library);
    assertThat(in(RocksLibrary.unpacked(directory))).containsExactly(library);
    assertThat(inode(library)).as("used again").isEqualTo(first);
    assertThat(in(directory)).hasSize(1);
  }

  @Test
  void oneThatIsNotWholeIsReplaced() throws Exception {
    Path library = in(RocksLibrary.unpacked(directory)).getFirst();
    long size = Files.size(library);
    Files.delete(library);
    Files.write(library, new byte[] {1, 2, 3});
    RocksLibrary.unpacked(directory);
    assertThat(library).hasSize(size);
  }

  @Test
  void whereItCannotBeUnpackedRocksDbDoesItItsOwnWay() throws Exception {
    RocksLibrary.load(Files.createFile(directory.resolve("file")));
    try (var tables = Tables.open(directory.resolve("tables"), () -> {})) {
      assertThat(directory.resolve("tables")).isNotEmptyDirectory();
    }
  }
}
