package io.reprise.platform.event;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A broker in memory that can be away, and that can dislike events. */
final class FakeTransport implements Transport {
  final List<Event> acknowledged = new CopyOnWriteArrayList<>();
  volatile boolean away;
  volatile Predicate<Event> disliked = event -> false;

  @Override
  public void connect() throws IOException {
    if (away) throw new IOException("nobody there");
  }

  @Override
  public CompletionStage<Void> send(Event event) {
    if (away) return CompletableFuture.failedFuture(new IOException("gone"));
    if (disliked.test(event)) {
      return CompletableFuture.failedFuture(
          new EventRefused("disliked", new IllegalArgumentException()));
    }
    acknowledged.add(event);
    return CompletableFuture.completedFuture(null);
  }

  List<String> subjects() {
    return acknowledged.stream().map(Event::subject).toList();
  }
}
