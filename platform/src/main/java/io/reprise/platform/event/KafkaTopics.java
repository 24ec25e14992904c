package io.reprise.platform.event;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics that are missing, whoever starts first; where topics come from a manifest there is nothing to make.
 * Replication is as the cluster has it. Dead letters are few: one partition.
 */
public final class KafkaTopics {
  private static final System.Logger LOG = System.getLogger(KafkaTopics.class.getName());
  private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(10).toMillis();

  private final Map<String, Object> connection;
  private final int partitions;

  /**
   * @param connection settings of Kafka's clients: {@code bootstrap.servers}, security; others are let alone
   * @param partitions of topics that are made
   */
  public KafkaTopics(Map<String, Object> connection, int partitions) {
    this.connection = new HashMap<>(connection);
    this.connection.keySet().retainAll(AdminClientConfig.configNames());
    this.connection.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    this.connection.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    this.partitions = partitions;
  }

  /**
   * All topics are there when this returns, except those that the cluster does not let us make, which are logged.
   *
   * @throws IOException if no broker answers
   */
  public void ensure() throws IOException {
    try (var admin = Admin.create(connection)) {
      Set<String> there = admin
          .listTopics(new ListTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
          .names()
          .get();
      List<NewTopic> missing =
          all().stream().filter(topic -> !there.contains(topic.name())).toList();
      if (!missing.isEmpty()) make(admin, missing);
    } catch (ExecutionException e) {
      throw unreachable(e.getCause() == null ? e : e.getCause());
    } catch (KafkaException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while talking to Kafka");
    }
  }

  private List<NewTopic> all() {
    var all = new ArrayList<NewTopic>();
    for (Topic topic : Topic.values()) {
      var made = new NewTopic(topic.toString(), Optional.of(partitions), Optional.empty());
      all.add(topic.isState() ? made.configs(Map.of("cleanup.policy", "compact")) : made);
      all.add(new NewTopic(topic.deadLetters(), Optional.of(1), Optional.empty()));
    }
    return all;
  }

  private static void make(Admin admin, List<NewTopic> missing) throws InterruptedException {
    CreateTopicsResult made =
        admin.createTopics(missing, new CreateTopicsOptions().timeoutMs(TIMEOUT_MILLIS));
    int count = 0;
    for (var topic : made.values().entrySet()) {
      try {
        topic.getValue().get();
        count++;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          LOG.log(
              WARNING,
              "topic {0} cannot be made: {1}",
              topic.getKey(),
              e.getCause() == null ? e : e.getCause().getMessage());
        }
      }
    }
    if (count > 0) LOG.log(INFO, "made {0} topics", count);
  }

  private IOException unreachable(Throwable cause) {
    Object servers = connection.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    Throwable reason = cause;
    while (reason.getCause() != null && reason.getCause() != reason) reason = reason.getCause();
    return new IOException("Kafka at " + servers + ": " + reason.getMessage(), cause);
  }
}
