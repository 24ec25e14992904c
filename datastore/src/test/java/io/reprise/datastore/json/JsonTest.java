package io.reprise.datastore.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Test
  void prettyFormSortsKeysByTheirBytesAndEscapesNoMoreThanItMust() throws BadFormat {
    var node = Json.parseObject(
        utf8(
            "{\"b\":[1,{\"z\":{},\"a\":[]}],\"\\uffff\":1,\"\\ud800\\udc00\":2,\"a\":\"\\u00e4\\/\\u0001\\u001f\\u007f\\n\\\"\","
                + "\"c\":null,\"B\":true}"),
        "test");
    assertThat(text(Json.pretty(node))).isEqualTo("""
            {
              "B": true,
              "a": "ä/\\u0001\\u001f\u007f\\n\\"",
              "b": [
                1,
                {
                  "a": [],
                  "z": {}
                }
              ],
              "c": null,
              "\uffff": 1,
              "\ud800\udc00": 2
            }""");
  }

  @Test
  void compactFormKeepsTheOrder() throws BadFormat {
    String json = "{\"z\":1,\"a\":[true,null,\"x\"],\"m\":{\"y\":-5,\"b\":18446744073709551615}}";
    assertThat(text(Json.compact(Json.parseObject(utf8(json), "test")))).isEqualTo(json);
  }

  @Test
  void canonicalFormRefusesNull() throws BadFormat {
    var node = Json.parseObject(utf8("{\"a\":[{\"b\":null}]}"), "test");
    assertThatThrownBy(() -> Json.canonical(node))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("null");
  }

  @Test
  void fractionsKeepTheirText() throws BadFormat {
    String json = "{\"a\":1.50,\"b\":0.1}";
    assertThat(text(Json.compact(Json.parseObject(utf8(json), "test")))).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "[]",
        "null",
        "{",
        "{}x",
        "{}{}",
        "{\"a\":1,\"a\":2}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":1e99999999999}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\udc00\":1}",
        "\u0000"
      })
  void whatIsNoSingleObjectIsRefused(String json) {
    assertThatThrownBy(() -> Json.parseObject(utf8(json), "test"))
        .isInstanceOf(BadFormat.class)
        .hasMessageStartingWith("test is not");
  }

  @Test
  void deepNestingAndHugeNumbersAreRefused() {
    assertThatThrownBy(() -> Json.parseObject(utf8("{\"a\":" + "[".repeat(100_000)), "test"))
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> Json.parseObject(utf8("{\"a\":" + "9".repeat(100_000) + "}"), "test"))
        .isInstanceOf(BadFormat.class);
  }

  @Test
  void halfASurrogatePairIsNotWritten() throws BadFormat {
    var node = Json.object().put("a", "\ud800");
    assertThatThrownBy(() -> Json.pretty(node)).isInstanceOf(BadFormat.class);
  }
}
