package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hundred clients at once at a service as it is delivered: all are served, and its memory is bounded (I8). */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ManyClientsTest {
  private static final int CLIENTS = Integer.getInteger("reprise.fault.clients", 100);
  private static final int CHUNKS = 3;
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
        for (var client : start(clients, rest, SmallClient::backUp)) client.get();
        print(CLIENTS + " backups at once", service);
        for (var client : start(clients, rest, SmallClient::read)) client.get();
        print(CLIENTS + " readers at once", service);
      }
      assertThat(service.peakRss()).as("peak of memory").isLessThan(MOST);
    }
  }

  private static void print(String when, Replica service) throws IOException {
    System.out.printf(
        "%s: %d MiB, at most %d MiB%n", when, service.rss() >> 20, service.peakRss() >> 20);
  }

  /** Begins when the sessions of all of them are open. */
  private static List<Future<?>> start(ExecutorService clients, RestClient rest, Work work)
      throws Exception {
    var opened = new CountDownLatch(CLIENTS);
    var running = new ArrayList<Future<?>>();
    for (int i = 0; i < CLIENTS; i++) {
      var client = new SmallClient(rest, new Guest(100 + i, CHUNKS));
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
