package io.reprise.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.server.AgainstFakePbs;
import io.reprise.datastore.Fixture;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lists look like, for people and for programs (cli.md §3.2, §3.3, checklist 17 to 19). */
class ListingsTest extends AgainstFakePbs {
  private static final String S = "admin/datastore/store/";

  @BeforeEach
  void plainTables() {
    scene.with("LC_ALL", "C");
  }

  @Override
  protected String out(String... arguments) {
    String out = super.out(arguments);
    assertThat(scene.err()).isEmpty();
    return out;
  }

  /** The same data with the members of every object the other way round. */
  private static JsonNode reversed(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(element -> copy.add(reversed(element)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) return node;
    ObjectNode copy = object.objectNode();
    new ArrayList<>(object.properties())
        .reversed()
        .forEach(e -> copy.set(e.getKey(), reversed(e.getValue())));
    return copy;
  }

  @Test
  void snapshotsAsJsonAreThoseOfTheRealClient() throws Exception {
    String real = Files.readString(Fixture.root().resolve("snapshots.json"));
    var data = new ObjectMapper().readTree(real);
    server.data.put(S + "snapshots", reversed(data).toString());
    String json = out("snapshot", "list", "--output-format", "json");
    assertThat(json.strip()).isEqualTo(real.strip());
    scene.with("PROXMOX_OUTPUT_FORMAT", "json");
    assertThat(out("snapshots")).isEqualTo(json);
    assertThat(new ObjectMapper().readTree(out("snap", "li", "--output-format=json-pretty")))
        .isEqualTo(data);
  }

  /** Unsorted, epochs, bytes and unknown fields kept; members in alphabetical order. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "list; admin/datastore/store/groups",
        "snapshot files vm/100/2025-11-23T00:00:00Z; admin/datastore/store/files",
        "prune vm/100 --keep-last 1; admin/datastore/store/prune",
        "status; admin/datastore/store/status",
        "task list; nodes/localhost/tasks",
        "user list; access/users",
        "acl list; access/acl",
        "datastore list; config/datastore",
      })
  void jsonIsTheServersData(String command, String path) {
    server.data.put(
        path, "[{\"z\":1.50,\"b\":{\"y\":null,\"x\":[2,1]},\"a\":\"\u00e9\"},{\"n\":3}]");
    var words = new ArrayList<>(List.of(command.split(" ")));
    words.add("--output-format=json");
    assertThat(out(words.toArray(String[]::new)))
        .isEqualTo("[{\"a\":\"\u00e9\",\"b\":{\"x\":[2,1],\"y\":null},\"z\":1.5},{\"n\":3}]\n");
  }

  @Test
  void groupsAreShownInOrder() {
    server.data.put(S + "groups", """
        [{"backup-type":"vm","backup-id":"100","last-backup":1763859600,"backup-count":12,
          "files":["qemu-server.conf.blob","drive-scsi0.img.fidx","index.json.blob"]},
         {"backup-type":"host","backup-id":"e","last-backup":1763863200,"backup-count":1,
          "files":["root.pxar.didx"]}]""");
    assertThat(out("list")).isEqualTo("""
        +========+=============================+==============+=============================================+
        | group  | last snapshot               | backup-count | files                                       |
        +========+=============================+==============+=============================================+
        | host/e | host/e/2025-11-23T02:00:00Z |            1 | root.pxar                                   |
        +--------+-----------------------------+--------------+---------------------------------------------+
        | vm/100 | vm/100/2025-11-23T01:00:00Z |           12 | drive-scsi0.img index.json qemu-server.conf |
        +========+=============================+==============+=============================================+
        """);
  }

  @Test
  void snapshotsHaveHumanSizesAndNoneWhileUnfinished() {
    server.data.put(S + "snapshots", """
        [{"backup-type":"vm","backup-id":"9","backup-time":1763859600,"size":1610612736,
          "files":[{"filename":"a.img.fidx"}]},
         {"backup-type":"vm","backup-id":"9","backup-time":1763856000,
          "files":[{"filename":"b.img.fidx"}]}]""");
    assertThat(out("snapshot", "list")).isEqualTo("""
        +===========================+=========+=======+
        | snapshot                  |    size | files |
        +===========================+=========+=======+
        | vm/9/2025-11-23T00:00:00Z |         | b.img |
        +---------------------------+---------+-------+
        | vm/9/2025-11-23T01:00:00Z | 1.5 GiB | a.img |
        +===========================+=========+=======+
        """);
    scene.with("PROXMOX_OUTPUT_NO_BORDER", "1");
    assertThat(out("snapshot", "list")).isEqualTo("""
        vm/9/2025-11-23T00:00:00Z         b.img
        vm/9/2025-11-23T01:00:00Z 1.5 GiB a.img
        """);
  }

  @Test
  void filesOfASnapshotKeepTheServersNamesAndBytes() {
    server.data.put(S + "files", """
        [{"filename":"index.json.blob","crypt-mode":"none","size":498},
         {"filename":"client.log.blob"},
         {"filename":"a.img.fidx","crypt-mode":"encrypt","size":4194304}]""");
    assertThat(out("files", "vm/9/2025-11-23T01:00:00Z")).isEqualTo("""
        +=================+============+=========+
        | filename        | crypt-mode |    size |
        +=================+============+=========+
        | a.img.fidx      | encrypt    | 4194304 |
        +-----------------+------------+---------+
        | client.log.blob |            |         |
        +-----------------+------------+---------+
        | index.json.blob | none       |     498 |
        +=================+============+=========+
        """);
  }

  @Test
  void pruneSaysWhatIsKeptAndWhatGoes() {
    server.data.put(S + "prune", """
        [{"backup-type":"vm","backup-id":"9","backup-time":1763859600,"keep":true,"protected":false},
         {"backup-type":"vm","backup-id":"9","backup-time":1763856000,"keep":false,"protected":false}]""");
    assertThat(out("prune", "vm/9", "--keep-last", "1", "--dry-run")).isEqualTo("""
        +===========================+==========================+========+
        | snapshot                  |                     date | action |
        +===========================+==========================+========+
        | vm/9/2025-11-23T00:00:00Z | Sun Nov 23 00:00:00 2025 | remove |
        +---------------------------+--------------------------+--------+
        | vm/9/2025-11-23T01:00:00Z | Sun Nov 23 01:00:00 2025 |   keep |
        +===========================+==========================+========+
        """);
    assertThat(out("prune", "vm/9", "--keep-last", "1", "--quiet")).doesNotContain("keep ");
    assertThat(server.calls.getLast()).contains("keep-last").doesNotContain("dry-run");
    assertThat(scene.run("prune", "vm/9", "--keep-last", "0")).isEqualTo(255);
  }

  @Test
  void statusHasNoHeaderAndPercentOfTotal() {
    server.data.put(S + "status", "{\"total\":1000,\"used\":125,\"avail\":875,\"more\":1}");
    assertThat(out("status")).isEqualTo("""
        +=======+===============+
        | total | 1000  (100 %) |
        +-------+---------------+
        | used  |  125   (13 %) |
        +-------+---------------+
        | avail |  875   (88 %) |
        +=======+===============+
        """);
  }

  @Test
  void namespacesAreOnePerLineWithoutTheRoot() {
    String data = "[{\"ns\":\"\"},{\"ns\":\"a\",\"comment\":\"first\"},{\"ns\":\"a/b\"}]";
    server.data.put(S + "namespace", data);
    assertThat(out("namespace", "list")).isEqualTo("a (first)\na/b\n");
    assertThat(out("namespace", "list", "--output-format", "json"))
        .isEqualTo("{\"data\":"
            + "[{\"ns\":\"\"},{\"comment\":\"first\",\"ns\":\"a\"},{\"ns\":\"a/b\"}]" + "}\n");
  }

  @Test
  void namespaceOptionBeatsItsVariable() {
    server.data.put(S + "groups", "[]");
    out("list");
    scene.with("PBS_NAMESPACE", "a/b");
    out("list");
    out("list", "--ns", "c");
    out("list", "--ns", "");
    assertThat(server.calls)
        .containsExactly(
            "GET " + S + "groups {}",
            "GET " + S + "groups {ns=a/b}",
            "GET " + S + "groups {ns=c}",
            "GET " + S + "groups {}");
  }

  @Test
  void tasksAreShownWithTheirStates() {
    server.data.put("nodes/localhost/tasks", """
        [{"upid":"UPID:b","starttime":1763859600},
         {"upid":"UPID:a","starttime":1763856000,"endtime":1763856060,"status":"OK"},
         {"upid":"UPID:c","starttime":1763859700,"endtime":1763859700,"status":""}]""");
    assertThat(out("task", "list", "--all", "--limit", "7")).isEqualTo("""
        +==========================+==========================+========+=========+
        | starttime                | endtime                  | upid   | status  |
        +==========================+==========================+========+=========+
        | Sun Nov 23 00:00:00 2025 | Sun Nov 23 00:01:00 2025 | UPID:a | OK      |
        +--------------------------+--------------------------+--------+---------+
        | Sun Nov 23 01:00:00 2025 |                          | UPID:b | running |
        +--------------------------+--------------------------+--------+---------+
        | Sun Nov 23 01:01:40 2025 | Sun Nov 23 01:01:40 2025 | UPID:c | unknown |
        +==========================+==========================+========+=========+
        """);
    assertThat(server.calls.getLast())
        .contains("limit=7", "running=false", "store=store", "userfilter=admin@pbs");
    assertThat(scene.run("task", "list", "--limit", "1001")).isEqualTo(255);
  }

  @Test
  void notesAndProtectionAreTextOrOneMember() {
    server.data.put(S + "notes", "\"web server\"");
    server.data.put(S + "protected", "true");
    String snapshot = "vm/9/2025-11-23T01:00:00Z";
    assertThat(out("snapshot", "notes", "show", snapshot)).isEqualTo("web server\n");
    assertThat(out("notes", snapshot, "--output-format=json"))
        .isEqualTo("{\"notes\":\"web server\"}\n");
    assertThat(out("snapshot", "protected", "show", snapshot)).isEqualTo("true\n");
    assertThat(out("snapshot", "protected", "show", snapshot, "--output-format=json"))
        .isEqualTo("{\"protected\":true}\n");
  }

  @Test
  void emptyListsPrintNothing() {
    for (var list : Map.of(
            "list",
            S + "groups",
            "snapshots",
            S + "snapshots",
            "task list",
            "nodes/localhost/tasks",
            "user list",
            "access/users")
        .entrySet()) {
      server.data.put(list.getValue(), "[]");
      assertThat(out(list.getKey().split(" "))).isEmpty();
    }
  }

  @Test
  void versionsAreShownForPeopleAndPrograms() {
    server.data.put("version", "{\"version\":\"3.2\",\"release\":\"4\",\"repoid\":\"r\"}");
    assertThat(out("version")).matches("client version: .*\nserver version: 3.2.4\n");
    assertThat(out("version", "--output-format", "json"))
        .contains("\"server\":{\"release\":\"4\",\"repoid\":\"r\",\"version\":\"3.2\"}");
  }
}
