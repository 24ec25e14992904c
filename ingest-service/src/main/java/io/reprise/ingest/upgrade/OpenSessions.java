package io.reprise.ingest.upgrade;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sessions of this process that have not ended, so that none is cut off when it stops. Safe for all threads. */
final class OpenSessions {
  private final Set<Open> open = new HashSet<>();
  private boolean stopping;

  /** @return the same session, known here until it has ended */
  StreamSession add(StreamSession session) {
    var added = new Open(session);
    synchronized (this) {
      open.add(added);
    }
    return added;
  }

  /** Closes the connections of all sessions, and waits until they have cleaned up. */
  void stop(Duration patience) throws InterruptedException {
    List<Open> last;
    synchronized (this) {
      stopping = true;
      last = List.copyOf(open);
    }
    last.forEach(Open::close);
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      for (long left = 1; !open.isEmpty() && left > 0; ) {
        left = (deadline - System.nanoTime()) / 1_000_000;
        if (left > 0) wait(left);
      }
    }
  }

  private synchronized boolean isStopping() {
    return stopping;
  }

  private synchronized void remove(Open ended) {
    open.remove(ended);
    notifyAll();
  }

  private final class Open implements StreamSession {
    private final StreamSession session;
    private volatile @Nullable SessionConnection connection;

    Open(StreamSession session) {
      this.session = session;
    }

    @Override
    public List<StreamEndpoint> endpoints() {
      return session.endpoints();
    }

    @Override
    public void connected(SessionConnection to) {
      connection = to;
      session.connected(to);
      if (isStopping()) to.close();
    }

    void close() {
      var to = connection;
      if (to != null) to.close();
    }

    @Override
    public void ended(@Nullable String failure) {
      try {
        session.ended(failure == null && isStopping() ? "the server is stopping" : failure);
      } finally {
        remove(this);
      }
    }
  }
}
