package io.reprise.ingest.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.Section;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every job of the installation in one list: what it is, when it runs next, how it ended last. */
@ApplicationScoped
class ScheduledJobs {
  private static final Map<File, JobType> TYPES = types();

  private final Datastores stores;
  private final JobConfigs configured;
  private final Jobs jobs;

  ScheduledJobs(Datastores stores, JobConfigs configured, Jobs jobs) {
    this.stores = stores;
    this.configured = configured;
    this.jobs = jobs;
  }

  private static Map<File, JobType> types() {
    var types = new LinkedHashMap<File, JobType>();
    types.put(File.PRUNE, JobType.PRUNE);
    types.put(File.VERIFICATION, JobType.VERIFICATION);
    types.put(File.SYNC, JobType.SYNC);
    types.put(File.TAPE, JobType.TAPE_BACKUP);
    return types;
  }

  ArrayNode list() throws IOException {
    ArrayNode list = Json.object().arrayNode();
    for (Section store : stores.now().sections().sections()) {
      String schedule = store.get("gc-schedule");
      if (schedule != null) add(list, JobType.GARBAGE_COLLECTION, store, store.id(), schedule);
    }
    for (var type : TYPES.entrySet()) {
      for (Section job : configured.now(type.getKey()).sections().sections()) {
        String schedule = job.is("disable", false) ? null : job.get("schedule");
        add(list, type.getValue(), job, job.get("store", ""), schedule);
      }
    }
    return list;
  }

  /** @param schedule null if it does not run by itself */
  private void add(
      ArrayNode list, JobType type, Section job, String store, @Nullable String schedule)
      throws IOException {
    ObjectNode item =
        list.addObject().put("type", type.toString()).put("name", job.id()).put("store", store);
    if (schedule != null) item.put("schedule", schedule);
    jobs.status(type, job.id(), schedule == null ? null : CalendarEvent.parse(schedule))
        .addTo(item);
  }
}
