package io.reprise.ingest.upgrade;

/** The connection of a session. */
public interface SessionConnection {
  /** Ends it; {@link StreamSession#ended} follows. Any thread, any number of times. */
  void close();
}
