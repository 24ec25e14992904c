package io.reprise.ingest.upgrade;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade request whose caller is known and may do it, privileges and syntax checked, nothing looked up yet.
 *
 * @param datastore its name; a safe id, which may not exist
 * @param caller whose privileges were checked
 * @param ownGroupsOnly a reader that has Datastore.Backup but not Datastore.Read: it must own the group. Always false for
 *     a backup, where ownership is required anyway (protocol.md §2.8)
 * @param benchmark as asked for; whether it fits the group is still to be checked
 * @param debug the client wants more in the task log
 * @param peer address without port for the task log, e.g. {@code ::ffff:10.0.0.1}; null if unknown
 */
public record UpgradeRequest(
    Protocol protocol,
    String datastore,
    Namespace namespace,
    SnapshotId snapshot,
    AuthId caller,
    boolean ownGroupsOnly,
    boolean benchmark,
    boolean debug,
    @Nullable String peer) {

  /** What the connection becomes. */
  public enum Protocol {
    BACKUP("proxmox-backup-protocol-v1"),
    READER("proxmox-backup-reader-protocol-v1");

    private final String header;

    Protocol(String header) {
      this.header = header;
    }

    /** The exact value of the {@code Upgrade} header, asked and answered. */
    public String header() {
      return header;
    }
  }
}
