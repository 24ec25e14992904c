package io.reprise.datastore.calendar;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.InvalidName;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Random;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calendar events: the tables of datastore.md §10.3 and §10.4, zones, and what holds for any event. */
@ExtendWith(InstancioExtension.class)
class CalendarEventTest {
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

  @ParameterizedTest(name = "{0} after {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "minutely | 2024-02-28T23:59:30Z | 2024-02-29T00:00:00Z",
        "hourly | 2024-02-28T23:59:30Z | 2024-02-29T00:00:00Z",
        "daily | 2024-02-28T23:59:30Z | 2024-02-29T00:00:00Z",
        "weekly | 2024-02-28T23:59:30Z | 2024-03-04T00:00:00Z",
        "monthly | 2024-02-28T23:59:30Z | 2024-03-01T00:00:00Z",
        "quarterly | 2024-02-28T23:59:30Z | 2024-04-01T00:00:00Z",
        "semiannually | 2024-02-28T23:59:30Z | 2024-07-01T00:00:00Z",
        "yearly | 2024-02-28T23:59:30Z | 2025-01-01T00:00:00Z",
        "0 | 2024-02-28T10:00:00Z | 2024-02-28T11:00:00Z",
        "30 | 2024-02-28T10:00:00Z | 2024-02-28T10:30:00Z",
        "* | 2024-02-28T10:00:00Z | 2024-02-28T10:01:00Z",
        "*:0 | 2024-02-28T10:00:00Z | 2024-02-28T11:00:00Z",
        "*:*:* | 2024-02-28T10:00:00Z | 2024-02-28T10:00:01Z",
        "*:3:5 | 2024-02-28T10:00:00Z | 2024-02-28T10:03:05Z",
        "*:*:0/30 | 2024-02-28T10:00:00Z | 2024-02-28T10:00:30Z",
        "2 | 2024-02-28T10:00:00Z | 2024-02-28T10:02:00Z",
        "24:00 | 2024-02-28T10:00:00Z | 2024-02-28T10:24:00Z",
        "02:30 | 2024-02-28T10:00:00Z | 2024-02-29T02:30:00Z",
        "12:05 | 2024-02-28T12:04:59Z | 2024-02-28T12:05:00Z",
        "12:05 | 2024-02-28T12:05:00Z | 2024-02-29T12:05:00Z",
        "*:0/5 | 2024-02-28T10:02:00Z | 2024-02-28T10:05:00Z",
        "0/1:0/5 | 2024-02-28T10:02:00Z | 2024-02-28T10:05:00Z",
        "*:00/5 | 2024-02-28T10:55:00Z | 2024-02-28T11:00:00Z",
        "*:*/7 | 2024-02-28T10:56:00Z | 2024-02-28T11:07:00Z",
        "*:0..59/20 | 2024-02-28T10:41:00Z | 2024-02-28T11:00:00Z",
        "mon..wed *:30/10 | 2024-02-28T10:45:00Z | 2024-02-28T10:50:00Z",
        "mon..wed *:30/10 | 2024-02-28T23:50:00Z | 2024-03-04T00:30:00Z",
        "mon..fri 8..17,22:0/15 | 2024-03-01T17:45:00Z | 2024-03-01T22:00:00Z",
        "mon..fri 8..17,22:0/15 | 2024-03-01T22:45:00Z | 2024-03-04T08:00:00Z",
        "fri 12..13:5/20 | 2024-02-28T10:00:00Z | 2024-03-01T12:05:00Z",
        "fri 12,13:5/20 | 2024-03-01T12:45:00Z | 2024-03-01T13:05:00Z",
        "12/2:5 | 2024-02-28T22:05:00Z | 2024-02-29T12:05:00Z",
        "4..10/2:0 | 2024-02-28T05:00:00Z | 2024-02-28T06:00:00Z",
        "4..10/2:0 | 2024-02-28T11:00:00Z | 2024-02-29T04:00:00Z",
        "6,4..10:23,5/5 | 2024-02-28T00:00:00Z | 2024-02-28T04:05:00Z",
        "*-05 | 2024-02-28T10:00:00Z | 2024-03-05T00:00:00Z",
        "Sat *-1..7 15:00 | 2024-02-28T10:00:00Z | 2024-03-02T15:00:00Z",
        "Sat *-1..7 15:00 | 2024-03-02T15:00:00Z | 2024-04-06T15:00:00Z",
        "2015-10-21 | 2024-02-28T10:00:00Z | never",
        "2030-10-21 | 2024-02-28T10:00:00Z | 2030-10-21T00:00:00Z",
        "02-29 | 2024-02-29T00:00:00Z | 2028-02-29T00:00:00Z",
        "02-30 | 2024-02-28T10:00:00Z | never",
        "2021-02-29 | 2020-01-01T00:00:00Z | never",
        "*-*-31 23:59 | 2024-02-28T10:00:00Z | 2024-03-31T23:59:00Z",
        "*-1,4,7,10-1 | 2024-02-28T10:00:00Z | 2024-04-01T00:00:00Z",
        "2020-7..9-2/2 | 2020-07-31T00:00:00Z | 2020-08-02T00:00:00Z",
        "1965/5-01-01 | 2024-02-28T10:00:00Z | 2025-01-01T00:00:00Z",
        "fri..mon | 2024-02-28T10:00:00Z | 2024-03-01T00:00:00Z",
        "mon,wed..fri | 2024-02-28T10:00:00Z | 2024-02-29T00:00:00Z",
        "thu | 2024-02-29T00:00:00Z | 2024-03-07T00:00:00Z",
        "MON 2:50:10 | 2024-02-28T10:00:00Z | 2024-03-04T02:50:10Z",
        "mon 12 | 2024-02-28T10:00:00Z | 2024-03-04T00:12:00Z",
        "mon 2024-02-28 | 2024-01-01T00:00:00Z | never",
      })
  void nextTimesInUtcAreThoseOfTheSpecification(String event, Instant last, String next) {
    assertThat(next(event, last, ZoneOffset.UTC)).isEqualTo(next);
  }

  @ParameterizedTest(name = "{0} after {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "02:30 | 2024-03-30T12:00:00Z | 2024-04-01T00:30:00Z",
        "3:00 | 2024-03-30T12:00:00Z | 2024-03-31T01:00:00Z",
        "daily | 2024-03-31T12:00:00Z | 2024-03-31T22:00:00Z",
        "02:30 | 2024-10-26T12:00:00Z | 2024-10-27T00:30:00Z",
        "02:30 | 2024-10-27T00:30:00Z | 2024-10-28T01:30:00Z",
        "*:0 | 2024-10-27T00:00:00Z | 2024-10-27T02:00:00Z",
        "*:30 | 2024-10-27T00:30:00Z | 2024-10-27T02:30:00Z",
      })
  void nextTimesWhereClocksAreChangedAreThoseOfTheSpecification(
      String event, Instant last, String next) {
    assertThat(next(event, last, VIENNA)).isEqualTo(next);
  }

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(
      strings = {
        "",
        "8:60",
        "60",
        "mon tue",
        "mon,",
        "mon..",
        "tues",
        "mondays",
        "foo",
        "Daily",
        "daily 5:00",
        "13-01",
        "01-32",
        "2200-01-01",
        "*:5..1",
        "*/0:0",
        "0:0:0:0",
        " 12:05",
        "12:05 ",
        "01:02:03.5",
        "*-*~1",
        "@123"
      })
  void stringsThatPbsRejectsAreRejected(String text) {
    assertThatThrownBy(() -> CalendarEvent.parse(text))
        .isInstanceOf(InvalidName.class)
        .hasMessageStartingWith("invalid calendar event '" + text + "': expected for example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTC",
        " UTC",
        "12:05utc",
        "mon,UTC",
        "*,5:0",
        "5,*:0",
        "1..:0",
        "..5",
        "5/",
        "5//2",
        "24:00:00",
        "2024-01-01-01",
        "2024--01",
        "-01-01",
        "02-29 24:60",
        "99999999999",
        "mon..tue..wed",
        "mon 12:05 tue",
        "12:05 mon",
        "fr\u0131day",
        "\u0661",
        "mon\t12:05",
        "2024-01-01 12:05 13:00",
        "mon2024-01-0112:05"
      })
  void whatTheGrammarDoesNotSayIsRejected(String text) {
    assertThatThrownBy(() -> CalendarEvent.parse(text)).isInstanceOf(InvalidName.class);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "12:05 UTC | 12:05UTC",
        "annually | yearly",
        "semi-annually | semiannually",
        "Monday..FRIDAY 8:00 | mon,tue,wed,thu,fri 08:0",
        "mon 2024-01-01 12:05 | mon2024-01-01 12:05:00",
        "5/0:0 | 5:0",
        "5..7/0:0 | 5:0",
        "007:05 | 7:5",
        "*-* | *-*-* 00:00:00",
        "*/30:00 | *:*/30",
      })
  void eventsThatAreWrittenInTwoWays(String one, String other) {
    var last = Instant.parse("2023-12-28T10:00:00Z");
    for (int i = 0; i < 20; i++) {
      String next = next(one, last, VIENNA);
      assertThat(next(other, last, VIENNA)).isEqualTo(next);
      if (next.equals("never")) return;
      last = Instant.parse(next);
    }
  }

  @Test
  void utcAtTheEndSetsTheServersZoneAside() {
    var last = Instant.parse("2024-06-01T12:00:00Z");
    assertThat(next("12:30 UTC", last, VIENNA)).isEqualTo("2024-06-01T12:30:00Z");
    assertThat(next("daily UTC", last, VIENNA)).isEqualTo("2024-06-02T00:00:00Z");
    assertThat(next("12:30", last, VIENNA)).isEqualTo("2024-06-02T10:30:00Z");
  }

  @Test
  void theTextIsKeptAsItWasWritten() {
    assertThat(CalendarEvent.parse("MON  02:5 UTC")).hasToString("MON  02:5 UTC");
  }

  @Test
  void inTheHourThatIsShownAgainNothingHappensASecondTime() {
    // 02:15 of the second pass; 02:30 has been.
    var last = Instant.parse("2024-10-27T01:15:00Z");
    assertThat(next("02:30", last, VIENNA)).isEqualTo("2024-10-28T01:30:00Z");
    assertThat(next("*:30", last, VIENNA)).isEqualTo("2024-10-27T02:30:00Z");
  }

  @Test
  void fractionsOfASecondAndTimesFarAwayAreTaken() {
    assertThat(next("*:*:*", Instant.parse("2024-01-01T00:00:00.999Z"), VIENNA))
        .isEqualTo("2024-01-01T00:00:01Z");
    assertThat(next("daily", Instant.MAX, VIENNA)).isEqualTo("never");
    assertThat(next("2024-01-01", Instant.MIN, VIENNA)).isEqualTo("2023-12-31T23:00:00Z");
  }

  /** Against a search minute by minute through a matcher that knows nothing of the parser. */
  @ParameterizedTest
  @InstancioSource(samples = 200)
  void theNextTimeIsTheFirstThatMatches(long seed) {
    var random = new Random(seed);
    List<Integer> weekdays = some(random, 1, 7);
    List<Integer> hours = some(random, 0, 23);
    List<Integer> minutes = some(random, 0, 59);
    String event =
        weekdays.stream().map(day -> DayOfWeek.of(day).name().substring(0, 3)).collect(joining(","))
            + " " + text(hours) + ":" + text(minutes);
    var last = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));

    ZonedDateTime expected =
        last.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    while (!weekdays.contains(expected.getDayOfWeek().getValue())
        || !hours.contains(expected.getHour())
        || !minutes.contains(expected.getMinute())) {
      expected = expected.plusMinutes(1);
    }
    assertThat(next(event, last, ZoneOffset.UTC)).isEqualTo(expected.toInstant().toString());
  }

  /** Also where midnight is left out (Santiago) or a clock moves by half an hour (Lord Howe). */
  @ParameterizedTest
  @InstancioSource(samples = 500)
  void theNextTimeIsAlwaysLater(long seed) {
    var random = new Random(seed);
    String[] events = {
      "*:*:*", "*:*", "*:0", "daily", "02:30", "*:*/7", "*/5:*/13", "mon..wed 1..3:15/20", "*-31"
    };
    String[] zones = {"America/Santiago", "Australia/Lord_Howe", "Europe/Vienna", "Asia/Tehran"};
    ZoneId zone = ZoneId.of(zones[random.nextInt(zones.length)]);
    ZoneOffsetTransition change = zone.getRules()
        .nextTransition(Instant.ofEpochSecond(1_300_000_000L + random.nextInt(300_000_000)));
    Instant last = (change == null ? Instant.EPOCH : change.getInstant())
        .plusSeconds(random.nextInt(20_000) - 10_000);
    Instant next = CalendarEvent.parse(events[random.nextInt(events.length)]).next(last, zone);
    assertThat(next).isAfter(last);
  }

  private static List<Integer> some(Random random, int from, int to) {
    int count = 1 + random.nextInt(4);
    return random.ints(from, to + 1).distinct().limit(count).boxed().toList();
  }

  private static String text(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(joining(","));
  }

  private static String next(String event, Instant last, ZoneId zone) {
    Instant next = CalendarEvent.parse(event).next(last, zone);
    return next == null ? "never" : next.toString();
  }
}
