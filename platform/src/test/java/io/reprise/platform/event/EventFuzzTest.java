package io.reprise.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in an outbox are an event that comes back, or refused. */
class EventFuzzTest {
  static Stream<byte[]> entries() {
    return Golden.seeds(
        "{\"specversion\":\"1.0\",\"id\":\"00010203-0405-0607-0809-0a0b0c0d0e0f\",\"source\":\"/node/a/store/b\",\"type\":\""
            + Topic.values()[0].eventType()
            + "\",\"subject\":\"s\",\"time\":\"2026-11-23T06:17:47.123Z\",\"partitionkey\":\"k\","
            + "\"datacontenttype\":\"application/json\",\"data\":{\"a\":[1,\"x\"]}}");
  }

  @MethodSource("entries")
  @FuzzTest
  void parse(byte[] utf8) {
    try {
      Event event = Event.parseStructured(utf8, "entry");
      event.headers();
      assertThat(Event.parseStructured(event.toStructured(), "entry")).isEqualTo(event);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageContaining("entry");
    }
  }
}
