package io.reprise.protocol.backup;

/** Told how an upload goes on, for every chunk in order, on the thread that uploads the archive. */
@FunctionalInterface
public interface UploadListener {
  UploadListener NONE = (plain, encoded) -> {};

  /**
   * The server has a chunk.
   *
   * @param plainBytes size of its content
   * @param sentBytes encoded size as uploaded; 0 if the server had it (or it is uploaded already)
   */
  void chunk(long plainBytes, long sentBytes);
}
