package io.reprise.datastore.snapshot;

import java.io.IOException;

/** A backup cannot begin; nothing was changed but, perhaps, an empty group made. */
public final class BackupRefused extends IOException {
  private final transient Refusal refusal;

  BackupRefused(Refusal refusal) {
    super(refusal.message());
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
