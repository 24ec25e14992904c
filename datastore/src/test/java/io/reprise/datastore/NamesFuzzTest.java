package io.reprise.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.key.Fingerprint;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a name that comes back and stays below its directory, or refused (I7). */
class NamesFuzzTest {
  private static final Path BASE = Path.of("/base");

  static Stream<byte[]> names() {
    return Golden.seeds(
        "vm/100",
        "host/a.b-c_d/2024-06-05T14:24:36Z",
        "ct/1/2020-02-31T23:59:60Z",
        "site1/cluster-a",
        "a/b/c/d/e/f/g",
        "root@pam",
        "backup-a@pbs!hook",
        "x@y@ad",
        "drive-scsi0.img.fidx",
        "index.json.blob",
        "sign-only",
        "bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8",
        "0e:ab:d4:46:0b:6e:b9:ca:34:50:23:de:e2:b7:78:c7:90:e5:4a:16:83:b9:65:9c:0a:57:ae:19:90:90:15:9b",
        "../../etc/passwd");
  }

  @MethodSource("names")
  @FuzzTest
  void parse(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    comesBack(text, BackupType::parse);
    comesBack(text, CryptMode::parse);
    comesBack(text, Digest::parse);
    comesBack(text, Fingerprint::parse);
    comesBack(text, AuthId::parse);
    staysBelow(comesBack(text, GroupId::parse));
    staysBelow(comesBack(text, SnapshotId::parse));
    staysBelow(comesBack(text, ArchiveName::new));
    staysBelow(comesBack(text, t -> SafeId.check("name", t, 1, 255)));
    Namespace namespace = comesBack(text, Namespace::parse);
    if (namespace != null) staysBelow(BASE.relativize(namespace.below(BASE)));
  }

  private static <T> T comesBack(String text, Function<String, T> parse) {
    T value;
    try {
      value = parse.apply(text);
    } catch (InvalidName refused) {
      assertThat(refused.getMessage()).hasSizeLessThan(400).doesNotContainPattern("\\p{Cntrl}");
      return null;
    }
    assertThat(parse.apply(value.toString())).isEqualTo(value);
    return value;
  }

  private static void staysBelow(Object name) {
    if (name == null) return;
    Path path = BASE.resolve(name.toString());
    assertThat(path.normalize()).isEqualTo(path);
    assertThat(path.startsWith(BASE)).isTrue();
  }
}
