package io.reprise.datastore.key;

import java.io.IOException;

/** Where a passphrase comes from, asked only if one is needed: environment, file, terminal. */
@FunctionalInterface
public interface Passphrase {
  /** The bytes as typed, without a line end. */
  byte[] get() throws IOException;
}
