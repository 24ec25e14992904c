package io.reprise.datastore.key;

import java.io.IOException;

/** A key does not open with the passphrase given. */
public final class WrongPassphrase extends IOException {
  private static final long serialVersionUID = 1;

  WrongPassphrase(String what) {
    super(what + " does not open with this passphrase: try another");
  }
}
