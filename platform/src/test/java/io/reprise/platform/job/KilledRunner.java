package io.reprise.platform.job;

import io.reprise.platform.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process that begins what is asked for and never ends it; to be killed. */
final class KilledRunner {
  private KilledRunner() {}

  public static void main(String[] arguments) throws IOException {
    Path state = Path.of(arguments[0]);
    var jobs = new Jobs(
        new Tasks(state.resolve("tasks"), "host1"),
        new JobStates(state),
        new Leases(state, "victim"),
        new Requests(state));
    new JobRunner(jobs, List.of(TestKind.held())).start();
    System.in.read();
  }
}
