package io.reprise.platform.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A CloudEvent (version 1.0) with JSON data. In Kafka it is in binary mode: attributes as headers, data as value; in the
 * outbox it is in structured mode, one JSON text.
 *
 * @param time to the millisecond
 * @param source {@code /node/<node>[/store/<store>]}; with the id it names the event for good
 * @param key of Kafka's record, the attribute {@code partitionkey}
 * @param data one line of JSON, at most {@value #MAX_DATA} bytes
 */
public record Event(
    UUID id, Instant time, String source, Topic topic, String subject, String key, String data) {
  static final int MAX_DATA = 64 << 10;
  private static final String CONTENT_TYPE = "application/json";

  public Event {
    int bytes = data.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_DATA) {
      throw new IllegalArgumentException(
          "data of event " + id + " has " + bytes + " bytes, more than " + MAX_DATA);
    }
  }

  /** @param node name of the host, for the source */
  static Event of(EventData data, String node, Instant now) {
    String store = data.store();
    return new Event(
        data.id(),
        now.truncatedTo(ChronoUnit.MILLIS),
        "/node/" + node + (store == null ? "" : "/store/" + store),
        data.topic(),
        data.subject(),
        data.key(),
        text(data.toJson()));
  }

  private static String text(JsonNode json) {
    try {
      return new String(Json.compact(json), StandardCharsets.UTF_8);
    } catch (BadFormat brokenCharacter) {
      throw new IllegalArgumentException(brokenCharacter);
    }
  }

  /** Headers of the record in Kafka, in a fixed order; the value is {@link #data} in UTF-8. */
  public Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id.toString());
    headers.put("ce_source", source);
    headers.put("ce_type", topic.eventType());
    headers.put("ce_subject", subject);
    headers.put("ce_time", time.toString());
    headers.put("ce_partitionkey", key);
    headers.put("content-type", CONTENT_TYPE);
    return headers;
  }

  /** @throws IllegalStateException if the data are no JSON object */
  public ObjectNode dataNode() {
    try {
      return Json.parseObject(data.getBytes(StandardCharsets.UTF_8), "data of event " + id);
    } catch (BadFormat e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] toStructured() {
    ObjectNode json = Json.object()
        .put("specversion", "1.0")
        .put("id", id.toString())
        .put("source", source)
        .put("type", topic.eventType())
        .put("subject", subject)
        .put("time", time.toString())
        .put("partitionkey", key)
        .put("datacontenttype", CONTENT_TYPE);
    json.set("data", dataNode());
    return text(json).getBytes(StandardCharsets.UTF_8);
  }

  /** @throws BadFormat if it is no event that {@link #toStructured} wrote */
  static Event parseStructured(byte[] utf8, String what) throws BadFormat {
    ObjectNode json = Json.parseObject(utf8, what);
    if (!(json.get("data") instanceof ObjectNode data)) {
      throw new BadFormat(what + " has no data");
    }
    try {
      return new Event(
          UUID.fromString(json.path("id").asText()),
          Instant.parse(json.path("time").asText()),
          json.path("source").asText(),
          Topic.ofEventType(json.path("type").asText()),
          json.path("subject").asText(),
          json.path("partitionkey").asText(),
          text(data));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new BadFormat(what + " is no event: " + e.getMessage(), e);
    }
  }
}
