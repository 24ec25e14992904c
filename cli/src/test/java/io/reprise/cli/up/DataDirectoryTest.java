package io.reprise.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir
  Path temporary;

  @Test
  void secretsAreTheOwnersAlone() throws Exception {
    var data = new DataDirectory(temporary.resolve("data"));
    data.make();
    for (Path directory : new Path[] {data.config(), data.state(), data.run(), data.kafka()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void theFirstPasswordOutlivesAStartThatFailsAndGoesWhenItIsKnown() throws Exception {
    var data = new DataDirectory(temporary);
    data.make();
    String password = data.firstPassword();
    assertThat(password).matches("[0-9a-f]{24}");

    Files.writeString(data.config().resolve("user.cfg"), "user: admin@pbs\n");
    data.make();
    assertThat(data.firstPassword()).isEqualTo(password);

    data.passwordIsKnown();
    data.make();
    assertThat(data.firstPassword()).isNull();
  }

  @Test
  void aSecondUpLearnsWhereTheFirstOneServes() throws Exception {
    var data = new DataDirectory(temporary);
    try (var lock = data.tryLock()) {
      assertThat(lock).isNotNull();
      lock.describe("a longer text than the next one\n");
      lock.describe("PBS API https://localhost:8007\n");
      assertThat(data.tryLock()).isNull();
      assertThat(data.description()).isEqualTo("PBS API https://localhost:8007\n");
    }
    try (var again = data.tryLock()) {
      assertThat(again).isNotNull();
    }
  }
}
