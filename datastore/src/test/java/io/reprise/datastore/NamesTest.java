package io.reprise.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names from outside against their patterns and limits (datastore.md §1.2): I7. */
@ExtendWith(InstancioExtension.class)
class NamesTest {
  private static final String[] HOSTILE = {
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/a",
    "a/",
    "-a",
    ".a",
    "a b",
    "a\n",
    "a\u0000",
    "ä",
    "a\\b",
    "a:b",
    "a%2f",
    "\u0661",
    "a".repeat(256)
  };

  private static Stream<String> hostile() {
    return Arrays.stream(HOSTILE);
  }

  @Test
  void hostileNamesAreNoIdentifiers() {
    assertThat(hostile()).noneMatch(SafeId::matches);
    assertThat(hostile()).allSatisfy(name -> {
      assertThatThrownBy(() -> new GroupId(BackupType.VM, name)).isInstanceOf(InvalidName.class);
      assertThatThrownBy(() -> Namespace.ROOT.child(name)).isInstanceOf(InvalidName.class);
      assertThatThrownBy(() -> AuthId.parse("user@" + name)).isInstanceOf(InvalidName.class);
      assertThatThrownBy(() -> AuthId.parse("user@pbs!" + name)).isInstanceOf(InvalidName.class);
      assertThatThrownBy(() -> SafeId.check("x", name, 0, 300)).isInstanceOf(InvalidName.class);
    });
    assertThat(Stream.of("a", "_", "0", "A.-_z", "a".repeat(255))).allMatch(SafeId::matches);
  }

  @Test
  void lengthsOfIdentifiersAreThoseAskedFor() {
    assertThat(SafeId.check("id", "abc", 3, 32)).isEqualTo("abc");
    assertThatThrownBy(() -> SafeId.check("id", "ab", 3, 32))
        .hasMessage("invalid id 'ab': expected 3 to 32 letters, digits, '.', '_' or '-',"
            + " not beginning with '.' or '-'");
    assertThatThrownBy(() -> SafeId.check("id", "a".repeat(33), 3, 32))
        .isInstanceOf(InvalidName.class);
  }

  @Test
  void messagesShowNoControlCharactersAndNoNovels() {
    assertThat(new InvalidName("id", "a\u001b[31m\nb", "x").getMessage())
        .isEqualTo("invalid id 'a?[31m?b': expected x");
    assertThat(new InvalidName("id", "a".repeat(1_000), "x").getMessage()).hasSizeLessThan(130);
  }

  // namespaces

  @Test
  void namespacesHaveSevenLevelsAnd256Characters() {
    assertThat(Namespace.parse("a/b/c/d/e/f/g").depth()).isEqualTo(7);
    assertThatThrownBy(() -> Namespace.parse("a/b/c/d/e/f/g/h"))
        .isInstanceOf(InvalidName.class)
        .hasMessageContaining("at most 7 components");
    String most = "a".repeat(100) + "/" + "b".repeat(155);
    assertThat(Namespace.parse(most)).hasToString(most);
    assertThatThrownBy(() -> Namespace.parse(most + "b")).isInstanceOf(InvalidName.class);
    for (String bad : new String[] {"/", "a/", "/a", "a//b", "a/../b", "a/.", "a/ b"}) {
      assertThatThrownBy(() -> Namespace.parse(bad)).as(bad).isInstanceOf(InvalidName.class);
    }
  }

  @Test
  void namespacesKnowTheirPlace() {
    Namespace b = Namespace.parse("a/b");
    assertThat(Namespace.parse("")).isEqualTo(Namespace.ROOT).hasToString("");
    assertThat(b.parent()).hasToString("a");
    assertThat(Namespace.ROOT.parent()).isNull();
    assertThat(b.below(Path.of("/s"))).isEqualTo(Path.of("/s/ns/a/ns/b"));
    assertThat(Namespace.ROOT.below(Path.of("/s"))).isEqualTo(Path.of("/s"));
    assertThat(Namespace.ROOT.contains(b)).isTrue();
    assertThat(b.contains(b)).isTrue();
    assertThat(b.contains(Namespace.parse("a/bc"))).isFalse();
    assertThat(
            Stream.of("b", "a/c", "a", "", "a/b/c", "a/b").map(Namespace::parse).sorted())
        .extracting(Namespace::toString)
        .containsExactly("", "a", "a/b", "a/b/c", "a/c", "b");
  }

  // groups and snapshots

