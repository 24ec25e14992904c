package io.reprise.ingest.upgrade;

/** A call that was received and waits for its answer; exactly one of the two is called, once, on any thread. */
public interface Answering {
  void reply(Reply reply);

  /** Answered as the REST front answers it: protocol.md §1.4. */
  void fail(Exception why);
}
