package io.reprise.gc.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.gc.verify.Verifiers;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** New snapshots, which some datastores have verified at once; a look at the manifests finds them in any case. */
@ApplicationScoped
class NewSnapshotHints {
  private static final Logger LOG = Logger.getLogger(NewSnapshotHints.class);

  private final Verifiers verifiers;

  NewSnapshotHints(Verifiers verifiers) {
    this.verifiers = verifiers;
  }

  @Incoming("new-snapshots")
  @Blocking
  void finished(ConsumerRecord<String, byte[]> record) {
    try {
      ObjectNode data = Received.of(record).data();
      var group = new GroupId(
          BackupType.parse(data.path("backup-type").asText()),
          data.path("backup-id").asText());
      verifiers.finished(
          data.path("store").asText(),
          Namespace.parse(data.path("ns").asText()),
          new SnapshotId(group, data.path("backup-time").asLong()));
    } catch (IOException | InvalidName e) {
      LOG.debugf("a new snapshot is let go, the next look will find it: %s", e.getMessage());
    }
  }
}
