package io.reprise.cli.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.terminal.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code events tail}: shows events as they come, or from the beginning. It belongs to no consumer group, so it takes nothing
 * away from any service.
 */
@Command
public final class EventsTail implements Action {
  private static final Duration POLL = Duration.ofMillis(500);

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--bootstrap",
      paramLabel = "<host:port,…>",
      description = "Kafka brokers (default: KAFKA_BOOTSTRAP_SERVERS, else localhost:9092)")
  private @Nullable String bootstrap;

  @Option(
      names = "--topic",
      paramLabel = "<topic>",
      description = "which topic; repeat for several (default: those of snapshots and tasks)")
  private List<String> topics = new ArrayList<>();

  @Option(names = "--from-beginning", description = "also what happened before")
  private boolean fromBeginning;

  @Option(names = "--limit", paramLabel = "<n>", description = "end after that many events")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--idle",
      paramLabel = "<seconds>",
      description = "end when no event came for so long (default: never)")
  private @Nullable Integer idle;

  @Override
  public void run(Surroundings at) throws CommandFailed {
    try (var log = EventLog.open(servers(at), topics, fromBeginning)) {
      long shown = 0;
      long last = System.nanoTime();
      while (true) {
        for (ObjectNode event : log.poll(POLL)) {
          if (shown++ == limit) return;
          last = System.nanoTime();
          if (!output.json(at, event)) at.out().println(EventLog.line(event));
        }
        at.out().flush();
        if (shown >= limit) return;
        if (idle != null && System.nanoTime() - last > Duration.ofSeconds(idle).toNanos()) return;
      }
    }
  }

  private String servers(Surroundings at) {
    if (bootstrap != null) return bootstrap;
    String variable = at.variable("KAFKA_BOOTSTRAP_SERVERS");
    return variable == null || variable.isEmpty() ? "localhost:9092" : variable;
  }
}
