package io.reprise.gc.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.json.Json;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.space.SpaceReports;
import io.reprise.platform.event.GuestSpace;
import io.reprise.platform.job.JobType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of what would go and of what guests take, over a reference index of real backups. */
class PrunePreviewTest {
  private static final AuthId ROOT = AuthId.parse("root@pam");
  private static final Duration SOON = Duration.ofSeconds(120);

  @TempDir
  Path root;

  private PruneSite site;
  private Collections collections;

  @BeforeEach
  void prepare() throws Exception {
    site = new PruneSite(root);
    // 2 is lost by both groups, 1 by one, 3 and 5 by none, 6 is used by a third that keeps it.
    site.stores.backup("st1", "vm/100/2026-11-20T00:00:00Z", 1, 2, 3, 6);
    site.stores.backup("st1", "vm/100/2026-11-21T00:00:00Z", 3, 4);
    site.stores.backup("st1", "vm/101/2026-11-20T00:00:00Z", 2, 5);
    site.stores.backup("st1", "vm/101/2026-11-21T00:00:00Z", 5);
    site.stores.backup("st1", "vm/102/2026-11-21T00:00:00Z", 6);
    site.prune("prune: job1\n\tkeep-last 1\n\tschedule daily\n\tstore st1\n");
    collections = site.collections();
    await().atMost(SOON).until(() -> {
      var owner = collections.of("st1");
      var current = owner == null ? null : owner.current();
      return current != null && current.figures().indexFiles() == 5;
    });
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  private long size(int... chunks) throws IOException {
    long sum = 0;
    for (int chunk : chunks) sum += Files.size(site.stores.chunk("st1", chunk));
    return sum;
  }

  private JsonNode status(String name) throws IOException {
    Path file = site.stores.state().resolve("status").resolve(name);
    return Json.parseObject(Files.readAllBytes(file), name);
  }

  private PrunePreview preview() {
    return new PrunePreview(site.settings(), collections, site.stores.state().resolve("status"));
  }

  @Test
  void aPreviewFreesExactlyWhatTheRunThenFrees() throws Exception {
    var previews = preview();
    site.start(previews);
    assertThat(site.run(JobType.PRUNE_PREVIEW, "job1", ROOT))
        .contains(
            "would remove vm/100/2026-11-20T00:00:00Z",
            "would keep vm/100/2026-11-21T00:00:00Z (keep-last)")
        .endsWith("TASK OK");
    JsonNode shown = status("prune-preview-job1.json");
    assertThat(shown.path("remove").asLong()).isEqualTo(2);
    assertThat(shown.path("bytes").asLong()).isEqualTo(size(1, 2));
    assertThat(shown.path("bytes-before").asLong()).isEqualTo(size(1, 2));
    assertThat(shown.at("/groups/0/bytes").asLong()).as("vm/100 alone").isEqualTo(size(1));
    assertThat(shown.at("/groups/1/bytes").asLong()).as("vm/101 alone").isZero();
    assertThat(previews.forecasts()).containsEntry("job1", size(1, 2));
    assertThat(site.stores.chunks("st1", 6)).as("nothing happened").hasSize(6);
    site.run("job1", ROOT);
    await().atMost(SOON).until(() -> {
      collections.hint("st1");
      return site.stores.chunks("st1", 6).equals(List.of(3, 4, 5, 6));
    });
  }

  @Test
  void aChangeOfCategoriesShowsWhatWouldGoBeforeAndNow() throws Exception {
    Files.writeString(
        site.stores.config().resolve("reprise.cfg"),
        "datastore: st1\n\tcategory-job job1\n\tfloor-bytes 0\n\n"
            + "category: first\n\tkeep-last 5\n\tmatch-id 100\n");
    await().atMost(SOON).until(() -> collections.of("st1").current() != null);
    site.start(preview());
    assertThat(site.run(JobType.PRUNE_PREVIEW, "job1", ROOT)).endsWith("TASK OK");
    JsonNode shown = status("prune-preview-job1.json");
    assertThat(shown.path("approved").asBoolean()).isFalse();
    assertThat(shown.path("remove-before").asLong()).isEqualTo(2);
    assertThat(shown.path("bytes-before").asLong()).isEqualTo(size(1, 2));
    assertThat(shown.path("remove").asLong()).isEqualTo(1);
    assertThat(shown.path("bytes").asLong()).as("vm/100 keeps chunk 2").isZero();
    assertThat(shown.at("/groups/0/why").asText()).isEqualTo("id 100");
  }

  @Test
  void sharesOfAllGuestsAddUpToTheDisk() throws Exception {
    try (var spaces =
        new SpaceReports(collections, site.events, site.stores.state().resolve("status"))) {
      spaces.start();
      await().atMost(SOON).until(() -> spaces.current().containsKey("st1"));
    }
    JsonNode guests = status("space-st1.json").path("guests");
    assertThat(guests).hasSize(3);
    assertThat(guests.at("/0/backup-id").asText()).isEqualTo("100");
    assertThat(guests.at("/0/exclusive").asLong()).isEqualTo(size(1, 3, 4));
    assertThat(guests.at("/0/stored").asLong()).isEqualTo(size(1, 2, 3, 4, 6));
    assertThat(guests.at("/0/logical").asLong()).isEqualTo(6 * 4096);
    long shares = 0;
    for (JsonNode guest : guests) shares += guest.path("share").asLong();
    assertThat(shares).isBetween(size(1, 2, 3, 4, 5, 6) - 3, size(1, 2, 3, 4, 5, 6) + 3);
    var sample = new GuestSpace("st1", Namespace.parse("a/b"), GroupId.parse("vm/1"), 1, 2, 3, 4);
    assertThat(sample.key()).isEqualTo("st1/a/b/vm/1");
    assertThat(sample.subject()).isEqualTo("ns/a/ns/b/vm/1");
  }
}
