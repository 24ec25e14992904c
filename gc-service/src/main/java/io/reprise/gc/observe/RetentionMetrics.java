package io.reprise.gc.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.datastore.InvalidName;
import io.reprise.gc.prune.PruneJob;
import io.reprise.gc.prune.PrunePreview;
import io.reprise.gc.space.SpaceReports;
import io.reprise.platform.event.GuestSpace;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobStatus;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.task.TaskEnd;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What guests take, and what jobs prune, in figures; renewed now and then. */
@ApplicationScoped
class RetentionMetrics {
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final SpaceReports spaces;
  private final PrunePreview previews;
  private final MultiGauge exclusive;
  private final MultiGauge share;
  private final MultiGauge forecast;
  private final MultiGauge nextRun;
  private final MultiGauge lastEnd;
  private final MultiGauge failed;
  private final PruneJob pruneJobs;
  private final Jobs jobs;
  private final Thread thread = new Thread(this::run, "retention-metrics");

  RetentionMetrics(
      SpaceReports spaces,
      PruneJob pruneJobs,
      PrunePreview previews,
      Jobs jobs,
      MeterRegistry registry) {
    this.spaces = spaces;
    this.previews = previews;
    this.pruneJobs = pruneJobs;
    this.jobs = jobs;
    nextRun = gauge(registry, "reprise.job.next.run.timestamp.seconds", "When a job runs next");
    lastEnd = gauge(registry, "reprise.job.last.end.timestamp.seconds", "When a job ended last");
    failed = gauge(registry, "reprise.job.failed", "1 if the last run of a job failed");
    exclusive =
        gauge(registry, "reprise.vm.exclusive.bytes", "What removing a guest's backups frees");
    share =
        gauge(registry, "reprise.vm.share.bytes", "A guest's share of the disk; all add up to it");
    forecast = gauge(
        registry,
        "reprise.prune.forecast.bytes",
        "What the next run of a prune job frees, as last previewed");
    FunctionCounter.builder("reprise.pruned.snapshots", pruneJobs, PruneJob::removed)
        .description("Snapshots that prune jobs removed")
        .register(registry);
    thread.setDaemon(true);
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String what) {
    return MultiGauge.builder(name).description(what).register(registry);
  }

  void start(@Observes StartupEvent started) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent stopping) {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        exclusive.register(rows(GuestSpace::exclusive), true);
        share.register(rows(GuestSpace::share), true);
        var forecasts = new ArrayList<Row<?>>();
        previews
            .forecasts()
            .forEach((job, bytes) -> forecasts.add(Row.of(Tags.of("job", job), bytes)));
        forecast.register(forecasts, true);
        registerRuns();
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void registerRuns() {
    var nextRuns = new ArrayList<Row<?>>();
    var lastEnds = new ArrayList<Row<?>>();
    var failures = new ArrayList<Row<?>>();
    try {
      for (JobKind.Scheduled job : pruneJobs.scheduled()) {
        JobStatus status = jobs.status(JobType.PRUNE, job.name(), job.schedule());
        Tags tags = Tags.of("type", JobType.PRUNE.toString(), "job", job.name());
        Instant next = status.nextRun();
        if (next != null) nextRuns.add(Row.of(tags, next.getEpochSecond()));
        TaskEnd end = status.lastEnd();
        if (end == null) continue;
        lastEnds.add(Row.of(tags, end.time()));
        boolean well = end.status().equals("OK") || end.status().startsWith("WARNINGS");
        failures.add(Row.of(tags, well ? 0 : 1));
      }
    } catch (IOException | InvalidName unreadable) {
      return; // the runner says so
    }
    nextRun.register(nextRuns, true);
    lastEnd.register(lastEnds, true);
    failed.register(failures, true);
  }

  /** One for each guest, never for each snapshot. */
  private List<Row<?>> rows(ToLongFunction<GuestSpace> value) {
    var rows = new ArrayList<Row<?>>();
    spaces
        .current()
        .values()
        .forEach(store -> store
            .guests()
            .forEach(guest -> rows.add(Row.of(
                Tags.of(
                    "datastore", guest.store(),
                    "namespace", guest.namespace().toString(),
                    "type", guest.group().type().toString(),
                    "vm_id", guest.group().id()),
                value.applyAsLong(guest)))));
    return rows;
  }
}
