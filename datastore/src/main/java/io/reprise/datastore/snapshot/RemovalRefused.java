package io.reprise.datastore.snapshot;

import java.io.IOException;

/** A snapshot or group may not be removed or moved now; the message says why and what to do. Nothing was changed. */
public final class RemovalRefused extends IOException {
  RemovalRefused(String message) {
    super(message);
  }
}
