package io.reprise.platform.access;

import static io.reprise.platform.access.Privilege.*;

import io.reprise.datastore.InvalidName;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** PBS's fixed roles (protocol.md §2.6). */
public enum Role {
  ADMIN("Admin", EnumSet.allOf(Privilege.class)),
  AUDIT("Audit", EnumSet.of(SYS_AUDIT, DATASTORE_AUDIT)),
  DATASTORE_ADMIN(
      "DatastoreAdmin",
      EnumSet.of(
          Privilege.DATASTORE_AUDIT,
          DATASTORE_MODIFY,
          DATASTORE_READ,
          DATASTORE_VERIFY,
          Privilege.DATASTORE_BACKUP,
          DATASTORE_PRUNE)),
  DATASTORE_AUDIT_ROLE("DatastoreAudit", EnumSet.of(Privilege.DATASTORE_AUDIT)),
  DATASTORE_BACKUP_ROLE("DatastoreBackup", EnumSet.of(Privilege.DATASTORE_BACKUP)),
  DATASTORE_POWER_USER(
      "DatastorePowerUser", EnumSet.of(Privilege.DATASTORE_BACKUP, DATASTORE_PRUNE)),
  DATASTORE_READER(
      "DatastoreReader", EnumSet.of(Privilege.DATASTORE_AUDIT, DATASTORE_VERIFY, DATASTORE_READ)),
  NO_ACCESS("NoAccess", EnumSet.noneOf(Privilege.class)),
  REMOTE_ADMIN("RemoteAdmin", EnumSet.of(Privilege.REMOTE_AUDIT, REMOTE_MODIFY, REMOTE_READ)),
  REMOTE_AUDIT_ROLE("RemoteAudit", EnumSet.of(Privilege.REMOTE_AUDIT)),
  REMOTE_SYNC_OPERATOR("RemoteSyncOperator", EnumSet.of(Privilege.REMOTE_AUDIT, REMOTE_READ)),
  TAPE_ADMIN("TapeAdmin", EnumSet.of(Privilege.TAPE_AUDIT, TAPE_MODIFY, TAPE_READ, TAPE_WRITE)),
  TAPE_AUDIT_ROLE("TapeAudit", EnumSet.of(Privilege.TAPE_AUDIT)),
  TAPE_OPERATOR("TapeOperator", EnumSet.of(Privilege.TAPE_AUDIT, TAPE_READ, TAPE_WRITE)),
  TAPE_READER("TapeReader", EnumSet.of(Privilege.TAPE_AUDIT, Privilege.TAPE_READ));

  private final String text;
  private final Set<Privilege> privileges;

  Role(String text, EnumSet<Privilege> privileges) {
    this.text = text;
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

  public Set<Privilege> privileges() {
    return privileges;
  }

  /** As in {@code acl.cfg}, e.g. {@code DatastoreBackup}. */
  @Override
  public String toString() {
    return text;
  }
}
