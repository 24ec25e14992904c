package io.reprise.gc.collect;

import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.gc.store.StoreChunkFiles;
import io.reprise.gc.store.StoreWriters;
import io.reprise.gc.sweep.Sweeper;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.event.ChunkOrphaned;
import io.reprise.platform.job.Leases;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Deletes orphans that some replica's owner offered. What is not deleted here, for whatever reason, the owner deletes when
 * the offer is over; so when in doubt nothing is done.
 */
public final class SharedSweeps {
  private static final Logger LOG = Logger.getLogger(SharedSweeps.class);

  private final Datastores configured;
  private final DatastoreLayout layout;
  private final Leases leases;
  private final AtomicLong chunks = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  public SharedSweeps(Datastores configured, DatastoreLayout layout, Leases leases) {
    this.configured = configured;
    this.layout = layout;
    this.leases = leases;
  }

  /** Deletes those that nobody has touched, unless the offer is over or void. */
  public void sweep(ChunkOrphaned offer) throws IOException {
    DatastoreConfig config = configured.find(offer.store());
    if (config == null || leases.epoch(Owner.lease(offer.store())) != offer.epoch()) return;
    Maintenance maintenance = config.maintenance();
    if (maintenance != null && maintenance.refusal(offer.store(), Operation.WRITE) != null) return;
    try (var datastore = Datastore.open(config, layout)) {
      var writers = new StoreWriters(datastore);
      if (writers.now().isAfter(offer.validUntil()) || writers.foreignCollection()) return;
      var files = new StoreChunkFiles(datastore.chunks(), datastore.path());
      var swept = new Sweeper(files, SecondLook.of(datastore.path()))
          .sweep(offer.digests(), offer.cutoff());
      chunks.addAndGet(swept.deleted().size());
      bytes.addAndGet(swept.bytes());
      LOG.infof(
          "%s: %d orphaned chunks deleted (%d bytes), %d touched meanwhile",
          offer.store(), swept.deleted().size(), swept.bytes(), swept.young().size());
    }
  }

  /** Deleted by this process since it began. */
  public long chunks() {
    return chunks.get();
  }

  /** Of those. */
  public long bytes() {
    return bytes.get();
  }
}
