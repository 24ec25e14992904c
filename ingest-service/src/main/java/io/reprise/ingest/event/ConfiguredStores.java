package io.reprise.ingest.event;

import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.store.Stores;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.event.StandingSnapshots;
import io.reprise.platform.event.Truth.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Where events look whether they are true: the datastores of {@code datastore.cfg}. */
@ApplicationScoped
class ConfiguredStores implements StandingSnapshots.Stores {
  private final Datastores configured;
  private final Stores stores;

  ConfiguredStores(Datastores configured, Stores stores) {
    this.configured = configured;
    this.stores = stores;
  }

  @Override
  public Verdict ask(String store, StandingSnapshots.Question question) throws IOException {
    if (configured.section(store) == null) return Verdict.DROP;
    try (var use = stores.use(store, Operation.LOOKUP)) {
      return question.of(use.datastore());
    } catch (ApiError inMaintenance) {
      return Verdict.WAIT;
    }
  }
}
