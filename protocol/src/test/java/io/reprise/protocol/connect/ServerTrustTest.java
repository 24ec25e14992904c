package io.reprise.protocol.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the system's certificate authorities are looked for (cli.md §1.4, step 1). */
class ServerTrustTest {
  @TempDir
  Path directory;

  @Test
  void authoritiesAreFoundInAFileAndInDirectoriesByTheirHash() throws Exception {
    Path bundle = Files.createFile(directory.resolve("bundle.pem"));
    Path first =
        Files.createFile(Files.createDirectory(directory.resolve("a")).resolve("0123abcd.0"));
    Path second =
        Files.createFile(Files.createDirectory(directory.resolve("b")).resolve("0123abcd.1"));
    Files.createFile(directory.resolve("b/README"));
    assertThat(ServerTrust.bundles(
            bundle.toString(), directory + "/a:" + directory + "/missing::" + directory + "/b"))
        .containsExactly(bundle, first, second);
    assertThat(ServerTrust.bundles("/nonexistent", null)).isEmpty();
  }
}
