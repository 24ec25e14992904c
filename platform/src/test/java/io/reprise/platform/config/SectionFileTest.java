package io.reprise.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.Fixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionFileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.cfg",
        "datastore.cfg",
        "prune.cfg",
        "verification.cfg",
        "sync.cfg",
        "remote.cfg"
      })
  void filesOfARealServerComeBackByteForByte(String name) throws Exception {
    byte[] real = Files.readAllBytes(Fixture.config().resolve(name));
    String written =
        new String(SectionFile.parse(name, real, schema(name)).format(), StandardCharsets.UTF_8);
    // The fixture's datastore.cfg ends in an empty line that PBS does not write (config.md §3.1).
    assertThat(written)
        .isEqualTo(new String(real, StandardCharsets.UTF_8).replaceFirst("\n\n$", "\n"));
  }

  private static SectionSchema schema(String name) {
    return switch (name) {
      case "user.cfg" -> Schemas.USER;
      case "datastore.cfg" -> Schemas.DATASTORE;
      case "prune.cfg" -> Schemas.PRUNE;
      case "verification.cfg" -> Schemas.VERIFICATION;
      case "sync.cfg" -> Schemas.SYNC;
      default -> Schemas.REMOTE;
    };
  }

  @Test
  void valuesAreWrittenCanonicallyAndKeysInByteOrder() throws Exception {
    var file = parse(
        "datastore: st1\n  verify-new YES\r\n\tpath /data # not a comment\n\tkeep-last 007\n");
    assertThat(text(file))
        .isEqualTo(
            "datastore: st1\n\tkeep-last 7\n\tpath /data # not a comment\n\tverify-new true\n");
  }

  @Test
  void anEmptyValueKeepsItsBlank() throws Exception {
    var file = parse("datastore: st1\n\tcomment \n\tpath /d\n");
    assertThat(text(file)).isEqualTo("datastore: st1\n\tcomment \n\tpath /d\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# comment|line 1",
        "datastore: st1\\n\\tpath /d\\n\\tnonsense 1|line 3",
        "datastore: st1\\n\\tpath /d\\n\\tpath /e|line 3",
        "datastore: st1\\n\\tpath|line 2",
        "datastore: st1\\n\\tcomment x|path",
        "datastore: st1\\n\\tpath /d\\n\\tverify-new maybe|line 3",
        "cellar: st1\\n\\tpath /d|line 1",
        "datastore: st1\\n\\tgc-schedule Daily\\n\\tpath /d|line 2",
        "datastore: ../x\\n\\tpath /d|line 1",
        "datastore: st1\\n\\tpath /d\\ndatastore: st2\\n\\tpath /e|line 3",
      })
  void oneBadLineMakesTheFileUnreadableAndIsNamed(String content, String where) {
    assertThatThrownBy(() -> parse(content.replace("\\n", "\n").replace("\\t", "\t")))
        .isInstanceOf(ConfigError.class)
        .hasMessageContaining("datastore.cfg")
        .hasMessageContaining(where);
  }

  @Test
  void twoSectionsOfOneIdInOurOwnFileAreAnErrorThatNamesTheSecond() throws Exception {
    String twice = "datastore: st1\n\tgc-cutoff 60\n\ncategory: st1\n\tkeep-last 1\n";
    assertThatThrownBy(() -> SectionFile.parse(
            "reprise.cfg", twice.getBytes(StandardCharsets.UTF_8), Schemas.REPRISE))
        .isInstanceOf(ConfigError.class)
        .hasMessageContaining("reprise.cfg")
        .hasMessageContaining("line 4")
        .hasMessageContaining("category: st1");
    var file = parse("datastore: st1\n\tpath /d\n\ndatastore: st1\n\tpath /e\n");
    assertThat(text(file)).as("PBS's files: the last wins").contains("/e").doesNotContain("/d");
  }

  @Test
  void repeatedKeysKeepTheirOrder() throws Exception {
    var section = new Section("sync", "job").set("store", "st1").set("remote-store", "st2");
    section.setAll("group-filter", List.of("type:vm", "group:ct/100"));
    var file = new SectionFile();
    file.put(section);
    var again = SectionFile.parse("sync.cfg", file.format(), Schemas.SYNC);
    assertThat(again.sections().iterator().next().all("group-filter"))
        .containsExactly("type:vm", "group:ct/100");
  }

  private static SectionFile parse(String text) throws ConfigError {
    return SectionFile.parse(
        "datastore.cfg", text.getBytes(StandardCharsets.UTF_8), Schemas.DATASTORE);
  }

  private static String text(SectionFile file) {
    return new String(file.format(), StandardCharsets.UTF_8);
  }
}
