package io.reprise.ingest.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {
  private static final int MIB = 1 << 20;
  private static final Executor DIRECT = Runnable::run;

  /** 8 MiB windows, 24 MiB sending, 96 MiB for uploads. */
  private final MemoryBudget budget = new MemoryBudget(128 * MIB, 64 * MIB);

  @Test
  void aBodyForWhichThereIsRoomIsAdmittedAtOnce() {
    UploadShare session = uploads();
    Admission body = session.admit(4 * MIB, DIRECT, () -> {});

    assertThat(body.isAdmitted()).isTrue();
    assertThat(budget.uploadsHeld()).isEqualTo(4 * MIB);
    body.close();
    body.close();
    assertThat(budget.uploadsHeld()).isZero();
  }

  @Test
  void oneSessionAloneLeavesHalfForWhoComesNext() {
    UploadShare greedy = uploads();
    List<Admission> bodies = admit(greedy, 100, 4 * MIB);
    assertThat(bodies.stream().filter(Admission::isAdmitted)).hasSize(12); // 48 of 96 MiB

    assertThat(uploads().admit(16 * MIB, DIRECT, () -> {}).isAdmitted()).isTrue();
  }

  @Test
  void whoCameFirstIsAdmittedFirstAndALargeBodyIsNotOvertaken() {
    List<Admission> holders = new ArrayList<>();
    for (int i = 0; i < 6; i++) holders.add(uploads().admit(15 * MIB, DIRECT, () -> {}));
    var order = new ArrayList<String>();
    Admission large = uploads().admit(16 * MIB, DIRECT, () -> order.add("large"));
    uploads().admit(6 * MIB, DIRECT, () -> order.add("small"));
    assertThat(order).isEmpty();

    holders.get(0).close();

    assertThat(order).containsExactly("large");
    large.close();
    assertThat(order).containsExactly("large", "small");
  }

  @Test
  void aSessionWithItsShareIsPassedOver() {
    UploadShare greedy = uploads();
    admit(greedy, 100, 4 * MIB);
    var others = new ArrayList<Admission>();
    for (int i = 0; i < 10; i++) others.add(uploads().admit(4 * MIB, DIRECT, () -> {}));

    assertThat(others).allMatch(Admission::isAdmitted);
  }

  @Test
  void closingAWaitingBodyLetsTheNextOneOn() {
    UploadShare greedy = uploads();
    List<Admission> bodies = admit(greedy, 12, 4 * MIB);
    Admission waits = greedy.admit(4 * MIB, DIRECT, () -> {});
    Admission behind = greedy.admit(2 * MIB, DIRECT, () -> {});
    waits.close();
    bodies.get(0).close();

    assertThat(waits.isAdmitted()).isFalse();
    assertThat(behind.isAdmitted()).isTrue();
  }

  @Test
  void aClosedSessionGivesBackAllThatItHeldOrWaitedFor() {
    UploadShare greedy = uploads();
    var called = new AtomicInteger();
    for (int i = 0; i < 100; i++) greedy.admit(4 * MIB, DIRECT, called::incrementAndGet);
    assertThat(called).hasValue(12);

    greedy.close();
    greedy.close();

    assertThat(budget.uploadsHeld()).isZero();
    assertThat(budget.uploadsWaiting()).isZero();
    assertThat(called).hasValue(12);
    assertThatThrownBy(() -> greedy.admit(1, DIRECT, () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBodyClosedBeforeItsTurnOnTheEventLoopIsNotAnnounced() {
    var eventLoop = new ArrayDeque<Runnable>();
    var called = new AtomicInteger();
    Admission body = uploads().admit(MIB, eventLoop::add, called::incrementAndGet);
    body.close();
    eventLoop.forEach(Runnable::run);

    assertThat(called).hasValue(0);
  }

  @Test
  void memoryOfAnEventLoopThatHasEndedComesBack() {
    uploads()
        .admit(
            MIB,
            task -> {
              throw new RejectedExecutionException();
            },
            () -> {});

    assertThat(budget.uploadsHeld()).isZero();
  }

  @Test
  void bodiesThatNoBudgetCouldHoldAreRefused() {
    UploadShare session = uploads();
    assertThat(session.admit(MemoryBudget.MAX_BODY, DIRECT, () -> {}).isAdmitted())
        .isTrue();
    for (int bytes : new int[] {0, -1, MemoryBudget.MAX_BODY + 1}) {
      assertThatThrownBy(() -> session.admit(bytes, DIRECT, () -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new MemoryBudget(31 * MIB, 0)).hasMessageContaining("at least 32M");
    assertThatThrownBy(() -> new MemoryBudget(64 * MIB, 33 * MIB)).hasMessageContaining("half");
  }

  @Test
  void theSmallestBudgetAdmitsTheLargestBodyWhateverReadersHold() {
    var small = new MemoryBudget(32 * MIB, 16 * MIB);
    var reader = new AtomicReference<ReadShare>();
    reader.set(small.openReads(() -> reader.get().giveBack(reader.get().excess())));
    while (reader.get().tryTake(MIB)) {}
    assertThat(small.readsHeld()).isGreaterThan(4 * MIB);

    Admission body = small.openUploads(() -> {}).admit(MemoryBudget.MAX_BODY, DIRECT, () -> {});

    assertThat(body.isAdmitted()).isTrue();
  }

  @Test
  void windowsShrinkAsSessionsGrowAndGrowAgain() {
    var told = new AtomicInteger();
    UploadShare first = budget.openUploads(told::incrementAndGet);
    assertThat(first.streamWindow()).isEqualTo(64 << 10);

    List<AutoCloseable> others = new ArrayList<>();
    for (int i = 0; i < 69; i++) {
      others.add(i % 2 == 0 ? uploads() : budget.openReads(() -> {}));
    }
    assertThat(first.streamWindow()).isZero();
    assertThat(told).hasValue(7);

    others.forEach(other -> {
      try {
        other.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    assertThat(first.streamWindow()).isGreaterThanOrEqualTo(32 << 10);
  }

  @Test
  void readAheadTakesWhatUploadsLeaveFreeAndGivesItBackWhenTheyCome() {
    var reader = new AtomicReference<ReadShare>();
    reader.set(budget.openReads(() -> reader.get().giveBack(reader.get().excess())));
    while (reader.get().tryTake(4 * MIB)) {}
    assertThat(budget.readsHeld()).isEqualTo(64 * MIB);

    for (int i = 0; i < 6; i++) {
      assertThat(uploads().admit(16 * MIB, DIRECT, () -> {}).isAdmitted()).isTrue();
    }

    assertThat(budget.uploadsHeld()).isEqualTo(96 * MIB);
    assertThat(budget.readsHeld()).isZero();
    assertThat(reader.get().tryTake(1)).isFalse();
  }

  @Test
  void aReaderWithMoreThanItsShareIsToldWhenAnotherComes() {
    var first = new AtomicReference<ReadShare>();
    first.set(budget.openReads(() -> first.get().giveBack(first.get().excess())));
    while (first.get().tryTake(4 * MIB)) {}
    ReadShare second = budget.openReads(() -> {});

    assertThat(second.tryTake(4 * MIB)).isFalse(); // and the first has heard of it
    assertThat(second.tryTake(4 * MIB)).isTrue();
    assertThat(first.get().allowance()).isEqualTo(32 * MIB);
    assertThat(first.get().excess()).isZero();
    assertThat(first.get().tryTake(4 * MIB)).isFalse(); // kept for the second
  }

  @Test
  void aClosedReaderGivesBackOnce() {
    ReadShare reader = budget.openReads(() -> {});
    assertThat(reader.tryTake(MIB)).isTrue();
    reader.close();
    reader.giveBack(MIB);
    reader.close();

    assertThat(budget.readsHeld()).isZero();
    assertThat(reader.tryTake(1)).isFalse();
  }

  @Test
  void clientsThatStopReadingCannotTakeAllThatIsForSending() {
    ReadShare stopped = budget.openReads(() -> {});
    int chunks = 0;
    while (stopped.trySend(4 * MIB)) chunks++;
    assertThat(chunks).isEqualTo(3); // half of 24 MiB

    ReadShare next = budget.openReads(() -> {});
    assertThat(next.trySend(4 * MIB)).isTrue();
    next.close();
    assertThat(budget.sending()).isEqualTo(16 * MIB);
    next.sent(4 * MIB);
    stopped.sent(12 * MIB);
    assertThat(budget.sending()).isZero();
    assertThat(next.trySend(1)).isFalse();
  }

  @Test
  void whatIsBeingSentIsNothingThatUploadsWaitFor() {
    for (int i = 0; i < 10; i++) budget.openReads(() -> {}).trySend(4 * MIB);
    assertThat(budget.sending()).isEqualTo(24 * MIB);
    for (int i = 0; i < 6; i++) {
      assertThat(uploads().admit(16 * MIB, DIRECT, () -> {}).isAdmitted()).isTrue();
    }
  }

  /** Any order of calls: never above the total, never a right that was left unused, and all comes back. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyOrderOfCallsKeepsTheSums(long seed) {
    var random = new Random(seed);
    var sessions = new ArrayList<UploadShare>();
    var bodies = new ArrayList<Admission>();
    var readers = new ArrayList<ReadShare>();
    for (int step = 0; step < 5_000; step++) {
      switch (random.nextInt(10)) {
        case 0 -> {
          if (sessions.size() < 20) sessions.add(uploads());
        }
        case 1, 2, 3 -> {
          if (sessions.isEmpty()) break;
          bodies.add(pick(random, sessions)
              .admit(1 + random.nextInt(MemoryBudget.MAX_BODY), DIRECT, () -> {}));
        }
        case 4, 5, 6 -> {
          if (!bodies.isEmpty()) bodies.remove(random.nextInt(bodies.size())).close();
        }
        case 7 -> {
          var reader = new AtomicReference<ReadShare>();
          reader.set(budget.openReads(() -> reader.get().giveBack(reader.get().excess())));
          if (readers.size() < 20) readers.add(reader.get());
          else reader.get().close();
        }
        case 8 -> {
          if (readers.isEmpty()) break;
          ReadShare reader = pick(random, readers);
          while (random.nextInt(4) > 0 && reader.tryTake(1 + random.nextInt(4 * MIB))) {}
        }
        default -> {
          if (random.nextInt(20) == 0 && !sessions.isEmpty()) {
            UploadShare gone = sessions.remove(random.nextInt(sessions.size()));
            gone.close();
          }
          if (random.nextInt(20) == 0 && !readers.isEmpty()) {
            readers.remove(random.nextInt(readers.size())).close();
          }
        }
      }
      assertThat(budget.uploadsHeld()).as("step %d", step).isBetween(0L, 96L * MIB);
      assertThat(budget.uploadsHeld() + budget.readsHeld())
          .as("step %d", step)
          .isLessThanOrEqualTo(96L * MIB);
      if (budget.uploadsHeld() == 0) assertThat(budget.uploadsWaiting()).isZero();
    }
    sessions.forEach(UploadShare::close);
    readers.forEach(ReadShare::close);
    assertThat(budget.uploadsHeld() + budget.uploadsWaiting() + budget.readsHeld())
        .isZero();
  }

  @Test
  void manySessionsOnManyThreadsAllComeThrough() throws Exception {
    var done = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var eventLoop = Executors.newSingleThreadExecutor();
        var workers = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 50; i++) {
        long seed = i;
        threads.execute(() -> {
          var random = new Random(seed);
          try (UploadShare session = uploads()) {
            var mine = new CountDownLatch(40);
            for (int n = 0; n < 40; n++) {
              var admission = new AtomicReference<Admission>();
              var known = new CountDownLatch(1);
              admission.set(session.admit(
                  1 + random.nextInt(MemoryBudget.MAX_BODY),
                  eventLoop,
                  () -> workers.execute(() -> {
                    await(known);
                    admission.get().close();
                    done.incrementAndGet();
                    mine.countDown();
                  })));
              known.countDown();
            }
            await(mine);
          }
        });
        threads.execute(() -> {
          var reader = new AtomicReference<ReadShare>();
          try (ReadShare share = budget.openReads(() -> {
            ReadShare told = reader.get();
            if (told != null)
              synchronized (told) {
                told.giveBack(told.excess());
              }
          })) {
            reader.set(share);
            for (int n = 0; n < 200; n++) if (!share.tryTake(MIB)) Thread.yield();
          }
        });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(done).hasValue(50 * 40);
    assertThat(budget.uploadsHeld() + budget.uploadsWaiting() + budget.readsHeld())
        .isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private UploadShare uploads() {
    return budget.openUploads(() -> {});
  }

  private static List<Admission> admit(UploadShare session, int count, int bytes) {
    var bodies = new ArrayList<Admission>();
    for (int i = 0; i < count; i++) bodies.add(session.admit(bytes, DIRECT, () -> {}));
    return bodies;
  }
}
