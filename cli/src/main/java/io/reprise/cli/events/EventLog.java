package io.reprise.cli.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.JsonText;
import io.reprise.cli.output.Listing;
import io.reprise.cli.terminal.Messages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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

/**
 * Events as they stand in Kafka, read without a consumer group, so that nothing is taken away from any service. Each is given
 * in the JSON form of CloudEvents, with its place in Kafka beside.
 */
public final class EventLog implements AutoCloseable {
  /** The topics of the events that users ask for; others can be named. */
  private static final List<String> TOPICS = List.of(
      "snapshot-finished",
      "snapshot-removed",
      "snapshot-restored",
      "snapshot-purged",
      "chunk-corrupt",
      "task-progress");

  private static final int REQUEST_TIMEOUT_MS = 15_000;
  private static final String PREFIX = "ce_";

  private final String servers;
  private final KafkaConsumer<byte[], byte[]> consumer;

  private EventLog(String servers) {
    this.servers = servers;
    // The client library logs through slf4j, which would tell on stderr that nobody listens.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    consumer = new KafkaConsumer<>(
        settings(servers), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * @param topics empty: those of snapshots and tasks
   * @param fromBeginning also what happened before
   * @throws CommandFailed if the brokers cannot be reached or a topic that was named is missing
   */
  public static EventLog open(String servers, Collection<String> topics, boolean fromBeginning)
      throws CommandFailed {
    EventLog log = null;
    try {
      log = new EventLog(servers);
      log.seek(topics, fromBeginning);
      return log;
    } catch (KafkaException e) {
      if (log != null) log.close();
      throw failed(servers, e);
    } catch (CommandFailed e) {
      log.close();
      throw e;
    }
  }

  private static Map<String, Object> settings(String servers) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS,
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
  }

  private void seek(Collection<String> topics, boolean fromBeginning) throws CommandFailed {
    Set<String> known = consumer.listTopics().keySet();
    var partitions = new ArrayList<TopicPartition>();
    for (String topic : topics.isEmpty() ? TOPICS : topics) {
      if (!known.contains(topic)) {
        if (topics.isEmpty()) continue;
        throw new CommandFailed("Kafka at " + servers + " has no topic '" + topic + "'");
      }
      for (var partition : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(topic, partition.partition()));
      }
    }
    if (partitions.isEmpty()) {
      throw new CommandFailed("Kafka at " + servers
          + " has none of the topics: has a Reprise service ever run with it?");
    }
    consumer.assign(partitions);
    if (fromBeginning) consumer.seekToBeginning(partitions);
    else consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // now, not at the first poll
  }

  /** What came, in the order in which each partition has it; empty after the time given. */
  public List<ObjectNode> poll(Duration patience) throws CommandFailed {
    try {
      var events = new ArrayList<ObjectNode>();
      for (var event : consumer.poll(patience)) events.add(cloudEvent(event));
      return events;
    } catch (KafkaException e) {
      throw failed(servers, e);
    }
  }

  private static CommandFailed failed(String servers, KafkaException e) {
    return new CommandFailed("Kafka at " + servers + ": " + e.getMessage(), e);
  }

  /** An event in one line: time, topic, subject, data. */
  public static String line(ObjectNode event) {
    String time = Listing.member(event, "time");
    String subject = Listing.member(event, "subject");
    return Messages.printable((time == null ? "-" : time)
        + " "
        + event.path("kafkatopic").asText()
        + " "
        + (subject == null ? "-" : subject)
        + " "
        + JsonText.compact(event.path("data")));
  }

  @Override
  public void close() {
    consumer.close();
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
