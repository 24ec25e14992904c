package io.reprise.datastore;

import java.io.IOException;

/**
 * Content that breaks its format: truncated, forged, or of a kind that is not known here. The message names the object and
 * says what to do. Distinct from other {@link IOException}s, which are faults of disk or network and say nothing about the
 * content.
 */
public final class BadFormat extends IOException {
  private static final long serialVersionUID = 1;

  /** @param message what was wrong, with which object, and what to do */
  public BadFormat(String message) {
    super(message);
  }

  public BadFormat(String message, Throwable cause) {
    super(message, cause);
  }
}
