package io.reprise.ingest.event;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.store.FinishedBackup;
import io.reprise.ingest.store.SnapshotEvents;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.SnapshotFinished;
import io.reprise.platform.event.SnapshotFinished.Origin;
import io.reprise.platform.event.SnapshotRemoved;
import jakarta.enterprise.context.ApplicationScoped;

/** What happens to snapshots here, as events. */
@ApplicationScoped
class Announcements implements SnapshotEvents {
  private final Events events;

  Announcements(Events events) {
    this.events = events;
  }

  @Override
  public void finishing(FinishedBackup backup) {
    events.announce(new SnapshotFinished(
        backup.store(),
        backup.namespace(),
        backup.snapshot(),
        Origin.BACKUP,
        backup.manifest(),
        backup.owner(),
        backup.who(),
        backup.task(),
        backup.duration(),
        backup.statistics()));
  }

  @Override
  public void removed(String store, Namespace namespace, SnapshotId snapshot, AuthId who) {
    events.announce(new SnapshotRemoved(store, namespace, snapshot, who));
  }
}
