package io.reprise.datastore.snapshot;

import io.reprise.datastore.lock.DirectoryLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot while it is written (datastore.md §11.3): holds the group lock, a shared lock on the base snapshot, the
 * snapshot's own lock, the shared process lock and a writer lease until {@link #close}.
 *
 * <pre>
 * Datastore.startBackup → OPEN ── finish ──→ FINISHED ── close → kept
 *                           └── abort, close without finish ──→ removed
 * </pre>
 *
 * Safe for many threads: files may be written side by side.
 */
public final class NewSnapshot implements AutoCloseable {
  public Namespace namespace() {
    throw new UnsupportedOperationException("not yet");
  }

  public SnapshotId id() {
    throw new UnsupportedOperationException("not yet");
  }

  /** The newest finished snapshot of the group, locked for the whole session; null if there is none to build on. */
  public @Nullable SnapshotId base() {
    throw new UnsupportedOperationException("not yet");
  }

  /** The directory of the base snapshot. @throws IllegalStateException if there is no base */
  public Path baseDirectory() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Where the snapshot's files are. */
  public Path directory() {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Where an index is written until it is whole: {@code X.tmp_fidx} for {@code X.fidx} (§1.5), so no listing shows it.
   * The same name may be open more than once; each call gives another file.
   *
   * @param name {@code *.fidx} or {@code *.didx}
   */
  public Path temporaryIndex(String name) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Gives a written and closed index its name; replaces one of the same name. */
  public void commitIndex(Path temporary, String name) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Stores a blob as it is under its name; replaces one of the same name. {@code index.json.blob} keeps a temporary
   * name until {@link #finish}: no listing takes the snapshot for finished before.
   *
   * @param name {@code *.blob}
   * @param encoded the whole blob from position to limit, not moved; the caller has checked it
   */
  public void putBlob(String name, ByteBuffer encoded) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Removes everything that was written. Locks stay until {@link #close}. */
  public void abort() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean isFinished() {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Ends the session but keeps the snapshot under a shared lock, without a moment in between for our own processes: for
   * verifying it next (verify-new). Everything else is released.
   */
  public DirectoryLock closeForReading() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Releases all locks; a snapshot that is not finished, or is a benchmark's, is removed first. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }
}
