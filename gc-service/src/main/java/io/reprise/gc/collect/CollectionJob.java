package io.reprise.gc.collect;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The task {@code garbage_collection}, done by the replica that owns the reference index. */
public final class CollectionJob implements JobKind {
  private final Collections collections;
  private final Datastores configured;

  public CollectionJob(Collections collections, Datastores configured) {
    this.collections = collections;
    this.configured = configured;
  }

  @Override
  public JobType type() {
    return JobType.GARBAGE_COLLECTION;
  }

  @Override
  public List<Scheduled> scheduled() throws IOException {
    var scheduled = new ArrayList<Scheduled>();
    for (Section store : configured.now().sections().sections()) {
      String schedule = store.get("gc-schedule");
      if (schedule != null) {
        scheduled.add(new Scheduled(store.id(), CalendarEvent.parse(schedule)));
      }
    }
    return scheduled;
  }

  @Override
  public boolean isHere(String name) throws IOException {
    Owner owner = collections.of(name);
    if (owner == null) return configured.section(name) == null;
    return owner.current() != null || !owner.problem().isEmpty();
  }

  @Override
  public String workerId(JobRequest request) {
    return request.name();
  }

  @Override
  public void run(JobRun run) throws IOException {
    String store = run.name();
    run.begin("starting garbage collection on store " + store);
    if (configured.section(store) == null) {
      throw new InvalidName("datastore", store, "one that exists");
    }
    Owner owner = collections.of(store);
    StoreCollection collection = owner == null ? null : owner.current();
    if (collection == null) {
      String problem = owner == null ? "" : owner.problem();
      if (!problem.isEmpty()) throw new IOException(problem);
      throw new IOException("another replica keeps the reference index by now: start it again");
    }
    collection.collect(run);
  }
}
