package io.reprise.gc;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.SharedSweeps;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.SnapshotRemoved;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.LastRun;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The whole service with a real broker: what it does because of events, and what it tells. */
@QuarkusTest
@QuarkusTestResource(Installation.class)
class GcServiceTest {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final String STORE = Installation.STORE;

  @Inject
  Events events;

  @Inject
  Collections collections;

  @Inject
  SharedSweeps sweeps;

  @Inject
  Jobs jobs;

  @ConfigProperty(name = "quarkus.management.test-port")
  int managementPort;

  private void awaitOwner() {
    await().atMost(SOON).until(() -> events.status().connected());
    await().atMost(SOON).until(() -> {
      var owner = collections.of(STORE);
      return owner != null && owner.current() != null;
    });
  }

  @Test
  void whatARemovalOrphansIsOfferedToAllReplicasAndDeletedByOne() throws Exception {
    awaitOwner();
    TestStores stores = Installation.stores();
    stores.backup(STORE, "vm/100/2026-11-20T00:00:00Z", 1, 2, 3);
    stores.backup(STORE, "vm/100/2026-11-21T00:00:00Z", 3, 4);
    stores.forget(STORE, "vm/100/2026-11-20T00:00:00Z");
    var snapshot = SnapshotId.parse("vm/100/2026-11-20T00:00:00Z");
    // The consumer may not have joined its group yet: an event is a hint, which may be lost.
    await().atMost(SOON).pollInterval(Duration.ofSeconds(2)).until(() -> {
      events.announce(
          new SnapshotRemoved(STORE, Namespace.ROOT, snapshot, AuthId.parse("admin@pbs")));
      return stores.chunks(STORE, 4).equals(List.of(3, 4));
    });
    assertThat(sweeps.chunks()).as("by the sweeper, not the owner").isGreaterThanOrEqualTo(2);
    assertThat(records("chunk-orphaned")).anyMatch(data -> data.contains("\"store\":\"main\""));
    assertThat(records("snapshot-purged")).anyMatch(data -> data.contains("\"backup-id\":\"100\""));
    given()
        .port(managementPort)
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'garbage collection' }.data.main", equalTo("kept here"));
    await()
        .atMost(SOON)
        .untilAsserted(() -> given()
            .port(managementPort)
            .get("/q/metrics")
            .then()
            .statusCode(200)
            .body(containsString("reprise_gc_index_files{datastore=\"main\"}")));
  }

  @Test
  void aPipelinesEventRunsACollectionOnceHoweverOftenItComes() throws Exception {
    awaitOwner();
    for (int i = 0; i < 3; i++) send("gc-requested", "build-4711", "{\"name\":\"main\"}");
    await()
        .atMost(SOON)
        .until(() ->
            jobs.states().last(JobType.GARBAGE_COLLECTION, STORE) instanceof LastRun.Finished);
    var run = (LastRun.Finished) jobs.states().last(JobType.GARBAGE_COLLECTION, STORE);
    assertThat(run.end().status()).isEqualTo("OK");
    send("gc-requested", "build-4711", "{\"name\":\"main\"}");
    send("gc-requested", "broken", "{\"name\":\"../etc\"}");
    await().atMost(SOON).until(() -> !records("gc-requested-dlq").isEmpty());
    // The doubled event came before the broken one, and made nothing.
    assertThat(jobs.requests().pending()).isEmpty();
    assertThat(jobs.states().last(JobType.GARBAGE_COLLECTION, STORE)).isEqualTo(run);
    assertThat(records("gc-requested-dlq")).containsOnly("{\"name\":\"../etc\"}");
  }

  @Test
  void aNewSnapshotIsVerifiedBecauseOfItsEvent() throws Exception {
    awaitOwner();
    TestStores stores = Installation.stores();
    stores.backup(STORE, "vm/300/2026-11-20T00:00:00Z", 7, 8);
    stores.configure(STORE, "\tverify-new true\n", "");
    var snapshot = SnapshotId.parse("vm/300/2026-11-20T00:00:00Z");
    await().atMost(SOON).pollInterval(Duration.ofSeconds(2)).until(() -> {
      send(
          "snapshot-finished",
          "finished-" + System.nanoTime(),
          "{\"store\":\"main\",\"ns\":\"\",\"backup-type\":\"vm\",\"backup-id\":\"300\",\"backup-time\":"
              + snapshot.time() + "}");
      try (var datastore = stores.open(STORE)) {
        var state = datastore.manifest(Namespace.ROOT, snapshot).verifyState();
        return state != null && state.ok();
      }
    });
    stores.configure(STORE, "", "");
    given()
        .port(managementPort)
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'verification' }.data.main", equalTo("verified here"));
  }

  /** All to one partition, so that they come in order. */
  private static void send(String topic, String id, String data) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", Installation.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      var record = new ProducerRecord<>(topic, 0, STORE, data);
      Map.of("ce_id", id, "ce_time", Instant.now().toString())
          .forEach(
              (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      producer.send(record).get();
    }
  }

  private static List<String> records(String topic) {
    Map<String, Object> settings = Map.of("bootstrap.servers", Installation.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var found = new ArrayList<String>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(record.value()));
      }
      return found;
    }
  }
}
