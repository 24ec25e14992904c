package io.reprise.platform.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Golden;
import io.reprise.datastore.InvalidName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a task's id or line that comes back, or refused. */
@ExtendWith(InstancioExtension.class)
class TaskFuzzTest {
  private static final String UPID =
      "UPID:vm:0000540C:00084F9C:0000001E:6B03D2BA:backup:fixpub\\x3avm-100:backup-a@pbs!hook:";

  /** What a task works on may be any text: it is escaped. */
  @ParameterizedTest
  @InstancioSource(samples = 500)
  void everyIdComesBack(long seed) {
    var random = new Random(seed);
    String worksOn = random
        .ints(random.nextInt(12), 0, 0x300)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
    var upid = new Upid(
        "node-" + random.nextInt(9),
        random.nextInt(1 << 22),
        random.nextLong(1L << 36),
        random.nextLong(),
        random.nextLong(1L << 32),
        "backup",
        worksOn,
        AuthId.parse(random.nextBoolean() ? "root@pam" : "a@pbs!t"));
    assertThat(Upid.parse(upid.toString())).isEqualTo(upid);
    var entry = new TaskEntry(upid, new TaskEnd(random.nextLong(1L << 32), "WARNINGS: 3"));
    assertThat(TaskEntry.parse(entry.line())).isEqualTo(entry);
  }

  static Stream<byte[]> texts() {
    return Golden.seeds(
        UPID,
        "UPID:n-1:0000540C:100084F9C:000000000000001E:6B03D2BA:verify::root@pam:",
        UPID + " 6B03D2BB OK",
        UPID + " -6B03D2BB OK",
        UPID + " 6B03D2BB WARNINGS: 3",
        UPID + " 6B03D2BB it failed, and said why");
  }

  @MethodSource("texts")
  @FuzzTest
  void parse(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    try {
      Upid upid = Upid.parse(text);
      Path file = Path.of("/tasks").resolve(upid.toString());
      assertThat(file.normalize()).isEqualTo(file);
      assertThat(file.getParent()).isEqualTo(Path.of("/tasks"));
      assertThat(Upid.parse(upid.toString())).isEqualTo(upid);
    } catch (InvalidName refused) {
      assertThat(refused).hasMessageFindingMatch("task id|user or token");
    }
    TaskEntry entry = TaskEntry.parse(text);
    if (entry != null) {
      assertThat(entry.line()).doesNotContain("\n");
      assertThat(TaskEntry.parse(entry.line())).isEqualTo(entry);
    }
  }
}
