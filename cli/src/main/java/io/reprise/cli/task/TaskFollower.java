package io.reprise.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/** Prints the log of a task until it ends (protocol.md §6.4). */
public final class TaskFollower {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long LINES = 500;
  private static final int TIME_STAMP = 27; // RFC 3339 with offset, colon, blank
  private static final int INTERRUPTED = 130;

  private final Surroundings at;
  private final RestClient rest;
  private final String upid;

  public TaskFollower(Surroundings at, RestClient rest, String upid) {
    this.at = at;
    this.rest = rest;
    this.upid = upid;
  }

  /** Path of a call on a task of the server. */
  static String path(String... rest) {
    return RestClient.below("nodes/localhost/tasks", rest);
  }

  /** Follows; the first Ctrl-C stops the task and goes on showing it, the second leaves. */
  public void followAndStopOnInterrupt() throws CommandFailed, IOException, InterruptedException {
    var asked = new AtomicBoolean();
    var before = Signal.handle(new Signal("INT"), signal -> {
      if (asked.getAndSet(true)) Runtime.getRuntime().halt(INTERRUPTED);
      Thread.ofVirtual().start(this::stop);
    });
    try {
      follow();
    } finally {
      Signal.handle(new Signal("INT"), before);
    }
  }

  private void stop() {
    at.messages().info("stopping the task; Ctrl-C again leaves it alone");
    try {
      rest.delete(path(upid), Parameters.none());
    } catch (IOException e) {
      at.messages().warn("the task could not be stopped: " + e.getMessage());
    }
  }

  /** @throws CommandFailed with the task's status unless it ended well, with or without warnings */
  public void follow() throws CommandFailed, IOException, InterruptedException {
    long next = 1;
    while (true) {
      JsonNode answer = rest.call(
          "GET",
          path(upid, "log"),
          Parameters.none().with("start", next).with("limit", LINES).with("test-status", true));
      for (JsonNode line : answer.path("data")) {
        if (line.path("n").asLong() != next) {
          throw new IOException("the log of task " + upid + " has a gap at line " + next);
        }
        at.out().println(Messages.printable(message(line.path("t").asText())));
        next++;
      }
      at.out().flush();
      if (next <= answer.path("total").asLong()) {
        if (answer.path("data").isEmpty()) throw new IOException("the log of the task is cut off");
        continue;
      }
      if (!answer.path("active").asBoolean()) break;
      Thread.sleep(PAUSE);
    }
    check(rest.get(path(upid, "status"), Parameters.none()));
  }

  /** Waits for its end, and shows nothing; as {@link #follow} fails. */
  public void await() throws CommandFailed, IOException, InterruptedException {
    JsonNode status = rest.get(path(upid, "status"), Parameters.none());
    while (status.path("status").asText().equals("running")) {
      Thread.sleep(PAUSE);
      status = rest.get(path(upid, "status"), Parameters.none());
    }
    check(status);
  }

  private static void check(JsonNode status) throws CommandFailed {
    String exit = status.path("exitstatus").asText("unknown");
    if (!exit.equals("OK") && !exit.startsWith("WARNINGS")) {
      throw new CommandFailed("the task failed: " + exit);
    }
  }

  /** A log line without its time. */
  static String message(String line) {
    boolean stamped = line.length() >= TIME_STAMP
        && line.charAt(4) == '-'
        && line.startsWith(": ", TIME_STAMP - 2);
    return stamped ? line.substring(TIME_STAMP) : line;
  }
}
