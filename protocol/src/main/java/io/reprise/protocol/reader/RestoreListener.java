package io.reprise.protocol.reader;

/** Told how a restore goes on, for every chunk in order, on the thread that restores. */
@FunctionalInterface
public interface RestoreListener {
  RestoreListener NONE = bytes -> {};

  /** So many bytes of the archive more are restored. */
  void restored(long bytes);
}
