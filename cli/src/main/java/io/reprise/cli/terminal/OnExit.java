package io.reprise.cli.terminal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be undone before this process ends: in reverse order, once, whether the command returns, fails, or is ended by
 * Ctrl-C or SIGTERM. After such a signal nothing of the command runs behind {@link #close}: its failures are not news.
 */
public final class OnExit implements AutoCloseable {
  /** One thing to undo. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  private final Messages messages;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final Thread hook = new Thread(this::interrupted, "on-exit");
  private final String tell;

  /** @param tell what to say when a signal ends the command */
  public OnExit(Messages messages, String tell) {
    this.messages = messages;
    this.tell = tell;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public synchronized void undo(Step step) {
    steps.push(step);
  }

  private void interrupted() {
    messages.info(tell);
    undoAll();
  }

  private synchronized void undoAll() {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (IOException | RuntimeException e) {
        messages.warn("not undone: " + e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException signalled) {
      awaitEnd();
    }
    undoAll();
  }

  /** The hook is at it, and the process ends behind it. */
  private static void awaitEnd() {
    while (true) {
      try {
        Thread.currentThread().join();
      } catch (InterruptedException goOn) {
        // nothing to hurry
      }
    }
  }
}