  @Test
  void groupsAndSnapshotsAreReadAsTheyAreWritten() {
    assertThat(SnapshotId.parse("vm/100/2024-06-05T14:24:36Z"))
        .isEqualTo(new SnapshotId(new GroupId(BackupType.VM, "100"), 1_717_597_476))
        .hasToString("vm/100/2024-06-05T14:24:36Z");
    for (String bad :
        new String[] {"vm", "vm/", "/100", "VM/100", "lxc/100", "vm/100/x", "vm/../x", "", "vm/100/"
        }) {
      assertThatThrownBy(() -> GroupId.parse(bad)).as(bad).isInstanceOf(InvalidName.class);
      assertThatThrownBy(() -> SnapshotId.parse(bad)).as(bad).isInstanceOf(InvalidName.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:01Z, 1",
    "2020-06-26T13:56:05Z, 1593179765",
    "2020-02-31T00:00:00Z, 1583107200", // 2 March, as PBS reads it
    "2016-12-31T23:59:60Z, 1483228800",
    "9999-12-31T23:59:59Z, 253402300799",
  })
  void timesAreReadAsPbsReadsThem(String text, long epoch) {
    assertThat(SnapshotId.parseTime(text)).isEqualTo(epoch);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-00-01T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-01-32T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z",
        "24-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00", " 2024-01-01T00:00:00Z",
        "\u0662024-01-01T00:00:00Z", ""
      })
  void otherTimesAreRefused(String text) {
    assertThatThrownBy(() -> SnapshotId.parseTime(text)).isInstanceOf(InvalidName.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, 253_402_300_800L, Long.MAX_VALUE})
  void timesOutsideTheirRangeAreRefused(long time) {
    assertThatThrownBy(() -> new SnapshotId(GroupId.parse("vm/1"), time))
        .isInstanceOf(InvalidName.class);
  }

  @ParameterizedTest
  @InstancioSource(samples = 500)
  void timesComeBack(long seed) {
    long time = 1 + new Random(seed).nextLong(253_402_300_799L);
    var snapshot = new SnapshotId(GroupId.parse("host/a"), time);
    assertThat(SnapshotId.parse(snapshot.toString())).isEqualTo(snapshot);
    assertThat(Instant.parse(snapshot.timeText()).getEpochSecond()).isEqualTo(time);
  }

  @Test
  void snapshotsAreSortedByGroupThenTime() {
    assertThat(Stream.of(
                "vm/100/2024-06-05T14:24:36Z",
                "vm/99/2025-06-05T14:24:36Z",
                "vm/100/2023-06-05T14:24:36Z",
                "ct/200/2024-06-05T14:24:36Z",
                "host/a/2024-06-05T14:24:36Z")
            .map(SnapshotId::parse)
            .sorted())
        .extracting(SnapshotId::toString)
        .containsExactly(
            "ct/200/2024-06-05T14:24:36Z",
            "host/a/2024-06-05T14:24:36Z",
            "vm/99/2025-06-05T14:24:36Z",
            "vm/100/2023-06-05T14:24:36Z",
            "vm/100/2024-06-05T14:24:36Z");
  }

  // users and tokens

  @Test
  void usersAndTokensAreReadAsTheyAreWritten() {
    for (String id : new String[] {
      "root@pam", "backup-a@pbs!hook", "a.b+c@ad", "x@y@pbs", "jürgen@pbs", "a!b@pbs"
    }) {
      assertThat(AuthId.parse(id)).hasToString(id);
    }
    assertThat(AuthId.parse("x@y@pbs").user()).isEqualTo("x@y");
    assertThat(AuthId.parse("a@pbs!t").owner()).hasToString("a@pbs");
    for (String bad : new String[] {
      "root",
      "@pam",
      "root@",
      "ro ot@pam",
      "ro:ot@pam",
      "ro/ot@pam",
      "ro\not@pam",
      "a@pbs!",
      "a@pbs!t!u",
      "../x@pbs",
      "u".repeat(61) + "@pbs"
    }) {
      assertThatThrownBy(() -> AuthId.parse(bad)).as(bad).isInstanceOf(InvalidName.class);
    }
  }

  @Test
  void userOwnsTheGroupsOfItsTokensAndNotTheOtherWayRound() {
    AuthId user = AuthId.parse("a@pbs");
    AuthId token = AuthId.parse("a@pbs!t");
    assertThat(user.owns(user)).isTrue();
    assertThat(user.owns(token)).isTrue();
    assertThat(token.owns(token)).isTrue();
    assertThat(token.owns(user)).isFalse();
    assertThat(token.owns(AuthId.parse("a@pbs!u"))).isFalse();
    assertThat(user.owns(AuthId.parse("b@pbs!t"))).isFalse();
  }

  // file names of archives

  @Test
  void fileNamesAreBytesAndOnlySomeAreSafe() {
    byte[] latin = {(byte) 0xe4, 'b'};
    assertThat(FileName.of(latin).bytes()).isEqualTo(latin);
    assertThat(FileName.of(latin))
        .isEqualTo(FileName.of(latin.clone()))
        .hasSameHashCodeAs(FileName.of(latin));
    assertThat(FileName.of("ä").bytes()).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
    assertThat(FileName.of("z")).isLessThan(FileName.of(latin));
    assertThat(Stream.of("", ".", "..", "a/b", "/", "a\u0000b").map(FileName::of))
        .noneMatch(FileName::isSafe);
    assertThat(Stream.of("a", "...", ".a", " ", "-rf", "ä\n").map(FileName::of))
        .allMatch(FileName::isSafe);
  }
}
