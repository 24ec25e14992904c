package io.reprise.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.reprise.datastore.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/asyncapi.yaml says of events is what they are. */
class AsyncApiTest {
  private static final String DOCUMENT = "https://reprise.invalid/asyncapi.json";
  private static JsonNode api;
  private static JsonSchemaFactory schemas;

  @BeforeAll
  static void read() throws Exception {
    api = new YAMLMapper().readTree(Files.readString(Path.of("../docs/asyncapi.yaml")));
    String json = new ObjectMapper().writeValueAsString(api);
    schemas = JsonSchemaFactory.getInstance(
        SpecVersion.VersionFlag.V202012,
        builder -> builder.schemaLoaders(loaders -> loaders.schemas(uri -> {
          assertThat(uri).as("the document refers to nothing but itself").isEqualTo(DOCUMENT);
          return json;
        })));
  }

  static Stream<EventData> samples() {
    return Stream.of(
        Samples.finished(),
        Samples.largest(),
        Samples.removed(),
        Samples.progressed(),
        Samples.restored(),
        Samples.purged(),
        Samples.orphaned(),
        Samples.corrupt(),
        Samples.space(),
        Samples.requested(Topic.GC_REQUESTED, "garbage_collection"),
        Samples.requested(Topic.PRUNE_REQUESTED, "prunejob"),
        Samples.requested(Topic.VERIFY_REQUESTED, "verify"),
        Samples.requested(Topic.SYNC_REQUESTED, "syncjob"),
        Samples.requested(Topic.TAPE_JOB_REQUESTED, "tape-backup-job"));
  }

  private static Set<ValidationMessage> errors(String message, String part, JsonNode value) {
    return schemas
        .getSchema(SchemaLocation.of(DOCUMENT + "#/components/messages/" + message + "/" + part))
        .validate(value);
  }

  private static String messageOf(Topic topic) {
    for (JsonNode channel : api.path("channels")) {
      if (channel.path("address").asText().equals(topic.toString())) {
        return channel.path("messages").fieldNames().next();
      }
    }
    throw new AssertionError(topic + " has no channel");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyEventIsAsDescribed(EventData data) {
    Event event = Event.of(data, "pbs1", Instant.parse("2026-11-22T23:34:07.250Z"));
    ObjectNode headers = Json.object();
    event.headers().forEach(headers::put);
    String message = messageOf(data.topic());
    assertThat(errors(message, "headers", headers)).isEmpty();
    assertThat(errors(message, "payload", event.dataNode())).isEmpty();
    assertThat(api.at("/components/messages/" + message + "/name").asText())
        .isEqualTo(data.topic().eventType());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyMemberIsDescribed(EventData data) {
    String message = messageOf(data.topic());
    ObjectNode payload = Event.of(data, "pbs1", Instant.now()).dataNode();
    for (String member : (Iterable<String>) payload.deepCopy()::fieldNames) {
      JsonNode value = payload.get(member);
      payload.set(member, value.isTextual() ? Json.object() : new TextNode("\n:/@"));
      assertThat(errors(message, "payload", payload)).as(member).isNotEmpty();
      payload.set(member, value);
    }
    payload.put("unheard-of", 1);
    assertThat(errors(message, "payload", payload)).isNotEmpty();
  }

  @Test
  void theExamplesAreAsDescribed() {
    int examples = 0;
    for (var message : api.at("/components/messages").properties()) {
      for (JsonNode example : message.getValue().path("examples")) {
        for (String part : List.of("headers", "payload")) {
          assertThat(errors(message.getKey(), part, example.path(part)))
              .as(message.getKey() + " " + part)
              .isEmpty();
        }
        examples++;
      }
    }
    assertThat(examples).isEqualTo(api.at("/components/messages").size());
  }

  @Test
  void everyTopicIsNamedAndThoseWithEventsHaveAChannel() {
    var channels = new HashSet<String>();
    api.path("channels").forEach(channel -> channels.add(channel.path("address").asText()));
    assertThat(channels)
        .containsExactlyInAnyOrderElementsOf(
            samples().map(data -> data.topic().toString()).distinct().toList());
    assertThat(samples().<Class<?>>map(Object::getClass).distinct())
        .as("a sample of each kind")
        .containsExactlyInAnyOrderElementsOf(kinds(EventData.class).toList());
    String description = api.at("/info/description").asText();
    for (Topic topic : Topic.values()) {
      if (!channels.contains(topic.toString())) {
        assertThat(description).contains("`" + topic + "`");
      }
    }
  }

  /** The records, of which each is one schema. */
  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(AsyncApiTest::kinds)
        : Stream.of(type);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    var references = new ArrayList<String>();
    collect(api, references);
    assertThat(references).isNotEmpty().allSatisfy(reference -> {
      assertThat(reference).startsWith("#/");
      assertThat(api.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    });
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.path("$ref").isTextual()) references.add(node.path("$ref").asText());
    node.forEach(child -> collect(child, references));
  }
}
