package io.reprise.ingest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes, in a mount namespace of its own: no root is needed, only a kernel that lets users have
 * namespaces. It is seen through {@code /proc}, and gone with the process that holds it.
 */
public final class SmallFileSystem implements AutoCloseable {
  private final Process holder;
  private final Path path;

  private SmallFileSystem(Process holder, Path path) {
    this.holder = holder;
    this.path = path;
  }

  /** Skips the test where it is not possible. */
  public static SmallFileSystem of(int megabytes) throws IOException {
    Process holder;
    try {
      holder = new ProcessBuilder(
              "unshare",
              "-rm",
              "sh",
              "-c",
              "mount -t tmpfs -o size=" + megabytes + "m tmpfs /mnt && echo mounted && exec cat")
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException noUnshare) {
      assumeTrue(false, "no small file system: " + noUnshare.getMessage());
      throw noUnshare;
    }
    String answer = holder.inputReader(StandardCharsets.UTF_8).readLine();
    Path path = Path.of("/proc/" + holder.pid() + "/root/mnt");
    assumeTrue(
        "mounted".equals(answer) && Files.isWritable(path),
        "no small file system: this kernel lets users have no mount namespaces");
    return new SmallFileSystem(holder, path);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    holder.destroy();
    try {
      holder.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
