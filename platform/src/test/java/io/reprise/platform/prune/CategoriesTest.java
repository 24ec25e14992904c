package io.reprise.platform.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.prune.KeepRule;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigError;
import io.reprise.platform.config.RepriseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which guest is in which category of reprise.cfg, and why. */
class CategoriesTest {
  private static final String CATEGORIES = """
      category: critical
      	keep-daily 30
      	match-tag critical
      	match-tag prod

      category: dmz
      	keep-last 9
      	match-id 100-199
      	match-id 433
      	match-name web*
      	match-ns site1

      category: finance
      	keep-yearly 10
      	match-pool finance

      category: pve2
      	keep-weekly 4
      	match-owner pve2@pbs
      	match-type vm

      category: rest
      	priority 900
      	keep-last 1

      category: hosts
      	match-type host
      """;
  private static final KeepOptions JOB = KeepOptions.KEEP_ALL.with(KeepRule.LAST, 5);
  private static final GuestConfig PLAIN =
      new GuestConfig(true, "", "web11", Set.of("linux"), Set.of());

  @TempDir
  Path directory;

  private Categories categories(String text) throws IOException {
    Files.writeString(directory.resolve("reprise.cfg"), text);
    return Categories.of(new RepriseConfig(new ConfigDirectory(directory)).categories());
  }

  private static Guest guest(String namespace, String group, String owner, GuestConfig config) {
    return new Guest(Namespace.parse(namespace), GroupId.parse(group), AuthId.parse(owner), config);
  }

  private static GuestConfig tagged(String... tags) {
    return new GuestConfig(true, "", "web11", Set.of(tags), Set.of());
  }

  @Test
  void theFirstCategoryThatFitsIsTheGuests() throws Exception {
    Categories all = categories(CATEGORIES);
    // Fits dmz too, which comes later.
    var both = all.place(guest("site1/a", "vm/150", "x@pbs", tagged("Linux", "PROD")));
    assertThat(both.name()).isEqualTo("critical");
    assertThat(both.why()).isEqualTo("tag prod");
    assertThat(all.rule(guest("site1", "vm/150", "x@pbs", tagged("prod")), JOB))
        .isEqualTo(new Pruning.Rule(
            KeepOptions.KEEP_ALL.with(KeepRule.DAILY, 30),
            "category: critical (tag prod), --keep-daily 30"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // each kind must fit, any value of it will do
        "site1,   vm/150, x@pbs,        web11, -,       dmz",
        "site1/b, ct/433, x@pbs,        WEB,   -,       dmz",
        "site1,   vm/200, x@pbs,        web11, -,       rest",
        "site1,   vm/150, x@pbs,        db1,   -,       rest",
        "site2,   vm/150, x@pbs,        web11, -,       rest",
        "-,       vm/150, x@pbs,        web11, Finance, finance",
        "-,       vm/7,   pve2@pbs,     x,     -,       pve2",
        "-,       vm/7,   pve2@pbs!tok, x,     -,       pve2",
        "-,       ct/7,   pve2@pbs,     x,     -,       rest",
        // without a priority comes before 900, wherever it stands
        "-,       host/h, x@pbs,        -,     -,       hosts",
      })
  void aGuestIsWhereAllItsConditionsFit(
      String namespace, String group, String owner, String name, String pool, String category)
      throws Exception {
    var config = new GuestConfig(
        true, "", name == null ? "" : name, Set.of(), pool == null ? Set.of() : Set.of(pool));
    var place = categories(CATEGORIES)
        .place(guest(namespace == null ? "" : namespace, group, owner, config));
    assertThat(place.name()).isEqualTo(category);
  }

  @Test
  void whoFitsNoneFollowsTheJob() throws Exception {
    Categories all = categories("category: critical\n\tkeep-daily 30\n\tmatch-tag prod\n");
    assertThat(all.rule(guest("", "vm/100", "x@pbs", PLAIN), JOB))
        .isEqualTo(new Pruning.Rule(JOB, "category: none (no category fits)"));
    var encrypted = GuestConfig.unknown("its configuration is encrypted");
    assertThat(all.rule(guest("", "vm/100", "x@pbs", encrypted), JOB).reason())
        .isEqualTo("category: none (no category fits; 'critical' does not, as its configuration is"
            + " encrypted)");
  }

  @Test
  void onlyWhatChangesWhoIsKeptHowLongIsAChange() throws Exception {
    Categories before = categories(CATEGORIES);
    Categories renamed =
        categories(CATEGORIES.replace("category: rest\n", "category: rest\n\tcomment x\n"));
    assertThat(renamed).isEqualTo(before);
    assertThat(renamed.digest()).isEqualTo(before.digest());
    assertThat(categories(CATEGORIES.replace("keep-daily 30", "keep-daily 31")).digest())
        .isNotEqualTo(before.digest());
    assertThat(categories(CATEGORIES.replace("priority 900", "priority 1")).digest())
        .isNotEqualTo(before.digest());
    var approvals = new Approvals(directory.resolve("state"));
    assertThat(approvals.find("job1")).isNull();
    approvals.approve("job1", before);
    assertThat(approvals.find("job1")).isEqualTo(before);
    approvals.forget("job1");
    assertThat(approvals.find("job1")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "match-id 199-100",
    "match-id a-b",
    "match-type lxc",
    "match-owner nobody",
    "keep-last 0",
    "match-size 4"
  })
  void whatCannotBeMeantIsRefused(String line) {
    assertThatThrownBy(() -> categories("category: odd\n\t" + line + "\n"))
        .isInstanceOf(ConfigError.class);
  }

  @Test
  void aConfigurationIsReadAsProxmoxWritesIt() {
    GuestConfig vm = GuestConfig.parse("""
        #a description: of it
        #tags: not these
        #vzdump#pool:finance
        boot: order=scsi0
        name: web11
        tags: Prod;linux,db
        #qmdump#map:scsi0:drive-scsi0:ceph:raw:
        [before-upgrade]
        name: old
        tags: gone
        """);
    assertThat(vm.name()).isEqualTo("web11");
    assertThat(vm.tags()).containsExactlyInAnyOrder("Prod", "linux", "db");
    assertThat(vm.pools()).containsExactly("finance");
    assertThat(GuestConfig.parse("arch: amd64\nhostname: ct1\n").name()).isEqualTo("ct1");
    assertThat(GuestConfig.parse("").tags()).isEmpty();
  }
}
