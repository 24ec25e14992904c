package io.reprise.platform.config;

import java.io.IOException;

/** A configuration file cannot be used, or a change to it is refused; the message names file and line or key. */
public final class ConfigError extends IOException {
  public ConfigError(String message) {
    super(message);
  }
}
