package io.reprise.datastore.lock;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else holds a lock. */
public final class LockBusy extends IOException {
  private final String holder;

  LockBusy(Path object, String holder) {
    super(object + " is locked: held by " + holder);
    this.holder = holder;
  }

  /** Who holds it, as far as known, e.g. {@code backup vm/100/… (process 4711 on pve-backup1)}. */
  public String holder() {
    return holder;
  }
}
