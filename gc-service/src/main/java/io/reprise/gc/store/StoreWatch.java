package io.reprise.gc.store;

import io.reprise.datastore.InvalidName;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Tells which datastores are configured, at once and then every few seconds, on a thread of its own. */
public final class StoreWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StoreWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Datastores configured;
  private final Consumer<Set<String>> adjust;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private String problem = "";

  /**
   * @param name of the thread
   * @param adjust gets the names; not called while the configuration cannot be read
   */
  public StoreWatch(String name, Datastores configured, Consumer<Set<String>> adjust) {
    this.configured = configured;
    this.adjust = adjust;
    thread = new Thread(this::watch, name);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void watch() {
    try {
      do look();
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException stopping) {
      // whoever closes this takes care of the rest
    }
  }

  private void look() {
    try {
      var names = new HashSet<String>();
      for (Section section : configured.now().sections().sections()) names.add(section.id());
      adjust.accept(names);
      problem = "";
    } catch (IOException | InvalidName e) {
      String now = String.valueOf(e.getMessage());
      if (!now.equals(problem)) LOG.warnf("datastores stay as they are: %s", now);
      problem = now;
    }
  }

  public boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** A look that is under way may still end. */
  @Override
  public void close() {
    closed.countDown();
  }
}
