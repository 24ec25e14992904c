package io.reprise.service;

import io.reprise.platform.event.Event;
import io.reprise.platform.event.KafkaTopics;
import io.reprise.platform.event.Transport;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Kafka by one channel for all topics: acknowledged by all replicas, idempotent ({@code application.properties}). */
@ApplicationScoped
class KafkaTransport implements Transport {
  /** More than outbox and progress have under way together. */
  private static final int BUFFER = 256;

  private final Emitter<byte[]> emitter;
  private final KafkaTopics topics;

  KafkaTransport(
      @Channel("events") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
          Emitter<byte[]> emitter,
      @Identifier("default-kafka-broker") Map<String, Object> connection,
      ThisService service) {
    this.emitter = emitter;
    topics = new KafkaTopics(connection, service.topicPartitions());
  }

  @Override
  public void connect() throws IOException {
    topics.ensure();
  }

  @Override
  public CompletionStage<Void> send(Event event) {
    var headers = new RecordHeaders();
    event
        .headers()
        .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    var record = OutgoingKafkaRecordMetadata.<String>builder()
        .withTopic(event.topic().toString())
        .withKey(event.key())
        .withHeaders(headers)
        .withTimestamp(event.time())
        .build();
    var done = new CompletableFuture<Void>();
    Message<byte[]> message = Message.of(
            event.data().getBytes(StandardCharsets.UTF_8),
            () -> {
              done.complete(null);
              return CompletableFuture.completedFuture(null);
            },
            lost -> {
              done.completeExceptionally(reason(lost));
              return CompletableFuture.completedFuture(null);
            })
        .addMetadata(record);
    try {
      emitter.send(message);
    } catch (IllegalStateException stopping) {
      done.completeExceptionally(stopping);
    }
    return done;
  }

  /** What Kafka said, without what the retries around it say. */
  private static Throwable reason(Throwable lost) {
    Throwable root = lost;
    while (root.getCause() != null && root.getCause() != root) root = root.getCause();
    return root instanceof RecordTooLargeException
        ? new EventRefused("larger than the topic allows: " + root.getMessage(), root)
        : root;
  }
}
