package io.reprise.datastore.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.Golden;
import io.reprise.datastore.InvalidName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a calendar event whose next time is later, or refused. */
class CalendarFuzzTest {
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

  static Stream<byte[]> events() {
    return Golden.seeds(
        "daily",
        "semi-annually UTC",
        "mon..fri 8..17,22:0/15",
        "Sat *-1..7 15:00",
        "2020-7..9-2/2",
        "1965/5-01-01 2:3:4",
        "*:*:0/30",
        "02-30");
  }

  @MethodSource("events")
  @FuzzTest
  void parse(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    CalendarEvent event;
    try {
      event = CalendarEvent.parse(text);
    } catch (InvalidName refused) {
      return;
    }
    assertThat(event).hasToString(text);
    for (ZoneId zone : new ZoneId[] {ZoneOffset.UTC, VIENNA}) {
      for (String last : new String[] {
        "2024-02-28T23:59:59Z",
        "2024-03-31T00:59:59Z",
        "2024-10-27T00:30:00Z",
        "9999-12-01T00:00:00Z"
      }) {
        Instant before = Instant.parse(last);
        Instant next = event.next(before, zone);
        if (next != null) assertThat(next).isAfter(before);
      }
    }
  }
}
