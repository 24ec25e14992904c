package io.reprise.gc.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.PropertyString;
import io.reprise.platform.config.Section;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.VerifyOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The tasks {@code verificationjob}, {@code verify}, {@code verify_group} and {@code verify_snapshot}, done by the replica that
 * keeps the datastore's {@link StoreVerifier}.
 */
public final class VerifyJob implements JobKind {
  private static final long WAIT_MILLIS = 200;

  private final JobType type;
  private final Parts parts;

  /** What the tasks of all types share. */
  public record Parts(
      Verifiers verifiers,
      Datastores configured,
      JobConfigs jobs,
      DatastoreLayout layout,
      ProvingThreads threads,
      Events events,
      Semaphore turns) {
    /** Tasks beyond that many wait: more of them at once would only make the disk seek. */
    private static final int AT_ONCE = 4;

    public Parts(
        Verifiers verifiers,
        Datastores configured,
        JobConfigs jobs,
        DatastoreLayout layout,
        ProvingThreads threads,
        Events events) {
      this(verifiers, configured, jobs, layout, threads, events, new Semaphore(AT_ONCE, true));
    }
  }

  private VerifyJob(JobType type, Parts parts) {
    this.type = type;
    this.parts = parts;
  }

  /** One for each type of task. */
  public static List<VerifyJob> all(Parts parts) {
    var all = new ArrayList<VerifyJob>();
    for (JobType type : JobType.values()) {
      if (type.requests() == JobType.VERIFY.requests()) all.add(new VerifyJob(type, parts));
    }
    return all;
  }

  @Override
  public JobType type() {
    return type;
  }

  @Override
  public List<Scheduled> scheduled() throws IOException {
    var scheduled = new ArrayList<Scheduled>();
    if (type != JobType.VERIFICATION) return scheduled;
    for (Section job : parts.jobs().now(JobConfigs.File.VERIFICATION).sections().sections()) {
      String schedule = job.get("schedule");
      if (schedule != null) scheduled.add(new Scheduled(job.id(), CalendarEvent.parse(schedule)));
    }
    return scheduled;
  }

  /** Of the request's; what there is not fails anywhere. */
  @Override
  public boolean isHere(String name) throws IOException {
    String store;
    try {
      store = store(name);
    } catch (InvalidName noSuchJob) {
      return true;
    }
    StoreVerifier verifier = parts.verifiers().of(store);
    return verifier == null ? parts.configured().section(store) == null : verifier.isHere();
  }

  private String store(String name) throws IOException {
    return type == JobType.VERIFICATION ? job(name).get("store", "") : name;
  }

  private Section job(String id) throws IOException {
    Section job = parts.jobs().find(JobConfigs.File.VERIFICATION, id);
    if (job == null) throw new InvalidName("verify job", id, "one that exists");
    return job;
  }

  @Override
  public String workerId(JobRequest request) throws IOException {
    String store = store(request.name());
    return type == JobType.VERIFICATION
        ? store + ":" + request.name()
        : VerifyOrder.parse(request.parameters()).workerId(store);
  }

  private VerifyOrder order(JobRun run) throws IOException {
    return VerifyOrder.parse(
        type == JobType.VERIFICATION ? parameters(job(run.name())) : run.parameters());
  }

  /** A job's section has the words of a request. */
  private static ObjectNode parameters(Section job) {
    var parameters = Json.object();
    parameters.put("ns", job.get("ns", ""));
    String depth = job.get("max-depth");
    if (depth != null) parameters.put("max-depth", Integer.parseInt(depth));
    parameters.put("ignore-verified", job.is("ignore-verified", true));
    String outdated = job.get("outdated-after");
    if (outdated != null) parameters.put("outdated-after", Long.parseLong(outdated));
    return parameters;
  }

  @Override
  public void run(JobRun run) throws IOException {
    String store = store(run.name());
    if (type == JobType.VERIFICATION) {
      run.begin("Starting datastore verify job '" + store + ":" + run.name() + "'");
    }
    VerifyOrder order = order(run);
    DatastoreConfig config = parts.configured().find(store);
    if (config == null) throw new InvalidName("datastore", store, "one that exists");
    Maintenance maintenance = config.maintenance();
    String refusal =
        maintenance == null ? null : maintenance.refusal(store, Maintenance.Operation.READ);
    if (refusal != null) throw new IOException(refusal);
    StoreVerifier verifier = parts.verifiers().of(store);
    if (verifier == null || !verifier.isHere()) {
      throw new IOException("another replica verifies the datastore by now: start it again");
    }
    awaitTurn(run);
    try (var datastore = Datastore.open(config, parts.layout())) {
      var pass = new VerifyPass(
          run, datastore, isInodeOrder(store), verifier, parts.threads(), parts.events());
      new Verification(pass, order).run();
    } finally {
      parts.turns().release();
    }
  }

  private boolean isInodeOrder(String store) throws IOException {
    Section section = parts.configured().section(store);
    String tuning = section == null ? "" : section.get("tuning", "");
    return !"none".equals(PropertyString.parse(tuning, null).get("chunk-order"));
  }

  private void awaitTurn(JobRun run) throws IOException {
    try {
      while (!parts.turns().tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) run.check();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for its turn");
    }
  }
}
