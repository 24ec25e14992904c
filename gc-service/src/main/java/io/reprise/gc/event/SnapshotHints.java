package io.reprise.gc.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Owner;
import io.reprise.gc.collect.StoreCollection;
import io.reprise.platform.event.EventData;
import io.reprise.platform.event.Topic;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Looks at single snapshots as soon as they are told of; the walk finds them in any case. */
@ApplicationScoped
class SnapshotHints {
  private static final Logger LOG = Logger.getLogger(SnapshotHints.class);

  private final Collections collections;

  SnapshotHints(Collections collections) {
    this.collections = collections;
  }

  @Incoming("snapshot-hints")
  @Blocking
  void hear(ConsumerRecord<String, byte[]> record) {
    try {
      Received event = Received.of(record);
      Owner owner = collections.of(event.data().path("store").asText());
      StoreCollection collection = owner == null ? null : owner.current();
      if (owner == null || collection == null) return;
      if (event.topic() == Topic.SNAPSHOT_REMOVED) owner.hint();
      else collection.look(directory(event.data()));
    } catch (IOException | InvalidName | IllegalStateException e) {
      LOG.debugf("a hint is let go, the next walk will tell: %s", e.getMessage());
    }
  }

  private static String directory(ObjectNode data) {
    var group = new GroupId(
        BackupType.parse(data.path("backup-type").asText()),
        data.path("backup-id").asText());
    return EventData.subject(
        Namespace.parse(data.path("ns").asText()),
        new SnapshotId(group, data.path("backup-time").asLong()));
  }
}
