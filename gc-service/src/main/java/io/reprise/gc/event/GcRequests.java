package io.reprise.gc.event;

import io.reprise.platform.job.RequestEvents;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Requests for garbage collection, from wherever: a file each, and the runner looks. */
@ApplicationScoped
class GcRequests {
  private final RequestEvents requests;

  GcRequests(RequestEvents requests) {
    this.requests = requests;
  }

  @Incoming("gc-requested")
  @Blocking
  void hear(ConsumerRecord<String, byte[]> record) throws IOException {
    Received event = Received.of(record);
    requests.accept(event.topic(), event.id(), event.time(), event.data());
  }
}
