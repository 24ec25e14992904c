package io.reprise.platform.event;

import java.io.IOException;

/** What the datastore says of an event that waits in an outbox. */
public interface Truth {
  /** What is to be done with an entry. */
  enum Verdict {
    /** It tells what is so. */
    SEND,
    /** It is not so yet, or cannot be known now. */
    WAIT,
    /** It will never be so. */
    DROP
  }

  /** @throws IOException if it cannot be known now */
  Verdict of(Event event) throws IOException;
}
