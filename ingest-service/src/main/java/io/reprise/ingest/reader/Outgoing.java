package io.reprise.ingest.reader;

import io.reprise.ingest.memory.ReadShare;
import java.util.ArrayDeque;

/**
 * What one session has handed to its connection and the client has not taken. Chunks go whole while there is memory for
 * sending; without, one at a time in pieces, so that a session always goes on.
 */
final class Outgoing {
  private final ReadShare memory;
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private int onTheWay;

  Outgoing(ReadShare memory) {
    this.memory = memory;
  }

  /**
   * Waits, in the order of calls, until a chunk may go.
   *
   * @return true: whole, call {@link #sent}; false: in pieces, call {@link #sentInPieces}
   */
  synchronized boolean begin(int bytes) throws InterruptedException {
    var me = new Object();
    waiting.add(me);
    try {
      while (true) {
        if (waiting.peek() == me) {
          boolean whole = memory.trySend(bytes);
          if (whole || onTheWay == 0) {
            onTheWay++;
            return whole;
          }
        }
        wait();
      }
    } finally {
      waiting.remove(me);
      notifyAll();
    }
  }

  /** A whole chunk is gone, to the client or with the connection. */
  void sent(int bytes) {
    memory.sent(bytes);
    sentInPieces();
  }

  /** A chunk that went in pieces is gone. */
  synchronized void sentInPieces() {
    onTheWay--;
    notifyAll();
  }
}
