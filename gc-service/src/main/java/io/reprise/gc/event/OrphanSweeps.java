package io.reprise.gc.event;

import io.reprise.gc.collect.SharedSweeps;
import io.reprise.platform.event.ChunkOrphaned;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Orphaned chunks, shared among all replicas: each batch is deleted by one. */
@ApplicationScoped
class OrphanSweeps {
  private final SharedSweeps sweeps;

  OrphanSweeps(SharedSweeps sweeps) {
    this.sweeps = sweeps;
  }

  @Incoming("chunk-orphaned")
  @Blocking
  void hear(ConsumerRecord<String, byte[]> record) throws IOException {
    sweeps.sweep(ChunkOrphaned.parse(Received.of(record).data()));
  }
}
