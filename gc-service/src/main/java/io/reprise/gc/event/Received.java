package io.reprise.gc.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.json.Json;
import io.reprise.platform.event.Topic;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An event as Kafka has it, in binary mode.
 *
 * @param id attribute {@code id}
 * @param time attribute {@code time}
 */
record Received(Topic topic, String id, Instant time, ObjectNode data) {
  /** @throws BadFormat if it is no event of ours */
  static Received of(ConsumerRecord<String, byte[]> record) throws BadFormat {
    String what = "record " + record.offset() + " of " + record.topic() + "-" + record.partition();
    Topic topic = Arrays.stream(Topic.values())
        .filter(each -> each.toString().equals(record.topic()))
        .findFirst()
        .orElseThrow(() -> new BadFormat(what + " is of no topic of ours"));
    byte[] value = record.value();
    if (value == null) throw new BadFormat(what + " has no data");
    try {
      return new Received(
          topic,
          header(record, "ce_id", what),
          Instant.parse(header(record, "ce_time", what)),
          Json.parseObject(value, "data of " + what));
    } catch (DateTimeException e) {
      throw new BadFormat(what + " has no time: " + e.getMessage(), e);
    }
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name, String what)
      throws BadFormat {
    Header header = record.headers().lastHeader(name);
    if (header == null || header.value() == null) throw new BadFormat(what + " has no " + name);
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
