package io.reprise.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.platform.task.TaskProgress;
import io.reprise.platform.task.Upid;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProgressEventsTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T23:33:06Z"));
  private final Clock clock = new Clock() {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now.get();
    }
  };
  private final FakeTransport transport = new FakeTransport();

  private static TaskProgress at(double percent) {
    return new TaskProgress(percent, 1, 1, "going on");
  }

  private static Upid task(int number) {
    return Upid.parse(
        "UPID:pbs1:000071B9:000B2D6D:%08X:6B03DA8B:backup:x:admin@pbs:".formatted(number));
  }

  @Test
  void eachTaskIsToldAtMostOnceASecondAndAtItsEnd() {
    var progress = new ProgressEvents("node1", transport, () -> true, clock);
    for (int i = 0; i < 50; i++) {
      progress.accept(task(1), at(i));
      progress.accept(task(2), at(i));
    }
    assertThat(transport.subjects()).containsExactly(task(1).toString(), task(2).toString());
    now.set(now.get().plusMillis(999));
    progress.accept(task(1), at(51));
    assertThat(transport.acknowledged).hasSize(2);
    now.set(now.get().plusMillis(1));
    progress.accept(task(1), at(52));
    assertThat(transport.acknowledged).hasSize(3);
    progress.accept(task(1), at(100));
    assertThat(transport.acknowledged).hasSize(4);
  }

  @Test
  void nothingIsToldWhileKafkaIsAway() {
    new ProgressEvents("node1", transport, () -> false, clock).accept(task(1), at(1));
    assertThat(transport.acknowledged).isEmpty();
  }

  @Test
  void aSlowKafkaGetsLessAndNobodyWaits() {
    List<CompletableFuture<Void>> underWay = new ArrayList<>();
    var slow = new Transport() {
      @Override
      public void connect() {}

      @Override
      public CompletionStage<Void> send(Event event) {
        underWay.add(new CompletableFuture<>());
        return underWay.getLast();
      }
    };
    var progress = new ProgressEvents("node1", slow, () -> true, clock);
    for (int i = 0; i < 2_000; i++) progress.accept(task(i), at(1));
    assertThat(underWay).hasSize(64);
    underWay.getFirst().completeExceptionally(new java.io.IOException("gone"));
    progress.accept(task(5_000), at(1));
    progress.accept(task(5_001), at(1));
    assertThat(underWay).hasSize(65);
  }
}
