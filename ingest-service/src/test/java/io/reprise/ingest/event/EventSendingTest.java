package io.reprise.ingest.event;

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
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.TestBroker;
import io.reprise.ingest.store.SnapshotEvents;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.Topic;
import io.reprise.platform.task.TaskProgress;
import io.reprise.platform.task.Tasks;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Events of the service under test, read back from a real broker. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
@QuarkusTestResource(value = TestBroker.class, restrictToAnnotatedClass = true)
class EventSendingTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final AuthId WHO = AuthId.parse("admin@pbs");

  @Inject
  SnapshotEvents announcements;

  @Inject
  Events events;

  @Inject
  Tasks tasks;

  @ConfigProperty(name = "quarkus.management.test-port")
  int managementPort;

  private static SnapshotId snapshot(String id) {
    return SnapshotId.parse("vm/" + id + "/2026-11-22T23:33:06Z");
  }

  @Test
  void allTopicsAreMadeFromTheOneList() throws Exception {
    await().atMost(SOON).until(() -> events.status().connected());
    var expected = Stream.of(Topic.values())
        .flatMap(topic -> Stream.of(topic.toString(), topic.deadLetters()))
        .toList();
    try (var admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
      var topics = admin.describeTopics(expected).allTopicNames().get();
      assertThat(topics.get("snapshot-finished").partitions()).hasSize(12);
      assertThat(topics.get("snapshot-finished-dlq").partitions()).hasSize(1);
    }
  }

  @Test
  void aRecordIsACloudEventInBinaryMode() {
    announcements.removed("store1", Namespace.parse("a/b"), snapshot("4711"), WHO);
    ConsumerRecord<String, String> record = await()
        .atMost(SOON)
        .until(() -> read("snapshot-removed", "/vm/4711/"), found -> !found.isEmpty())
        .getFirst();
    assertThat(record.key()).isEqualTo("store1/a/b/vm/4711");
    assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(record, "ce_type")).isEqualTo("io.reprise.snapshot-removed.v1");
    assertThat(header(record, "ce_subject")).isEqualTo("ns/a/ns/b/vm/4711/2026-11-22T23:33:06Z");
    assertThat(header(record, "content-type")).isEqualTo("application/json");
    assertThat(record.value())
        .isEqualTo("{\"store\":\"store1\",\"ns\":\"a/b\",\"backup-type\":\"vm\","
            + "\"backup-id\":\"4711\",\"backup-time\":1795390386,\"by\":\"admin@pbs\"}");
  }

  @Test
  void progressOfATaskIsTold() throws Exception {
    await().atMost(SOON).until(() -> events.status().connected());
    var task = tasks.start("backup", "store1:vm/100", WHO);
    task.progress(new TaskProgress(50, 1 << 20, 1 << 10, "half of it"));
    task.succeed();
    await()
        .atMost(SOON)
        .until(() -> read("task-progress", task.upid().toString()), found -> !found.isEmpty());
  }

  @Test
  void noEventIsLostWhileTheBrokerIsKilledAndStartedAgainUnderLoad() throws Exception {
    int writers = 4;
    int each = 400;
    var written = new AtomicInteger();
    List<Thread> threads = IntStream.range(0, writers)
        .mapToObj(writer -> Thread.ofPlatform().start(() -> {
          for (int i = 0; i < each; i++) {
            announcements.removed(
                "load", Namespace.ROOT, snapshot("load-" + writer + "-" + i), WHO);
            written.incrementAndGet();
          }
        }))
        .toList();
    for (int cut = 1; cut <= 2; cut++) {
      int mark = cut * writers * each / 4;
      await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> written.get() >= mark);
      TestBroker.kill();
      TestBroker.startAgain();
    }
    for (Thread thread : threads) thread.join();

    await().atMost(Duration.ofMinutes(3)).until(() -> events.status().waiting() == 0);
    Map<String, Set<String>> idsOfSubject = new HashMap<>();
    for (var record : read("snapshot-removed", "vm/load-")) {
      idsOfSubject
          .computeIfAbsent(header(record, "ce_subject"), subject -> new HashSet<>())
          .add(header(record, "ce_id"));
    }
    assertThat(idsOfSubject).hasSize(writers * each);
    assertThat(idsOfSubject.values())
        .as("a doubled event has the same id, so that consumers know it")
        .allSatisfy(ids -> assertThat(ids).hasSize(1));
    assertThat(events.status().unwritten()).isZero();
  }

  @Test
  void withoutABrokerTheServiceIsHealthyAndSaysWhatWaits() throws Exception {
    await().atMost(SOON).until(() -> events.status().connected());
    TestBroker.kill();
    try {
      announcements.removed("store1", Namespace.ROOT, snapshot("lonely"), WHO);
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> given()
              .port(managementPort)
              .get("/q/health/ready")
              .then()
              .statusCode(200)
              .body("status", equalTo("UP"))
              .body("checks.find { it.name == 'events' }.data.kafka", containsString("Kafka at"))
              .body("checks.find { it.name == 'events' }.data.outbox-entries", equalTo(1)));
      await() // figures are read now and then, not for each request
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> given()
              .port(managementPort)
              .get("/q/metrics")
              .then()
              .statusCode(200)
              .body(containsString("reprise_outbox_entries 1.0"))
              .body(containsString("reprise_kafka_connected 0.0")));
    } finally {
      TestBroker.startAgain();
    }
    await().atMost(SOON).until(() -> !read("snapshot-removed", "vm/lonely/").isEmpty());
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** All records of the topic, from the beginning, whose subject holds the text. */
  private static List<ConsumerRecord<String, String>> read(String topic, String subject) {
    Map<String, Object> settings = Map.of("bootstrap.servers", TestBroker.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var found = new ArrayList<ConsumerRecord<String, String>>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> {
          if (header(record, "ce_subject").contains(subject)) found.add(record);
        });
      }
      return found;
    }
  }
}
