package io.reprise.gc.references;

import java.io.IOException;

/** The reference index does not fit the datastore or itself: it is to be built again. Nothing is deleted on its account. */
public final class IndexDamaged extends IOException {
  public IndexDamaged(String message) {
    super(message + ": the reference index will be rebuilt from the datastore");
  }

  IndexDamaged(String message, Throwable cause) {
    super(message + ": the reference index will be rebuilt from the datastore", cause);
  }
}
