package io.reprise.gc.prune;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.DigestMap;
import io.reprise.datastore.index.IndexReader.DigestSink;
import io.reprise.gc.references.IndexFiles.Content;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.store.StoreIndexFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What would be free if snapshots of several groups went: a chunk, once the last snapshot of the last group that holds it is
 * among them. Exact as of the index's last pass; removed snapshots that can still be brought back do not count as holders.
 * Reads the index files of each group in parts of the digests' range, so its memory is bounded but for chunks that
 * several groups lose.
 */
final class Release {
  private static final int PART_ENTRIES = 1 << 20;
  private static final int LOOKUP = 1_000;
  private static final int KEPT = 1;

  private final StoreIndexFiles files;
  private final ReferenceIndex index;
  private final DigestMap lost = new DigestMap();
  private final Map<Digest, Integer> partly = new HashMap<>(); // groups that lose it, of several
  private long bytes;

  Release(StoreIndexFiles files, ReferenceIndex index) {
    this.files = files;
    this.index = index;
  }

  /**
   * One group loses some of its snapshots.
   *
   * @param removed directories of snapshots, within the datastore
   * @param kept the others of the group
   * @return what becomes free because of this group alone
   */
  long group(Collection<String> removed, Collection<String> kept) throws IOException {
    List<String> going = paths(removed);
    List<String> staying = paths(kept);
    long entries = 0;
    for (String path : going) {
      try (Content content = files.open(path)) {
        entries += content.entries();
      }
    }
    int bits = 0;
    while (entries >> bits > PART_ENTRIES && bits < 16) bits++;
    long alone = 0;
    for (long part = 0; part < 1L << bits; part++) {
      lost.clear(0);
      each(going, bits, part, (a, b, c, d) -> lost.add(a, b, c, d, 0));
      each(staying, bits, part, (a, b, c, d) -> {
        int position = lost.find(a, b, c, d);
        if (position >= 0) lost.setValue(position, KEPT);
      });
      alone += account();
    }
    bytes += alone;
    return alone;
  }

  private List<String> paths(Collection<String> directories) throws IOException {
    var paths = new ArrayList<String>();
    for (String directory : directories) paths.addAll(files.in(directory));
    return paths;
  }

  private void each(List<String> paths, int bits, long part, DigestSink sink) throws IOException {
    for (String path : paths) {
      try (Content content = files.open(path)) {
        content.digests((a, b, c, d) -> {
          if (bits == 0 || a >>> (Long.SIZE - bits) == part) sink.accept(a, b, c, d);
        });
      }
    }
  }

  private long account() throws IOException {
    var digests = new ArrayList<Digest>();
    for (int position = 0; position < lost.size(); position++) {
      if (lost.value(position) != KEPT) digests.add(lost.digest(position));
    }
    digests.sort(null);
    long alone = 0;
    for (int at = 0; at < digests.size(); at += LOOKUP) {
      List<Digest> some = digests.subList(at, Math.min(at + LOOKUP, digests.size()));
      List<ReferenceIndex.Use> uses = index.uses(some);
      for (int i = 0; i < some.size(); i++) {
        ReferenceIndex.Use use = uses.get(i);
        if (use.groups() <= 1) alone += use.sizeBytes();
        else if (partly.merge(some.get(i), 1, Integer::sum) == use.groups()) {
          bytes += use.sizeBytes();
          partly.remove(some.get(i));
        }
      }
    }
    return alone;
  }

  /** Of all groups so far, with what only all of them together free. */
  long bytes() {
    return bytes;
  }
}
