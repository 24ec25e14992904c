package io.reprise.datastore;

/** What was backed up (datastore.md §1.2); declared in PBS's sort order. */
public enum BackupType {
  CT,
  HOST,
  VM;

  /** @throws InvalidName unless {@code ct}, {@code host} or {@code vm} */
  public static BackupType parse(String text) {
    return switch (text) {
      case "ct" -> CT;
      case "host" -> HOST;
      case "vm" -> VM;
      default -> throw new InvalidName("backup type", text, "vm, ct or host");
    };
  }

  /** Lower case, as in paths and on the wire. */
  @Override
  public String toString() {
    return switch (this) {
      case CT -> "ct";
      case HOST -> "host";
      case VM -> "vm";
    };
  }
}
