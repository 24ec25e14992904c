package io.reprise.gc.references;

import io.reprise.datastore.Digest;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The chunk files of one datastore, as garbage collection needs them. */
public interface ChunkFiles {
  /**
   * @param size encoded bytes
   * @param accessed by the file server's clock
   */
  record Status(long size, Instant accessed) {}

  /** @return null if there is no such chunk */
  @Nullable
  Status find(Digest digest) throws IOException;

  /**
   * Renames the chunk to {@code <digest>.removing}, a name that no PBS looks at: from now on it is not there.
   *
   * @return false if there is no such chunk
   */
  boolean setAside(Digest digest) throws IOException;

  /** The chunk set aside, through a fresh look. @return null if there is none */
  @Nullable
  Status findAside(Digest digest) throws IOException;

  /**
   * Gives the chunk its name back, unless it was written again meanwhile; then just deletes what was set aside. It counts as
   * touched now: a backup that relies on it, and wanted to touch it meanwhile, did not find it.
   */
  void putBack(Digest digest) throws IOException;

  void deleteAside(Digest digest) throws IOException;

  /** Deletes a corrupt chunk file. @param name {@code <digest>.<n>.bad} */
  void deleteBad(String name) throws IOException;

  /** @return null if it is gone */
  @Nullable
  Status findBad(String name) throws IOException;

  /** Takes every name below {@code .chunks} that means something, directory by directory. */
  interface Names {
    /**
     * A chunk.
     *
     * @param head the first eight bytes of its digest
     */
    void chunk(long head, Name name) throws IOException;

    /** {@code <digest>.<n>.bad}. */
    void bad(long head, Name name) throws IOException;

    /** {@code <digest>.removing}. */
    void aside(long head, Name name) throws IOException;

    /** A directory is done. @param number 0 … 65,535 */
    void directory(int number) throws IOException;
  }

  /** A name that is made only when it is asked for; valid during the call. */
  interface Name {
    Digest digest();

    @Override
    String toString();
  }

  /** Everything is handed over in the order of the directories; what comes or goes meanwhile may be missed. */
  void list(Names names) throws IOException;
}
