package io.reprise.ingest.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.DigestMap;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The digests that a session may append (I4), with their plain sizes. Safe for several threads. */
final class KnownDigests implements AutoCloseable {
  private final KnownMemory memory;
  private final DigestMap sizes;
  private boolean closed;

  KnownDigests(KnownMemory memory) {
    this.memory = memory;
    sizes = new DigestMap(memory);
  }

  /** @param size plain bytes, at least 1 */
  synchronized void add(Digest digest, int size) throws IOException {
    if (!closed) sizes.put(digest, size);
  }

  /** @return plain bytes, 0 if the digest is unknown */
  synchronized int size(Digest digest) {
    return closed ? 0 : sizes.get(digest, 0);
  }

  /** Takes a digest. */
  interface Visitor {
    void visit(Digest digest) throws IOException;
  }

  /** Hands over what is known, without keeping others from adding. */
  void forEach(Visitor visitor) throws IOException {
    Digest next;
    for (int position = 0; (next = at(position)) != null; position++) visitor.visit(next);
  }

  private synchronized @Nullable Digest at(int position) {
    return closed || position >= sizes.size() ? null : sizes.digest(position);
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) return;
    closed = true;
    memory.close();
  }
}
