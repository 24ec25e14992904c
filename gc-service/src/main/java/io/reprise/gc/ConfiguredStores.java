package io.reprise.gc;

import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.event.StandingSnapshots;
import io.reprise.platform.event.Truth.Verdict;
import java.io.IOException;

/** Where events look whether they are true: the datastores of {@code datastore.cfg}. */
final class ConfiguredStores implements StandingSnapshots.Stores {
  private final Datastores configured;
  private final DatastoreLayout layout;

  ConfiguredStores(Datastores configured, DatastoreLayout layout) {
    this.configured = configured;
    this.layout = layout;
  }

  @Override
  public Verdict ask(String store, StandingSnapshots.Question question) throws IOException {
    DatastoreConfig config = configured.find(store);
    if (config == null) return Verdict.DROP;
    Maintenance maintenance = config.maintenance();
    if (maintenance != null && maintenance.refusal(store, Maintenance.Operation.LOOKUP) != null) {
      return Verdict.WAIT;
    }
    try (var datastore = Datastore.open(config, layout)) {
      return question.of(datastore);
    }
  }
}
