package io.reprise.platform.access;

import static io.reprise.platform.access.Privilege.*;

import io.reprise.datastore.InvalidName;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** PBS's fixed roles (protocol.md §2.6). */
public enum Role {
  ADMIN("Admin", "Everything", EnumSet.allOf(Privilege.class)),
  AUDIT("Audit", "See the server and all datastores", EnumSet.of(SYS_AUDIT, DATASTORE_AUDIT)),
  DATASTORE_ADMIN(
      "DatastoreAdmin",
      "Everything in datastores but making and removing them",
      EnumSet.of(
          Privilege.DATASTORE_AUDIT,
          DATASTORE_MODIFY,
          DATASTORE_READ,
          DATASTORE_VERIFY,
          Privilege.DATASTORE_BACKUP,
          DATASTORE_PRUNE)),
  DATASTORE_AUDIT_ROLE(
      "DatastoreAudit", "See all of a datastore", EnumSet.of(Privilege.DATASTORE_AUDIT)),
  DATASTORE_BACKUP_ROLE(
      "DatastoreBackup",
      "Back up, and restore what is one's own",
      EnumSet.of(Privilege.DATASTORE_BACKUP)),
  DATASTORE_POWER_USER(
      "DatastorePowerUser",
      "Back up, restore and prune what is one's own",
      EnumSet.of(Privilege.DATASTORE_BACKUP, DATASTORE_PRUNE)),
  DATASTORE_READER(
      "DatastoreReader",
      "See, verify and restore all backups",
      EnumSet.of(Privilege.DATASTORE_AUDIT, DATASTORE_VERIFY, DATASTORE_READ)),
  NO_ACCESS("NoAccess", "Nothing", EnumSet.noneOf(Privilege.class)),
  REMOTE_ADMIN(
      "RemoteAdmin",
      "Everything with remotes",
      EnumSet.of(Privilege.REMOTE_AUDIT, REMOTE_MODIFY, REMOTE_READ)),
  REMOTE_AUDIT_ROLE("RemoteAudit", "See remotes", EnumSet.of(Privilege.REMOTE_AUDIT)),
  REMOTE_SYNC_OPERATOR(
      "RemoteSyncOperator",
      "See remotes and pull from them",
      EnumSet.of(Privilege.REMOTE_AUDIT, REMOTE_READ)),
  TAPE_ADMIN(
      "TapeAdmin",
      "Everything with tapes",
      EnumSet.of(Privilege.TAPE_AUDIT, TAPE_MODIFY, TAPE_READ, TAPE_WRITE)),
  TAPE_AUDIT_ROLE("TapeAudit", "See tapes", EnumSet.of(Privilege.TAPE_AUDIT)),
  TAPE_OPERATOR(
      "TapeOperator",
      "Write and read tapes",
      EnumSet.of(Privilege.TAPE_AUDIT, TAPE_READ, TAPE_WRITE)),
  TAPE_READER("TapeReader", "Read tapes", EnumSet.of(Privilege.TAPE_AUDIT, Privilege.TAPE_READ));

  private final String text;
  private final String purpose;
  private final Set<Privilege> privileges;

  Role(String text, String purpose, EnumSet<Privilege> privileges) {
    this.text = text;
    this.purpose = purpose;
    this.privileges = Collections.unmodifiableSet(privileges);
  }

  /** @throws InvalidName if PBS has no such role */
  public static Role parse(String text) {
    return Arrays.stream(values())
        .filter(role -> role.text.equals(text))
        .findFirst()
        .orElseThrow(() ->
            new InvalidName("role", text, "a role such as Admin, DatastoreBackup or NoAccess"));
  }

  /** What it is for, in a few words for lists. */
  public String purpose() {
    return purpose;
  }

  public Set<Privilege> privileges() {
    return privileges;
  }

  /** As in {@code acl.cfg}, e.g. {@code DatastoreBackup}. */
  @Override
  public String toString() {
    return text;
  }
}
