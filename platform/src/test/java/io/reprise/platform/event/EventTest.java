package io.reprise.platform.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.platform.task.TaskProgress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
  private static final Instant NOW = Instant.parse("2026-11-22T23:34:07.250999Z");

  @Test
  void theAttributesAreHeadersAndTheKeyIsTheGroup() {
    Event event = Event.of(Samples.finished(), "pbs1", NOW);
    assertThat(event.key()).isEqualTo("main/prod/linux/vm/433");
    assertThat(event.headers())
        .containsExactly(
            entry("ce_specversion", "1.0"),
            entry("ce_id", event.id().toString()),
            entry("ce_source", "/node/pbs1/store/main"),
            entry("ce_type", "io.reprise.snapshot-finished.v1"),
            entry("ce_subject", "ns/prod/ns/linux/vm/433/2026-11-22T23:33:06Z"),
            entry("ce_time", "2026-11-22T23:34:07.250Z"),
            entry("ce_partitionkey", "main/prod/linux/vm/433"),
            entry("content-type", "application/json"));
  }

  @Test
  void withoutANamespaceSubjectAndKeyAreTheGroupsAlone() {
    Event event = Event.of(Samples.removed(), "pbs1", NOW);
    assertThat(event.subject()).isEqualTo("vm/433/2026-11-22T23:33:06Z");
    assertThat(event.key()).isEqualTo("main/vm/433");
  }

  @Test
  void whatTheOutboxHoldsIsTheSameEvent() throws Exception {
    for (EventData data :
        List.of(Samples.finished(), Samples.largest(), Samples.removed(), Samples.progressed())) {
      Event event = Event.of(data, "pbs1", NOW);
      assertThat(Event.parseStructured(event.toStructured(), "entry")).isEqualTo(event);
    }
  }

  @Test
  void theLargestSnapshotFitsAndSaysHowManyFilesItLeavesOut() {
    Event event = Event.of(Samples.largest(), "pbs1", NOW);
    assertThat(event.data().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(Event.MAX_DATA);
    assertThat(event.dataNode().path("files")).hasSize(SnapshotFinished.MAX_FILES);
    assertThat(event.dataNode().path("files-left-out").asInt())
        .isEqualTo(10_000 - SnapshotFinished.MAX_FILES);
  }

  @Test
  void moreThanKafkaShallCarryIsRefused() {
    String data = "{\"x\":\"" + "é".repeat(Event.MAX_DATA / 2) + "\"}";
    assertThatThrownBy(
            () -> new Event(UUID.randomUUID(), NOW, "/node/a", Topic.TASK_PROGRESS, "s", "k", data))
        .hasMessageContaining("bytes, more than 65536");
  }

  @ParameterizedTest
  @CsvSource({
    "ENCRYPT,ENCRYPT,encrypt",
    "NONE,NONE,none",
    "SIGN_ONLY,SIGN_ONLY,sign-only",
    "ENCRYPT,NONE,mixed"
  })
  void encryptionIsThatOfAllFiles(CryptMode first, CryptMode second, String said) {
    List<FileEntry> files =
        List.of(Samples.file("a.img.fidx", first, 1), Samples.file("b.blob", second, 2));
    var data = Samples.finished("main", Namespace.ROOT, Samples.SNAPSHOT, files);
    assertThat(data.toJson().path("encryption").asText()).isEqualTo(said);
    assertThat(data.toJson().path("size").asLong()).isEqualTo(3);
  }

  @Test
  void aLongMessageIsCutBetweenCharacters() {
    String message = "x".repeat(TaskProgressed.MAX_MESSAGE - 2) + "😀😀";
    var data = new TaskProgressed(Samples.TASK, new TaskProgress(Double.NaN, 0, 0, message));
    assertThat(data.toJson().path("message").asText())
        .isEqualTo("x".repeat(TaskProgressed.MAX_MESSAGE - 2) + "…");
    assertThat(data.toJson().path("percent").asDouble()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"specversion\":\"1.0\"}",
        "{\"id\":\"x\",\"time\":\"2026-11-22T23:33:06Z\",\"type\":\"io.reprise.snapshot-removed.v1\",\"data\":{}}",
        "{\"id\":\"c0a80101-0000-4000-8000-000000000001\",\"time\":\"yesterday\",\"type\":\"io.reprise.snapshot-removed.v1\",\"data\":{}}",
        "{\"id\":\"c0a80101-0000-4000-8000-000000000001\",\"time\":\"2026-11-22T23:33:06Z\",\"type\":\"io.other.v1\",\"data\":{}}"
      })
  void whatIsNoEventIsTold(String text) {
    assertThatThrownBy(() -> Event.parseStructured(text.getBytes(StandardCharsets.UTF_8), "entry"))
        .isInstanceOf(BadFormat.class)
        .hasMessageStartingWith("entry");
  }
}
