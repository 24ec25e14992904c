package io.reprise.datastore.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a JSON object that comes back from all its written forms, or refused. */
class JsonFuzzTest {
  static Stream<byte[]> texts() {
    return Golden.seeds(
        "{}",
        "{\"a\":[1,-2.50,1e9,true,null,{\"b\":\"\\u00e4\\n\\\"\\ud83d\\ude00\"}],\"A\":\"\"}",
        "{\"a\":{\"a\":{\"a\":[[[[]]]]}}}");
  }

  @MethodSource("texts")
  @FuzzTest
  void parse(byte[] utf8) {
    try {
      ObjectNode object = Json.parseObject(utf8, "text");
      byte[] compact = Json.compact(object);
      byte[] pretty = Json.pretty(object);
      assertThat(Json.compact(Json.parseObject(compact, "compact text"))).isEqualTo(compact);
      assertThat(Json.pretty(Json.parseObject(compact, "compact text"))).isEqualTo(pretty);
      assertThat(Json.pretty(Json.parseObject(pretty, "pretty text"))).isEqualTo(pretty);
      Json.canonical(object);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageFindingMatch("^text is not|JSON");
    }
  }
}
