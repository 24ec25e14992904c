package io.reprise.gc.sweep;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.ChunkFiles;
import io.reprise.gc.references.ChunkFiles.Status;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes chunks so that nobody who touched one loses it. Touching and deleting are not one step, so:
 *
 * <pre>
 * there, accessed before the cutoff ── rename ──→ aside ── look again ──→ accessed before: deleted
 *                                                             └─ touched meanwhile: linked back
 * </pre>
 *
 * Who touches before the rename is seen by the second look; who touches after it finds no chunk, and writes it.
 */
public final class Sweeper {
  private final ChunkFiles chunks;
  private final Pause pause;

  /** Waited between setting aside and the second look: longer than a client caches attributes on NFS. */
  @FunctionalInterface
  public interface Pause {
    Pause NONE = () -> {};

    void await() throws IOException;
  }

  public Sweeper(ChunkFiles chunks, Pause pause) {
    this.chunks = chunks;
    this.pause = pause;
  }

  /**
   * What became of a batch.
   *
   * @param deleted by this sweep
   * @param bytes of those
   * @param gone were not there
   * @param young stay, as they were accessed at or after the cutoff
   * @param youngBytes of those
   */
  public record Swept(
      List<Digest> deleted,
      long bytes,
      List<Digest> gone,
      List<Digest> young,
      long youngBytes,
      @Nullable Instant oldestYoung) {}

  /** @param digests that no index refers to, behind the barrier */
  public Swept sweep(List<Digest> digests, Instant cutoff) throws IOException {
    var result = new Result();
    var aside = new ArrayList<Digest>();
    boolean renamed = false;
    for (Digest digest : digests) {
      Status status = chunks.find(digest);
      if (status == null) {
        aside.add(digest); // perhaps by a sweeper that died before its second look
      } else if (!status.accessed().isBefore(cutoff)) {
        result.young(digest, status);
      } else {
        renamed |= chunks.setAside(digest);
        aside.add(digest);
      }
    }
    if (renamed) pause.await();
    for (Digest digest : aside) judge(digest, cutoff, result);
    return result.toSwept();
  }

  private void judge(Digest digest, Instant cutoff, Result result) throws IOException {
    Status status = chunks.findAside(digest);
    if (status == null) {
      result.gone.add(digest);
    } else if (!status.accessed().isBefore(cutoff)) {
      chunks.putBack(digest);
      result.young(digest, status);
    } else {
      chunks.deleteAside(digest);
      result.deleted.add(digest);
      result.bytes += status.size();
    }
  }

  private static final class Result {
    final List<Digest> deleted = new ArrayList<>();
    final List<Digest> gone = new ArrayList<>();
    final List<Digest> young = new ArrayList<>();
    long bytes;
    long youngBytes;

    @Nullable
    Instant oldestYoung;

    void young(Digest digest, Status status) {
      young.add(digest);
      youngBytes += status.size();
      if (oldestYoung == null || status.accessed().isBefore(oldestYoung)) {
        oldestYoung = status.accessed();
      }
    }

    Swept toSwept() {
      return new Swept(deleted, bytes, gone, young, youngBytes, oldestYoung);
    }
  }
}
