package io.reprise.datastore.snapshot;

import java.nio.file.Path;

/**
 * Where locks and leases of datastores lie outside the datastore itself.
 *
 * @param state the state directory that all hosts share, e.g. {@code /var/lib/reprise}
 * @param run PBS's run directory of this host, {@code /run/proxmox-backup} beside one (datastore.md §1.6)
 */
public record DatastoreLayout(Path state, Path run) {
  /** Second copies of the group, snapshot and manifest locks, as regular files. */
  Path locks(String store) {
    return state.resolve("locks").resolve(store);
  }

  /** One locked file for each running backup, sync into, or tape restore into the store. */
  Path writers(String store) {
    return state.resolve("writers").resolve(store);
  }

  /** PBS's manifest locks. */
  Path manifestLocks(String store) {
    return run.resolve("locks").resolve(store);
  }
}
