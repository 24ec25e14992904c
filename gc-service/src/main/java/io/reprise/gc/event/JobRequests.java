package io.reprise.gc.event;

import io.reprise.platform.job.RequestEvents;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Requests for garbage collection, pruning and verification, from wherever: a file each, and the runner looks. */
@ApplicationScoped
class JobRequests {
  private final RequestEvents requests;

  JobRequests(RequestEvents requests) {
    this.requests = requests;
  }

  @Incoming("gc-requested")
  @Blocking
  void hearOfCollections(ConsumerRecord<String, byte[]> record) throws IOException {
    accept(record);
  }

  @Incoming("prune-requested")
  @Blocking
  void hearOfPruning(ConsumerRecord<String, byte[]> record) throws IOException {
    accept(record);
  }

  @Incoming("verify-requested")
  @Blocking
  void hearOfVerifications(ConsumerRecord<String, byte[]> record) throws IOException {
    accept(record);
  }

  private void accept(ConsumerRecord<String, byte[]> record) throws IOException {
    Received event = Received.of(record);
    requests.accept(event.topic(), event.id(), event.time(), event.data());
  }
}
