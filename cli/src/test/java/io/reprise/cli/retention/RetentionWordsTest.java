package io.reprise.cli.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.server.AgainstFakePbs;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Categories, previews, prune jobs and space on the command line. */
class RetentionWordsTest extends AgainstFakePbs {
  private static final String UPID = "UPID:h:00000001:00000001:00000001:00000001:prunejob:s:a@pbs:";
  private static final String TASK = "nodes/localhost/tasks/" + UPID;

  @BeforeEach
  void plainTables() {
    scene.with("LC_ALL", "C").with("PROXMOX_OUTPUT_NO_BORDER", "1");
    server.data.put(TASK + "/status", "{\"status\":\"stopped\",\"exitstatus\":\"OK\"}");
  }

  private List<String> out(String line) {
    return super.out(line.split(" "))
        .lines()
        .map(row -> row.replaceAll(" +", " ").strip())
        .toList();
  }

  @Test
  void spaceIsShownLargestShareFirst() {
    server.data.put("admin/datastore/store/space", """
        [{"ns":"","backup-type":"vm","backup-id":"100","name":"web1","logical":4096,"stored":3072,"exclusive":512,"share":1024},
         {"ns":"a","backup-type":"ct","backup-id":"7","name":"","logical":8192,"stored":3072,"exclusive":1024,"share":2048}]""");
    assertThat(out("space"))
        .containsExactly("a:ct/7 8 KiB 1 KiB 2 KiB", "vm/100 web1 4 KiB 512 B 1 KiB");
    server.data.put(
        "admin/datastore/store/space",
        "[{\"category\":\"\",\"guests\":2,\"logical\":4096,\"exclusive\":512,\"share\":1024}]");
    assertThat(out("space --by category")).containsExactly("(none) 2 4 KiB 512 B 1 KiB");
    assertThat(server.calls).contains("GET admin/datastore/store/space {by=category}");
  }

  @Test
  void aPreviewSaysWhatWouldGoAndHowToAgree() {
    server.data.put("admin/prune/j1/preview", "\"" + UPID + "\"");
    // One answer serves POST, which reads a text, and GET, which reads members.
    assertThat(scene.run("category", "preview", "j1")).isZero();
    server.data.put(
        "admin/datastore/store/categories",
        "[{\"ns\":\"a\",\"backup-type\":\"vm\",\"backup-id\":\"9\",\"name\":\"db1\",\"category\":\"prod\",\"why\":\"tag prod\"}]");
    assertThat(out("category guests")).containsExactly("a:vm/9 db1 prod tag prod");
    String digest = "a".repeat(64);
    server.data.put("admin/prune/j1/approve", "null");
    server.data.put("admin/prune/j1/categories", "null");
    out("category approve j1 " + digest);
    out("category use j1 true");
    assertThat(server.calls)
        .contains(
            "GET admin/prune/j1/preview {}",
            "POST admin/prune/j1/approve {} {\"digest\":\"" + digest + "\"}",
            "PUT admin/prune/j1/categories {use=true}");
  }

  @Test
  void aJobIsRunOrPreviewedByPrune() {
    server.data.put("admin/prune/j1/run", "\"" + UPID + "\"");
    server.data.put("admin/prune/j1/preview", "\"" + UPID + "\"");
    assertThat(out("prune --job j1 --output-format json")).containsExactly("\"" + UPID + "\"");
    assertThat(out("prune --job j1 --dry-run --output-format json"))
        .containsExactly("\"" + UPID + "\"");
    assertThat(server.calls)
        .contains("POST admin/prune/j1/run {}", "POST admin/prune/j1/preview {}");
    assertThat(scene.run("prune")).isNotZero();
    assertThat(scene.run("prune", "vm/100", "--job", "j1")).isNotZero();
  }

  @Test
  void categoriesKeepTheServersOrderAndTheirListsAreRepeatedOptions() {
    server.data.put(
        "config/category",
        "[{\"name\":\"zzz\",\"match-tag\":[\"a\",\"b\"],\"keep-last\":3},{\"name\":\"aaa\"}]");
    assertThat(out("category list")).containsExactly("zzz a, b 3", "aaa");
    out("category create prod --match-tag a --match-tag b --keep-daily 7");
    assertThat(server.calls)
        .contains(
            "POST config/category {} {\"match-tag\":[\"a\",\"b\"],\"keep-daily\":7,\"name\":\"prod\"}");
  }

  @Test
  void jobsShowSchedulesWithTheirNextAndLastRuns() {
    server.data.put(
        "admin/jobs",
        "{\"schedules\":[{\"type\":\"prunejob\",\"name\":\"j1\",\"store\":\"s\",\"schedule\":\"daily\","
            + "\"last-run-state\":\"OK\"}],\"requests\":[],\"leases\":[]}");
    assertThat(out("jobs")).containsExactly("prunejob j1 s daily OK");
  }
}
