package io.reprise.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The child processes of one command. Closing stops them one by one, the last started first; then none can be started. */
public final class Children implements AutoCloseable {
  private final Deque<ChildJvm> running = new ArrayDeque<>();
  private boolean closed;

  /**
   * @param name for messages
   * @param arguments of {@code java}; never secrets, as every user of the host sees them
   * @param environment beside this process's own: what must not be seen on a command line
   * @param log gets both outputs, behind what it holds
   * @throws IOException also if this is closed already
   */
  public synchronized ChildJvm start(
      String name, List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    if (closed) throw new IOException(name + " is not started: everything is being stopped");
    running.removeIf(child -> !child.isAlive());
    var child = ChildJvm.start(name, arguments, environment, log);
    running.push(child);
    return child;
  }

  /** Those that have not ended, the last started first. */
  public synchronized List<ChildJvm> running() {
    return running.stream().filter(ChildJvm::isAlive).toList();
  }

  /** True once they are being stopped: that one ends is no news then. */
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    close(ChildJvm.STOP);
  }

  /** @param patience with each of them; one that does not stop is killed */
  public void close(Duration patience) {
    List<ChildJvm> last;
    synchronized (this) {
      closed = true;
      last = new ArrayList<>(running);
    }
    last.forEach(child -> child.close(patience));
  }
}
