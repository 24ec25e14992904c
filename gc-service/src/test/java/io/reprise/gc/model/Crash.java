package io.reprise.gc.model;

/** The process dies here; what it had done stays done. */
final class Crash extends RuntimeException {
  Crash() {
    super("crash", null, false, false);
  }
}
