package io.reprise.cli.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.JsonText;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code events tail}: shows events as they come, or from the beginning. It belongs to no consumer group, so it takes nothing
 * away from any service.
 */
@Command
public final class EventsTail implements Action {
  /** The topics of the events that users ask for; others can be named. */
  private static final List<String> TOPICS = List.of(
      "snapshot-finished",
      "snapshot-removed",
      "snapshot-restored",
      "snapshot-purged",
      "chunk-corrupt",
      "task-progress");

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int REQUEST_TIMEOUT_MS = 15_000;
  private static final String PREFIX = "ce_";

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--bootstrap",
      paramLabel = "<host:port,…>",
      description = "Kafka brokers (default: KAFKA_BOOTSTRAP_SERVERS, else localhost:9092)")
  private @Nullable String bootstrap;

  @Option(
      names = "--topic",
      paramLabel = "<topic>",
      description = "which topic; repeat for several (default: those of snapshots and tasks)")
  private List<String> topics = new ArrayList<>();

  @Option(names = "--from-beginning", description = "also what happened before")
  private boolean fromBeginning;

  @Option(names = "--limit", paramLabel = "<n>", description = "end after that many events")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--idle",
      paramLabel = "<seconds>",
      description = "end when no event came for so long (default: never)")
  private @Nullable Integer idle;

  @Override
  public void run(Surroundings at) throws CommandFailed {
    // The client library logs through slf4j, which would tell on stderr that nobody listens.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    String servers = servers(at);
    try (var consumer = new KafkaConsumer<>(
        settings(servers), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(consumer, servers);
      consumer.assign(partitions);
      if (fromBeginning) consumer.seekToBeginning(partitions);
      else consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // now, not at the first poll
      show(at, consumer);
    } catch (KafkaException e) {
      throw new CommandFailed("Kafka at " + servers + ": " + e.getMessage(), e);
    }
  }

  private String servers(Surroundings at) {
    if (bootstrap != null) return bootstrap;
    String variable = at.variable("KAFKA_BOOTSTRAP_SERVERS");
    return variable == null || variable.isEmpty() ? "localhost:9092" : variable;
  }

  private static Map<String, Object> settings(String servers) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS,
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String servers)
      throws CommandFailed {
    Set<String> known = consumer.listTopics().keySet();
    for (String topic : topics) {
      if (!known.contains(topic)) {
        throw new CommandFailed("Kafka at " + servers + " has no topic '" + topic + "'");
      }
    }
    var partitions = new ArrayList<TopicPartition>();
    for (String topic : topics.isEmpty() ? TOPICS : topics) {
      if (!known.contains(topic)) continue;
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    if (partitions.isEmpty()) {
      throw new CommandFailed("Kafka at " + servers
          + " has none of the topics: has a Reprise service ever run with it?");
    }
    return partitions;
  }

  private void show(Surroundings at, KafkaConsumer<byte[], byte[]> consumer) throws CommandFailed {
    long shown = 0;
    long last = System.nanoTime();
    while (shown < limit) {
      for (var event : consumer.poll(POLL)) {
        if (shown++ == limit) return;
        last = System.nanoTime();
        show(at, event);
      }
      at.out().flush();
      if (idle != null && System.nanoTime() - last > Duration.ofSeconds(idle).toNanos()) return;
    }
  }

  private void show(Surroundings at, ConsumerRecord<byte[], byte[]> event) throws CommandFailed {
    ObjectNode cloudEvent = cloudEvent(event);
    if (output.json(at, cloudEvent)) return;
    String time = Listing.member(cloudEvent, "time");
    String subject = Listing.member(cloudEvent, "subject");
    at.out()
        .println(Messages.printable((time == null ? "-" : time)
            + " "
            + event.topic()
            + " "
            + (subject == null ? "-" : subject)
            + " "
            + JsonText.compact(cloudEvent.path("data"))));
  }

  /** The event in CloudEvents' JSON form, with its place in Kafka beside. */
  static ObjectNode cloudEvent(ConsumerRecord<byte[], byte[]> event) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (Header header : event.headers()) {
      if (header.key().startsWith(PREFIX) && header.value() != null) {
        all.put(
            header.key().substring(PREFIX.length()),
            new String(header.value(), StandardCharsets.UTF_8));
      } else if (header.key().equals("content-type") && header.value() != null) {
        all.put("datacontenttype", new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    all.put("kafkatopic", event.topic());
    all.put("kafkapartition", event.partition());
    all.put("kafkaoffset", event.offset());
    if (event.key() != null) {
      all.put("partitionkey", new String(event.key(), StandardCharsets.UTF_8));
    }
    all.set("data", data(event.value()));
    return all;
  }

  private static JsonNode data(byte @Nullable [] value) {
    if (value == null) return JsonNodeFactory.instance.nullNode();
    String text = new String(value, StandardCharsets.UTF_8);
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException notJson) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }
}
