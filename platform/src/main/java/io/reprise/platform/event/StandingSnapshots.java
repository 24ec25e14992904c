package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A {@code snapshot-finished} is true once its manifest stands, and never will be once its session is over without one.
 * Sessions hold a writer's lease from before their first write until after the manifest stands. All other events are true
 * when they are written.
 */
public final class StandingSnapshots implements Truth {
  private final Stores stores;

  /** The datastores of this installation. */
  public interface Stores {
    /**
     * Asks something of a datastore.
     *
     * @return {@code DROP} if there is no such datastore any more, {@code WAIT} while it is off line
     */
    Verdict ask(String store, Question question) throws IOException;
  }

  /** Asked of an open datastore. */
  public interface Question {
    Verdict of(Datastore datastore) throws IOException;
  }

  public StandingSnapshots(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Verdict of(Event event) throws IOException {
    if (event.topic() != Topic.SNAPSHOT_FINISHED) return Verdict.SEND;
    ObjectNode data = event.dataNode();
    try {
      Namespace namespace = Namespace.parse(data.path("ns").asText());
      var group = new GroupId(
          BackupType.parse(data.path("backup-type").asText()),
          data.path("backup-id").asText());
      var snapshot = new SnapshotId(group, data.path("backup-time").asLong());
      return stores.ask(
          data.path("store").asText(), datastore -> of(datastore, namespace, snapshot));
    } catch (InvalidName nothingOfOurs) {
      return Verdict.DROP;
    }
  }

  private static Verdict of(Datastore datastore, Namespace namespace, SnapshotId snapshot)
      throws IOException {
    Path manifest = datastore.directory(namespace, snapshot).resolve(ArchiveName.MANIFEST.text());
    if (FileStatus.find(manifest) != null) return Verdict.SEND;
    if (mayBeWritten(datastore, EventData.subject(namespace, snapshot))) return Verdict.WAIT;
    // The session put its manifest into place before it gave up its lease: what is missing now
    // stays so.
    if (FileStatus.find(manifest) != null) return Verdict.SEND;
    boolean mounted = FileStatus.find(datastore.path().resolve(".chunks")) != null;
    return mounted ? Verdict.DROP : Verdict.WAIT;
  }

  private static boolean mayBeWritten(Datastore datastore, String subject) throws IOException {
    return datastore.writerLeases().writers().stream()
        .anyMatch(writer -> writer.subject().isEmpty() || writer.subject().equals(subject));
  }
}
