package io.reprise.gc.collect;

import io.reprise.gc.sweep.Sweeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How long to wait between setting chunks aside and looking at them again. */
final class SecondLook {
  /** Clients of NFS and SMB keep attributes for up to a minute. */
  private static final Duration CACHED = Duration.ofSeconds(65);

  private SecondLook() {}

  static Sweeper.Pause of(Path datastore) throws IOException {
    String type = Files.getFileStore(datastore).type();
    boolean caches = type.startsWith("nfs") || type.startsWith("cifs") || type.startsWith("smb");
    return caches ? SecondLook::await : Sweeper.Pause.NONE;
  }

  private static void await() throws IOException {
    try {
      Thread.sleep(CACHED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "interrupted; chunks set aside are put back by the next pass");
    }
  }
}
