package io.reprise.platform.job;

import java.io.IOException;

/** Somebody broke a lease, or the file server forgot it: whoever held it stops and leaves everything to the next holder. */
public final class LeaseLost extends IOException {
  LeaseLost(String name) {
    super("the lease of " + name + " was lost: another replica may be at it");
  }
}
