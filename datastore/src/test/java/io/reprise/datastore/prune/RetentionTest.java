package io.reprise.datastore.prune;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The retention rule: the vectors of datastore.md §8.2, zones, and what holds for any group. */
@ExtendWith(InstancioExtension.class)
class RetentionTest {
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

  /** The snapshots of datastore.md §8.2. */
  private static final Map<String, String> TIMES = new TreeMap<>(Map.ofEntries(
      Map.entry("a", "2023-12-31T23:00:00Z"),
      Map.entry("b", "2024-01-01T01:00:00Z"),
      Map.entry("c", "2024-01-07T12:00:00Z"),
      Map.entry("d", "2024-01-08T12:00:00Z"),
      Map.entry("e", "2024-01-15T06:00:00Z"),
      Map.entry("f", "2024-01-15T18:00:00Z"),
      Map.entry("g", "2024-02-01T12:00:00Z"),
      Map.entry("h", "2024-02-02T12:00:00Z"),
      Map.entry("i", "2024-02-03T08:00:00Z"),
      Map.entry("j", "2024-02-03T08:30:00Z"),
      Map.entry("k", "2024-02-03T20:00:00Z")));

  @ParameterizedTest(name = "{0}, protected {1}, unfinished {2}")
  @CsvSource({
    "last 2,                     '',  '', j:keep-last k:keep-last",
    "last 1 hourly 2,            '',  '', h:keep-hourly j:keep-hourly k:keep-last",
    "daily 3,                    '',  '', g:keep-daily h:keep-daily k:keep-daily",
    "daily 1 weekly 2,           '',  '', d:keep-weekly f:keep-weekly k:keep-daily",
    "weekly 4,                   '',  '', c:keep-weekly d:keep-weekly f:keep-weekly k:keep-weekly",
    "daily 2 monthly 2 yearly 1, '',  '', a:keep-monthly f:keep-monthly h:keep-daily k:keep-daily",
    "yearly 2,                   '',  '', a:keep-yearly k:keep-yearly",
    "last 1,                     k,   '', j:keep-last k:protected",
    "daily 1,                    k,   '', j:keep-daily k:protected",
    "daily 2,                    '',  hk, g:keep-daily j:keep-daily k:keep-partial",
  })
  void vectorsOfTheSpecification(String rules, String locked, String unfinished, String kept) {
    var group = TIMES.entrySet().stream()
        .map(e ->
            snapshot(e.getValue(), !unfinished.contains(e.getKey()), locked.contains(e.getKey())))
        .toList();
    assertThat(Retention.apply(group, options(rules), ZoneOffset.UTC).stream()
            .filter(v -> v.mark().keeps())
            .map(v -> name(v.snapshot()) + ":" + reason(v))
            .collect(joining(" ")))
        .isEqualTo(kept);
  }

  @Test
  void withoutARuleEverythingIsKeptEvenUnfinishedOnes() {
    var group = List.of(
        snapshot("2024-01-01T00:00:00Z", false, false),
        snapshot("2024-01-02T00:00:00Z", true, true),
        snapshot("2024-01-03T00:00:00Z", true, false));
    assertThat(Retention.apply(group, KeepOptions.KEEP_ALL, ZoneOffset.UTC))
        .extracting(RetentionTest::reason)
        .containsExactly("keep", "protected", "keep");
  }

  @Test
  void protectionHoldsAlsoWhatIsUnfinished() {
    var group = List.of(
        snapshot("2024-01-01T00:00:00Z", false, true),
        snapshot("2024-01-02T00:00:00Z", false, true));
    assertThat(Retention.apply(group, options("last 1"), ZoneOffset.UTC))
        .extracting(Verdict::mark)
        .containsOnly(Mark.PROTECTED);
  }

  @Test
  void anEmptyGroupHasNoVerdicts() {
    assertThat(Retention.apply(List.of(), options("daily 1"), ZoneOffset.UTC)).isEmpty();
  }

  @Test
  void daysBeginWhereTheServerStands() {
    var group = List.of(
        snapshot("2024-06-01T21:30:00Z", true, false),
        snapshot("2024-06-01T22:30:00Z", true, false));
    assertThat(kept(group, "daily 5", ZoneOffset.UTC)).hasSize(1);
    assertThat(kept(group, "daily 5", VIENNA)).hasSize(2);
  }

  @Test
  void anHourThatTheClockShowsTwiceIsOneHour() {
    var group = List.of(
        snapshot("2024-10-27T00:30:00Z", true, false),
        snapshot("2024-10-27T01:30:00Z", true, false));
    assertThat(kept(group, "hourly 5", VIENNA)).containsExactly(group.get(1));
    assertThat(kept(group, "hourly 5", ZoneOffset.UTC)).hasSize(2);
  }

