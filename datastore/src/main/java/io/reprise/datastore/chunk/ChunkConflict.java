package io.reprise.datastore.chunk;

import io.reprise.datastore.Digest;
import java.io.IOException;

/** An encrypted chunk may not replace what is stored under its digest (datastore.md §2.6). The store is unchanged. */
public final class ChunkConflict extends IOException {
  ChunkConflict(Digest digest, String reason) {
    super("chunk " + digest + " refused: " + reason);
  }
}
