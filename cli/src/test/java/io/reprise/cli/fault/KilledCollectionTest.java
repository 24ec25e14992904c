package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.embedded.ChildJvm;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * gc-service is killed with SIGKILL while backups and forgets go on. {@code -Dreprise.fault.collection=600} does it for ten
 * minutes, {@code -Dreprise.fault.seed=…} with the same pauses again.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class KilledCollectionTest {
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("reprise.fault.collection", 20));
  private static final long SEED = Long.getLong("reprise.fault.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<Guest> GUESTS = List.of(new Guest(100, 4), new Guest(101, 4));
  private static final int KEPT = 2;
  private static final int MOST_MILLIS = 3_000;

  /** A pass each second: there is always something to be torn out of. */
  private static final String[] BUSY = {
    Installation.QUICK, "-Dreprise.gc.gather=100ms", "-Dreprise.gc.period=1s"
  };

  @TempDir
  Path directory;

  private volatile boolean over;

  @Test
  void whatIsKeptCanBeRestoredAndWhatIsNotGoes() throws Exception {
    System.out.println("killing with the pauses of -Dreprise.fault.seed=" + SEED);
    try (var site = new Installation(directory, "\tgc-cutoff 1\n");
        var users = Executors.newVirtualThreadPerTaskExecutor()) {
      Replica ingest = site.start("one", Installation.NO_BROKER, Installation.QUICK);
      var kept = new ArrayList<Future<Deque<Integer>>>();
      for (Guest guest : GUESTS) kept.add(users.submit(backUpAndForget(ingest, guest)));
      int kills = killAgainAndAgain(site);
      over = true;
      int versions = 0;
      for (var each : kept) versions += each.get().getLast() + 1;
      System.out.printf("killed %d times during %d backups%n", kills, versions);
      assertThat(kills).isPositive();
      site.startCollection(BUSY);
      try (var rest = ingest.login()) {
        for (int i = 0; i < GUESTS.size(); i++) {
          for (int version : kept.get(i).get()) GUESTS.get(i).requireRestorable(rest, version);
        }
        await()
            .atMost(PATIENCE)
            .ignoreExceptions() // of files that go while they are listed
            .untilAsserted(() -> assertThat(chunks(site)).isEqualTo(referenced(site)));
        requireCleanCollection(rest, ingest);
      }
      assertThat(chunks(site)).isEqualTo(referenced(site));
    }
  }

  /** @return the versions that are there in the end, oldest first */
  private Callable<Deque<Integer>> backUpAndForget(Replica ingest, Guest guest) {
    return () -> {
      var there = new ArrayDeque<Integer>();
      try (var rest = ingest.login()) {
        for (int version = 0; !over || version == 0; version++) {
          guest.backUp(rest, version, Guest.Steps.UNWATCHED);
          there.add(version);
          if (there.size() > KEPT) forget(rest, guest, there.remove());
        }
      }
      return there;
    };
  }

  /** Asks again while the session whose base it was is being closed. */
  private static void forget(RestClient rest, Guest guest, int version) {
    var parameters = Parameters.of("backup-type", guest.group().type().toString())
        .with("backup-id", guest.group().id())
        .with("backup-time", guest.snapshot(version).time());
    await().atMost(PATIENCE).ignoreExceptions().until(() -> {
      rest.delete("admin/datastore/main/snapshots", parameters);
      return true;
    });
  }

  /** Now and then before it serves, mostly somewhere in its passes. */
  private int killAgainAndAgain(Installation site) throws Exception {
    var random = new Random(SEED);
    long end = System.nanoTime() + TIME.toNanos();
    int kills = 0;
    while (System.nanoTime() < end) {
      ChildJvm service =
          random.nextInt(5) == 0 ? site.beginCollection(BUSY) : site.startCollection(BUSY);
      Thread.sleep(random.nextInt(MOST_MILLIS)); // the moment is what this test is about
      service.kill();
      kills++;
    }
    return kills;
  }

  /** It compares the reference index with the truth and warns of differences. */
  private static void requireCleanCollection(RestClient rest, Replica ingest) throws IOException {
    String task = rest.post("admin/datastore/main/gc", Parameters.none()).asText();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ingest.tasks().get(task)).isEqualTo("OK"));
  }

  private static Set<Digest> referenced(Installation site) throws IOException {
    var referenced = new TreeSet<Digest>();
    try (Stream<Path> files = Files.walk(site.store())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        boolean hidden = site.store().relativize(file).toString().startsWith(".");
        if (hidden || !file.toString().endsWith(".fidx")) continue;
        try (var index = IndexReader.open(file)) {
          index.digests((a, b, c, d) -> referenced.add(new Digest(a, b, c, d)));
        }
      }
    }
    return referenced;
  }

  private static Set<Digest> chunks(Installation site) throws IOException {
    var chunks = new TreeSet<Digest>();
    try (Stream<Path> files = Files.walk(site.store().resolve(".chunks"), 2)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        chunks.add(Digest.parse(file.getFileName().toString())); // nothing else is left either
      }
    }
    return chunks;
  }
}
