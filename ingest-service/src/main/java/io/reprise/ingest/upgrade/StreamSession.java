package io.reprise.ingest.upgrade;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One open session as its protocol sees it: the calls that it takes, and its end. */
public interface StreamSession {
  List<StreamEndpoint> endpoints();

  /** The connection stands; calls come from now on. On the event loop: must be quick. */
  void connected(SessionConnection connection);

  /**
   * The connection is over and no call runs any more: give everything back. Called once, on a virtual thread, also when
   * the connection never came to be. May block.
   *
   * @param failure null if the client simply went away, else what broke the connection
   */
  void ended(@Nullable String failure);
}
