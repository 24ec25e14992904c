package io.reprise.ingest.rest;

import io.quarkus.test.Mock;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Stands in for {@link Delay}: remembers how long answers were to be held back, and does not wait. */
@Mock
@ApplicationScoped
public class RecordedDelay extends Delay {
  private final List<Duration> asked = new ArrayList<>();

  @Override
  synchronized void until(Duration after, long start) {
    asked.add(after);
  }

  /** What was asked since the last call, in order. */
  public synchronized List<Duration> take() {
    var taken = List.copyOf(asked);
    asked.clear();
    return taken;
  }
}
