package io.reprise.ingest.reader;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one session, told from random access: a mounted archive or a live restore jumps about, and reads in order
 * besides. How far to read ahead grows with a run; where much was read in vain, a run has to prove itself longer.
 */
final class Sequences {
  private static final int MAX_WINDOW = 32;
  private static final int FIRST_WINDOW = 4;
  private static final int RUNS = 8;
  private static final int PROOF = 2;
  private static final int PROOF_IN_DOUBT = 16;
  private static final int MEMORY = 128;

  /** The longest unused first. */
  private final List<Sequence> runs = new ArrayList<>();

  private int used;
  private int inVain;

  /** An index was downloaded: its beginning is what comes next. @return what a run given up for it expected */
  List<Digest> begins(IndexReader index) throws IOException {
    return add(new Sequence(index, 0, 1));
  }

  /** A chunk was requested that no run expected. @return what a run given up for it expected */
  List<Digest> jumped(AllowedChunks.Place place) throws IOException {
    return add(new Sequence(place.index(), place.entry() + 1, 0));
  }

  private List<Digest> add(Sequence run) {
    runs.add(run);
    if (runs.size() <= RUNS) return List.of();
    Sequence weakest = runs.getFirst();
    for (Sequence other : runs.subList(0, RUNS)) {
      if (other.hits() < weakest.hits()) weakest = other;
    }
    runs.remove(weakest);
    return weakest.all();
  }

  /** @return the run that expected this chunk, null if none did */
  @Nullable
  Sequence requested(Digest digest) throws IOException {
    for (int i = runs.size() - 1; i >= 0; i--) {
      Sequence run = runs.get(i);
      if (!run.requested(digest)) continue;
      runs.remove(i);
      runs.add(run);
      return run;
    }
    return null;
  }

  /** How many chunks to have in memory ahead of a run. */
  int window(Sequence run) {
    int proof = inVain > 16 && inVain > used ? PROOF_IN_DOUBT : PROOF;
    int beyond = run.hits() - proof;
    if (beyond < 0) return 0;
    return beyond >= 3 ? MAX_WINDOW : FIRST_WINDOW << beyond;
  }

  /** A chunk read ahead was asked for. */
  void used() {
    used++;
    age();
  }

  /** A chunk read ahead is thrown away. */
  void inVain() {
    inVain++;
    age();
  }

  private void age() {
    if (used + inVain < MEMORY) return;
    used /= 2;
    inVain /= 2;
  }
}
