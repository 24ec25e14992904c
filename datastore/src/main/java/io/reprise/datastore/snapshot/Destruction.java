package io.reprise.datastore.snapshot;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Deletes a datastore that nobody uses any more, with all its backups (datastore.md §1.7). Links are not followed. */
public final class Destruction {
  private static final List<String> BACKUPS =
      List.of("ns", "ct", "vm", "host", "reprise-removed", ".reprise", ".tmp");

  private Destruction() {}

  /**
   * Deletes backups, then chunks; chunks only if nothing else is left.
   *
   * @param failed told of each file that cannot be deleted
   * @param proceed called again and again; what it throws ends the deletion
   * @return false if something is left
   */
  public static boolean content(Path base, Consumer<String> failed, Runnable proceed)
      throws IOException {
    boolean complete = true;
    for (String name : BACKUPS) complete &= tree(base.resolve(name), failed, proceed);
    complete &= tree(base.resolve(".gc-status"), failed, proceed);
    return complete && tree(base.resolve(".chunks"), failed, proceed);
  }

  /**
   * Removes the empty datastore's directory.
   *
   * @return false if there is something in it, or it is a mount point
   */
  public static boolean directory(Path base) throws IOException {
    Files.deleteIfExists(base.resolve(".lock"));
    try {
      Files.deleteIfExists(base);
      return true;
    } catch (DirectoryNotEmptyException notOurs) {
      return false;
    } catch (IOException busy) {
      return false;
    }
  }

  private static boolean tree(Path root, Consumer<String> failed, Runnable proceed)
      throws IOException {
    var deleter = new Deleter(failed, proceed);
    Files.walkFileTree(root, deleter);
    return deleter.complete;
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    private final Consumer<String> failed;
    private final Runnable proceed;
    private boolean complete = true;

    Deleter(Consumer<String> failed, Runnable proceed) {
      this.failed = failed;
      this.proceed = proceed;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      proceed.run();
      return delete(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (!(e instanceof NoSuchFileException)) fail(file, e);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
      if (e != null) fail(directory, e);
      return delete(directory);
    }

    private FileVisitResult delete(Path file) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        fail(file, e);
      }
      return FileVisitResult.CONTINUE;
    }

    private void fail(Path file, IOException e) {
      complete = false;
      failed.accept("failed to remove \"" + file + "\": " + e.getMessage());
    }
  }
}
