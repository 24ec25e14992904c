package io.reprise.platform.access;

/** PBS's privileges, in its order (protocol.md §2.6). */
public enum Privilege {
  SYS_AUDIT("Sys.Audit"),
  SYS_MODIFY("Sys.Modify"),
  SYS_POWER_MANAGEMENT("Sys.PowerManagement"),
  DATASTORE_AUDIT("Datastore.Audit"),
  DATASTORE_ALLOCATE("Datastore.Allocate"),
  DATASTORE_MODIFY("Datastore.Modify"),
  DATASTORE_READ("Datastore.Read"),
  DATASTORE_VERIFY("Datastore.Verify"),
  DATASTORE_BACKUP("Datastore.Backup"),
  DATASTORE_PRUNE("Datastore.Prune"),
  PERMISSIONS_MODIFY("Permissions.Modify"),
  REMOTE_AUDIT("Remote.Audit"),
  REMOTE_MODIFY("Remote.Modify"),
  REMOTE_READ("Remote.Read"),
  SYS_CONSOLE("Sys.Console"),
  TAPE_AUDIT("Tape.Audit"),
  TAPE_MODIFY("Tape.Modify"),
  TAPE_WRITE("Tape.Write"),
  TAPE_READ("Tape.Read"),
  REALM_ALLOCATE("Realm.Allocate");

  private final String text;

  Privilege(String text) {
    this.text = text;
  }

  /** As in answers, e.g. {@code Datastore.Audit}. */
  @Override
  public String toString() {
    return text;
  }
}
