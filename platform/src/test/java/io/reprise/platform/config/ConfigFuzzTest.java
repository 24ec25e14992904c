package io.reprise.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.Golden;
import io.reprise.datastore.InvalidName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a configuration that can be written again, or refused with file and line. */
@ExtendWith(InstancioExtension.class)
class ConfigFuzzTest {
  private static final List<SectionSchema> SCHEMAS = List.of(
      Schemas.USER,
      Schemas.DATASTORE,
      Schemas.PRUNE,
      Schemas.VERIFICATION,
      Schemas.SYNC,
      Schemas.REMOTE,
      Schemas.TAPE_JOB,
      Schemas.DOMAINS,
      Schemas.REPRISE);

  static Stream<byte[]> files() {
    return Golden.seeds(
        "user: root@pam\n\tcomment Superuser\n\ntoken: a@pbs!t\n\tenable false\n\texpire 0\n",
        "datastore: st1\n\tgc-schedule 02:30\n\tnotify gc=error\n\tpath /d\n\ttuning chunk-order=inode,sync-level=file\n",
        "datastore: st1\r\n  path /d # x\r\n\tverify-new YES\n\tmaintenance-mode read-only,message=\"a \\\"b\\\"\"\n",
        "prune: p-1\n\tkeep-last 3\n\tns a/b\n\tschedule daily\n\tstore st1\n",
        "verification: v-1\n\toutdated-after 30\n\tschedule sat *-1..7 15:00\n\tstore st1\n",
        "sync: s-1\n\tgroup-filter type:vm\n\tgroup-filter group:ct/1\n\tremote-store a1b\n\tstore st1\n",
        "remote: r-1\n\tauth-id a@pbs\n\thost h\n\tpassword x\n\tport 8007\n",
        "backup: t-1\n\tdrive d\n\tlatest-only yes\n\tpool p\n\tstore st1\n",
        "ldap: ex\n\tbase-dn dc=x\n\tmode ldaps\n\tserver1 s\n\tuser-attr uid\n");
  }

  @MethodSource("files")
  @FuzzTest
  void sections(byte[] content) {
    for (SectionSchema schema : SCHEMAS) {
      try {
        var file = SectionFile.parse("x.cfg", content, schema);
        byte[] written = file.format();
        assertThat(SectionFile.parse("x.cfg", written, schema).format()).isEqualTo(written);
        for (Section section : file.sections()) schema.json(section, "id");
      } catch (ConfigError refused) {
        assertThat(refused).hasMessageContaining("x.cfg");
      }
    }
  }

  @ParameterizedTest
  @InstancioSource(samples = 200)
  void everyFileComesBack(long seed) throws ConfigError {
    var random = new Random(seed);
    var file = new SectionFile();
    for (int i = random.nextInt(6); i > 0; i--) {
      var section = new Section("sync", "job-" + random.nextInt(100))
          .set("store", "st1")
          .set("remote-store", "st2")
          .set("max-depth", Integer.toString(random.nextInt(8)))
          .set("remove-vanished", Boolean.toString(random.nextBoolean()))
          .set("comment", random.nextBoolean() ? null : "grüße # \"" + random.nextInt() + "\" = x")
          .setAll(
              "group-filter",
              random
                  .ints(random.nextInt(4), 0, 99)
                  .mapToObj(n -> "group:vm/" + n)
                  .toList());
      file.put(section);
    }
    var read = SectionFile.parse("sync.cfg", file.format(), Schemas.SYNC);
    assertThat(read.format()).isEqualTo(file.format());
    for (Section section : file.sections()) {
      assertThat(read.find("sync", section.id()).properties()).isEqualTo(section.properties());
    }
  }

  static Stream<byte[]> strings() {
    return Golden.seeds(
        "read-only",
        "offline,message=gone",
        "type=delete,message=\"a,b=\\\"c\\\\\\n\"",
        "gc=error,verify=never");
  }

  @MethodSource("strings")
  @FuzzTest
  void properties(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    for (String defaultKey : new String[] {null, "type"}) {
      try {
        assertThat(PropertyString.parse(text, defaultKey).size())
            .isLessThanOrEqualTo(text.length());
      } catch (InvalidName refused) {
        assertThat(refused).hasMessageContaining("properties");
      }
    }
  }
}
