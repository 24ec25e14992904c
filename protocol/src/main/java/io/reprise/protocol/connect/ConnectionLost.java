package io.reprise.protocol.connect;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The server could not be reached, or the connection ended before the answer. What was asked may have been done. */
public final class ConnectionLost extends IOException {
  private static final long serialVersionUID = 1;

  public ConnectionLost(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
