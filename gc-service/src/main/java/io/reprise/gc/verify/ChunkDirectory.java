package io.reprise.gc.verify;

import io.reprise.datastore.Digest;
import io.reprise.datastore.os.DirectoryReader;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One of the 65,536 directories of chunks, by the first 16 bits of the digests in it (datastore.md §2). */
final class ChunkDirectory {
  private static final int DIGEST = 64;

  private ChunkDirectory() {}

  static int of(Digest digest) {
    return (int) (digest.a() >>> 48);
  }

  /** The chunks that are in it now, in no order; none if it is missing, as empty ones may be where a store was copied. */
  static List<Digest> list(Datastore datastore, int number, DirectoryReader reader)
      throws IOException {
    String prefix = "%04x".formatted(number);
    var found = new ArrayList<Digest>();
    try {
      reader.read(datastore.path().resolve(".chunks").resolve(prefix), entry -> {
        if (entry.length() != DIGEST) return;
        String name = entry.name();
        if (name.startsWith(prefix) && isHex(name)) found.add(Digest.parse(name));
      });
    } catch (NoSuchFileException missing) {
      return List.of();
    }
    return found;
  }

  /** Their first 64 bits. */
  static Set<Long> heads(List<Digest> chunks) {
    var heads = new HashSet<Long>();
    chunks.forEach(digest -> heads.add(digest.a()));
    return heads;
  }

  private static boolean isHex(String name) {
    return name.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
