package io.reprise.ingest;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;
import io.reprise.ingest.store.FinishedBackup;
import io.reprise.ingest.store.SnapshotEvents;
import io.reprise.ingest.store.Stores;
import io.reprise.platform.task.Tasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Makes, once, the parts that are plain Java and know nothing of this framework. */
@ApplicationScoped
class Parts {
  @Produces
  @Singleton
  Directories directories(IngestConfig settings) throws IOException {
    return Directories.of(settings);
  }

  @Produces
  @Singleton
  Tasks tasks(Directories directories) throws IOException {
    return new Tasks(directories.tasks(), directories.node());
  }

  @Produces
  @Singleton
  Stores stores(Directories directories) {
    return new Stores(name -> null, new DatastoreLayout(directories.state(), directories.run()));
  }

  @Produces
  @Singleton
  SnapshotEvents events() {
    return new SnapshotEvents() {
      @Override
      public void finishing(FinishedBackup backup) {}

      @Override
      public void removed(String store, Namespace namespace, SnapshotId snapshot, AuthId who) {}
    };
  }
}
