package io.reprise.cli.completion;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.Completion;
import io.reprise.cli.command.ShellWords;
import io.reprise.cli.command.Words;
import io.reprise.cli.terminal.Surroundings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * {@code bashcomplete}: what may stand at the cursor of {@code COMP_LINE}, a line each. Whatever goes wrong, or takes longer
 * than people wait for, leaves nothing to offer.
 */
@Command
public final class BashComplete implements Action {
  private static final Duration PATIENCE = Duration.ofMillis(900);
  private static final Duration LEAST = Duration.ofMillis(500);

  private final Supplier<Words> words;

  public BashComplete(Supplier<Words> words) {
    this.words = words;
  }

  @Override
  public void run(Surroundings at) throws InterruptedException {
    String line = at.variable("COMP_LINE");
    if (line == null) return;
    List<String> begun = ShellWords.begun(upToCursor(line, at.variable("COMP_POINT")));
    if (begun.size() < 2) return; // still the program's own name
    var candidates = new CompletableFuture<List<String>>();
    Thread.ofPlatform().daemon().start(() -> candidates.complete(candidates(at, begun)));
    try {
      candidates.get(left(at).toMillis(), TimeUnit.MILLISECONDS).forEach(at.out()::println);
    } catch (ExecutionException | TimeoutException nothingToOffer) {
      // as if there were no candidates
    }
  }

  private List<String> candidates(Surroundings at, List<String> begun) {
    try {
      return new Completion(words.get(), new Candidates(at.unattended()))
          .candidates(begun.subList(1, begun.size()));
    } catch (RuntimeException nothingToOffer) {
      return List.of();
    }
  }

  /** The position counts bytes. */
  private static String upToCursor(String line, @Nullable String point) {
    if (point == null || !point.matches("[0-9]{1,6}")) return line;
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, Integer.parseInt(point));
    return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
  }

  /** The start of the program counts too. {@code REPRISE_COMPLETION_MILLIS} is for slow lines. */
  private static Duration left(Surroundings at) {
    String given = at.variable("REPRISE_COMPLETION_MILLIS");
    if (given != null && given.matches("[0-9]{1,6}"))
      return Duration.ofMillis(Long.parseLong(given));
    Instant now = Instant.now();
    Instant started = ProcessHandle.current().info().startInstant().orElse(now);
    Duration left = PATIENCE.minus(Duration.between(started, now));
    return left.compareTo(LEAST) < 0 ? LEAST : left;
  }
}
