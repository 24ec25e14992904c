package io.reprise.gc.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.prune.Approvals;
import io.reprise.platform.prune.Categories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prune job that goes by categories. */
class CategoryPruneTest {
  private static final AuthId ROOT = AuthId.parse("root@pam");
  private static final String[] TIMES = {
    "2024-02-01T12:00:00Z", "2024-02-02T12:00:00Z", "2024-02-03T08:30:00Z", "2024-02-03T20:00:00Z"
  };

  @TempDir
  Path root;

  private PruneSite site;

  @BeforeEach
  void prepare() throws Exception {
    site = new PruneSite(root);
    site.snapshots("", "vm/100", TIMES);
    site.snapshots("", "vm/200", TIMES);
    config("vm/100", TIMES[0], "tags: test\n"); // what it was once does not count
    config("vm/100", TIMES[3], "name: web1\ntags: prod\n");
    config("vm/200", TIMES[3], "name: db1\n");
    site.prune("prune: job1\n\tkeep-last 1\n\tschedule daily\n\tstore st1\n");
    own("category: prod\n\tkeep-daily 3\n\tmatch-tag prod\n");
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  private void own(String categories) throws IOException {
    Files.writeString(
        site.stores.config().resolve("reprise.cfg"),
        "datastore: st1\n\tcategory-job job1\n\tfloor-bytes 0\n\n" + categories);
  }

  private void config(String group, String time, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(content, 0, content.length, true, null);
      Files.write(
          site.stores.base("st1").resolve(group).resolve(time).resolve("qemu-server.conf.blob"),
          Arrays.copyOfRange(blob.array(), blob.position(), blob.limit()));
    }
  }

  private void approve() throws IOException {
    new Approvals(site.stores.state())
        .approve(
            "job1",
            Categories.of(
                new RepriseConfig(new ConfigDirectory(site.stores.config())).categories()));
  }

  @Test
  void eachGuestIsPrunedByTheRuleOfItsCategory() throws Exception {
    approve();
    site.start();
    List<String> log = site.run("job1", ROOT);
    assertThat(log)
        .contains(
            "category: prod (tag prod), --keep-daily 3",
            "category: none (no category fits)",
            "TASK OK");
    assertThat(site.left("vm/100")).containsExactly(TIMES[0], TIMES[1], TIMES[3]);
    assertThat(site.left("vm/200")).containsExactly(TIMES[3]);
  }

  @Test
  void afterAChangeNothingIsRemovedUntilSomebodyHasAgreedToIt() throws Exception {
    site.start();
    assertThat(site.run("job1", ROOT)).last().asString().contains("category preview job1");
    approve();
    own("category: prod\n\tkeep-daily 1\n\tmatch-tag prod\n");
    assertThat(site.run("job1", ROOT)).last().asString().contains("nobody has agreed");
    assertThat(site.left("vm/100")).hasSize(4);
    approve();
    assertThat(site.run("job1", ROOT)).endsWith("TASK OK");
    assertThat(site.left("vm/100")).containsExactly(TIMES[3]);
  }

  @Test
  void aGuestWhoseConfigurationCannotBeReadIsLeftAlone() throws Exception {
    approve();
    Files.writeString(
        site.stores
            .base("st1")
            .resolve("vm/100")
            .resolve(TIMES[3])
            .resolve("qemu-server.conf.blob"),
        "neither a blob nor anything");
    site.start();
    assertThat(site.run("job1", ROOT))
        .anyMatch(line -> line.startsWith("WARN: group :\"vm/100\" stays as it is"))
        .endsWith("TASK WARNINGS: 1");
    assertThat(site.left("vm/100")).hasSize(4);
    assertThat(site.left("vm/200")).hasSize(1);
  }
}
