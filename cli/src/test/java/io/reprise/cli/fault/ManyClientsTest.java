package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.reprise.cli.server.Line;
import io.reprise.datastore.OtherProcess;
import io.reprise.protocol.connect.ConnectionLost;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hundred clients at once at a service as it is delivered: all are served, and its memory is bounded (I8). */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ManyClientsTest {
  private static final int CLIENTS = Integer.getInteger("reprise.fault.clients", 100);
  private static final int CHUNKS = 3;
  private static final int LONG = 12;
  private static final int IDLE = 10_000;
  private static final int SLOW = 500;
  private static final long MOST = 512L << 20;

  @TempDir
  Path directory;

  /** A client's work, with something to do once its session is open. */
  private interface Work {
    void of(SmallClient client, SmallClient.Opened opened) throws Exception;
  }

  @Test
  void allAreServedAndTheMemoryIsBounded() throws Exception {
    try (var site = new Installation(directory)) {
      var service = site.start("one", Installation.NO_BROKER);
      try (var rest = service.login();
          var clients = Executors.newVirtualThreadPerTaskExecutor()) {
        print("at rest", service);
        for (var client : start(clients, rest, ManyClientsTest::own, SmallClient::backUp))
          client.get();
        print(CLIENTS + " backups at once", service);
        for (var client : start(clients, rest, ManyClientsTest::own, SmallClient::read))
          client.get();
        print(CLIENTS + " readers at once", service);
      }
      assertThat(service.peakRss()).as("peak of memory").isLessThan(MOST);
    }
  }

  /** They stop reading when each has asked for more than the server may hold for all of them. */
  @Test
  void aHundredThatStopReadingKeepNobodyFromHisWork() throws Exception {
    var guest = new Guest(100, LONG);
    try (var site = new Installation(directory)) {
      var service = site.start("one", Installation.NO_BROKER);
      try (var rest = service.login();
          var clients = Executors.newVirtualThreadPerTaskExecutor()) {
        new SmallClient(rest, guest).backUp(() -> {});
        List<Future<?>> still;
        try (var line = new Line(service.port(), Long.MAX_VALUE);
            var slow = service.login(line.port())) {
          still = start(
              clients,
              slow,
              i -> guest,
              (client, all) -> client.read(() -> {
                all.run();
                line.standStill();
              }));
          for (int i = 0; i < 3; i++) {
            var other = new SmallClient(rest, new Guest(200 + i, CHUNKS));
            other.backUp(() -> {});
            readOnceClosed(other);
          }
          assertThat(still).as("readers that are done all the same").noneMatch(Future::isDone);
          print(CLIENTS + " readers that stand still", service);
        }
        for (var client : still) {
          assertThatThrownBy(client::get).hasRootCauseInstanceOf(ConnectionLost.class);
        }
        await()
            .atMost(60, TimeUnit.SECONDS)
            .untilAsserted(() -> assertThat(service.tasks()).doesNotContainValue(""));
      }
      assertThat(service.peakRss()).as("peak of memory").isLessThan(MOST);
    }
  }

  @Test
  void tenThousandThatOnlyShakeHandsCostLittleAndSlowHeadsAreCutOff() throws Exception {
    assumeTrue(
        openFiles() > IDLE + SLOW + 2_000,
        () -> "only " + openFiles() + " files may be open: ulimit -n 13000");
    try (var site = new Installation(directory)) {
      var service = site.start("one", Installation.NO_BROKER);
      Process idle = OtherProcess.java(
              IdleClients.class, List.of("" + service.port(), "" + IDLE, "" + SLOW))
          .start();
      try (var rest = service.login();
          var said = idle.inputReader()) {
        assertThat(said.readLine()).isEqualTo("connected");
        print((IDLE + SLOW) + " connections", service);
        var client = new SmallClient(rest, new Guest(100, CHUNKS));
        client.backUp(() -> {});
        readOnceClosed(client);
        assertThat(said.readLine()).isEqualTo("slow ones closed");
      } finally {
        idle.destroyForcibly();
      }
      assertThat(service.peakRss()).as("peak of memory").isLessThan(MOST);
    }
  }

  /** Of this process and those that it starts. */
  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getMaxFileDescriptorCount();
  }

  private static void print(String when, Replica service) throws IOException {
    System.out.printf(
        "%s: %d MiB, at most %d MiB%n", when, service.rss() >> 20, service.peakRss() >> 20);
  }

  /** The server may have yet to notice that the backup is closed. */
  private static void readOnceClosed(SmallClient client) {
    await()
        .atMost(120, TimeUnit.SECONDS)
        .ignoreExceptionsMatching(
            e -> e instanceof RestFailure && e.getMessage().contains("in use"))
        .until(() -> {
          client.read(() -> {});
          return true;
        });
  }

  private static Guest own(int client) {
    return new Guest(100 + client, CHUNKS);
  }

  /** Begins when the sessions of all of them are open. */
  private static List<Future<?>> start(
      ExecutorService clients, RestClient rest, IntFunction<Guest> guests, Work work)
      throws Exception {
    var opened = new CountDownLatch(CLIENTS);
    var running = new ArrayList<Future<?>>();
    for (int i = 0; i < CLIENTS; i++) {
      var client = new SmallClient(rest, guests.apply(i));
      running.add(clients.submit(() -> {
        work.of(client, () -> {
          opened.countDown();
          opened.await();
        });
        return null;
      }));
    }
    try {
      while (!opened.await(100, TimeUnit.MILLISECONDS)) {
        for (var client : running) if (client.isDone()) client.get(); // it failed before
      }
      return running;
    } catch (Exception e) {
      running.forEach(client -> client.cancel(true)); // they wait for one that will not come
      throw e;
    }
  }
}
