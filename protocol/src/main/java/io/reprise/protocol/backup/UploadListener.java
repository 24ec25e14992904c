package io.reprise.protocol.backup;

/** Told how an upload goes on, from many threads at once, for every chunk. */
@FunctionalInterface
public interface UploadListener {
  UploadListener NONE = (plain, encoded) -> {};

  /**
   * A chunk is done.
   *
   * @param plainBytes size of its content
   * @param sentBytes encoded size as uploaded; 0 if the server had it (or it is uploaded already)
   */
  void chunk(long plainBytes, long sentBytes);
}
