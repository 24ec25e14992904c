package io.reprise.datastore.snapshot;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import org.jspecify.annotations.Nullable;

/** Why a backup cannot begin (protocol.md §3.1, checks 3, 5 and 7 to 12). All but {@link NoNamespace} answer 400. */
public sealed interface Refusal {
  /** What was wrong, with which object, and what to do. */
  String message();

  record UnderMaintenance(String message) implements Refusal {}

  record NoNamespace(Namespace namespace) implements Refusal { // 404
    @Override
    public String message() {
      return "namespace '" + namespace + "' does not exist: create it first";
    }
  }

  record NoSpace(String message) implements Refusal {}

  /** @param holder who holds the group, as far as known */
  record GroupBusy(GroupId group, String holder) implements Refusal {
    @Override
    public String message() {
      return "another backup is already running for group " + group + ": held by " + holder;
    }
  }

  /** @param owner null if the owner file is missing or unreadable although the group holds snapshots */
  record NotOwner(GroupId group, @Nullable AuthId owner, AuthId caller) implements Refusal {
    @Override
    public String message() {
      return owner == null
          ? "backup owner check failed: group " + group + " has no owner, set one with change-owner"
          : "backup owner check failed (" + caller + " != " + owner + ") for group " + group;
    }
  }

  record TimeNotAfterBase(SnapshotId snapshot, SnapshotId base) implements Refusal {
    @Override
    public String message() {
      return "backup timestamp "
          + snapshot.timeText()
          + " is not after the last backup "
          + base
          + ": check the client's clock";
    }
  }

  record BaseBusy(SnapshotId base, String holder) implements Refusal {
    @Override
    public String message() {
      return "previous backup " + base + " is locked: held by " + holder + ", try again later";
    }
  }

  record SnapshotExists(SnapshotId snapshot) implements Refusal {
    @Override
    public String message() {
      return "backup snapshot " + snapshot + " already exists";
    }
  }
}