  @Test
  void weeksAreThoseOfTheIsoCalendarAcrossNewYear() {
    var group = List.of(
        snapshot("2024-12-30T12:00:00Z", true, false),
        snapshot("2025-01-05T12:00:00Z", true, false));
    assertThat(kept(group, "weekly 5", ZoneOffset.UTC)).containsExactly(group.get(1));
    assertThat(kept(group, "yearly 5", ZoneOffset.UTC)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(KeepRule.class)
  void aRuleCannotKeepNothing(KeepRule rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeepOptions.KEEP_ALL.with(rule, 0))
        .withMessage(rule + " must be at least 1, not 0");
    assertThat(KeepOptions.KEEP_ALL.with(rule, 1).count(rule)).isEqualTo(1);
    assertThat(KeepOptions.KEEP_ALL.with(rule, 1).keepsAll()).isFalse();
  }

  @ParameterizedTest
  @InstancioSource(samples = 500)
  void whateverTheGroupTheRulesHold(long seed) {
    var random = new Random(seed);
    List<Candidate> group = randomGroup(random);
    KeepOptions options = randomOptions(random);
    List<Verdict> verdicts = Retention.apply(group, options, VIENNA);

    assertThat(verdicts)
        .extracting(Verdict::snapshot)
        .as("one verdict each, oldest first")
        .containsExactlyElementsOf(group);
    assertThat(verdicts).allSatisfy(v -> {
      assertThat(v.mark() == Mark.PROTECTED).isEqualTo(v.snapshot().locked());
      if (v.rule() != null) assertThat(v.mark()).isEqualTo(Mark.KEEP);
    });
    if (options.keepsAll()) {
      assertThat(verdicts).allMatch(v -> v.mark().keeps());
      return;
    }
    for (KeepRule rule : KeepRule.values()) {
      Integer count = options.count(rule);
      assertThat(verdicts.stream().filter(v -> v.rule() == rule).count())
          .isLessThanOrEqualTo(count == null ? 0 : count);
    }
    int last = options.last() == null ? 0 : options.last();
    assertThat(verdicts.reversed().stream()
            .filter(v -> v.snapshot().finished() && !v.snapshot().locked())
            .limit(last))
        .as("keep-last keeps the newest")
        .allMatch(v -> v.rule() == KeepRule.LAST);

    var shuffled = new ArrayList<>(group);
    Collections.shuffle(shuffled, random);
    assertThat(Retention.apply(shuffled, options, VIENNA)).isEqualTo(verdicts);

    List<Verdict> survivors = verdicts.stream().filter(v -> v.mark().keeps()).toList();
    assertThat(Retention.apply(survivors.stream().map(Verdict::snapshot).toList(), options, VIENNA))
        .as("pruning again removes nothing")
        .isEqualTo(survivors);
  }

  /** A few years, with bursts within hours and days, oldest first. */
  private static List<Candidate> randomGroup(Random random) {
    long[] steps = {60, 3_600, 86_400, 7 * 86_400, 31 * 86_400, 365 * 86_400};
    long time = 1_700_000_000 + random.nextInt(86_400);
    var group = new ArrayList<Candidate>();
    for (int i = random.nextInt(40); i > 0; i--) {
      time += 1 + random.nextLong(steps[random.nextInt(steps.length)]);
      group.add(new Candidate(time, random.nextInt(8) > 0, random.nextInt(8) == 0));
    }
    return group;
  }

  private static KeepOptions randomOptions(Random random) {
    KeepOptions options = KeepOptions.KEEP_ALL;
    for (KeepRule rule : KeepRule.values()) {
      if (random.nextBoolean()) options = options.with(rule, 1 + random.nextInt(5));
    }
    return options;
  }

  private static List<Candidate> kept(List<Candidate> group, String rules, ZoneId zone) {
    return Retention.apply(group, options(rules), zone).stream()
        .filter(v -> v.mark().keeps())
        .map(Verdict::snapshot)
        .collect(toList());
  }

  private static KeepOptions options(String rules) {
    String[] words = rules.split(" ");
    KeepOptions options = KeepOptions.KEEP_ALL;
    for (int i = 0; i < words.length; i += 2) {
      String name = "keep-" + words[i];
      KeepRule rule = Stream.of(KeepRule.values())
          .filter(r -> r.toString().equals(name))
          .findFirst()
          .orElseThrow();
      options = options.with(rule, Integer.valueOf(words[i + 1]));
    }
    return options;
  }

  private static Candidate snapshot(String time, boolean finished, boolean locked) {
    return new Candidate(Instant.parse(time).getEpochSecond(), finished, locked);
  }

  private static String name(Candidate snapshot) {
    String time = Instant.ofEpochSecond(snapshot.time()).toString();
    return TIMES.entrySet().stream()
        .filter(e -> e.getValue().equals(time))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static String reason(Verdict verdict) {
    return verdict.rule() == null ? verdict.mark().toString() : verdict.rule().toString();
  }
}
