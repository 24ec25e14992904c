package io.reprise.gc.model;

import io.reprise.datastore.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backup, of ours or of a PBS, or a sync:
 *
 * <pre>
 * WRITING (uploads, appends) → CLOSED (its index is on disk) → FINISHED → gone with its locks
 * </pre>
 */
final class Session {
  static final Duration TOUCH_AGAIN = Duration.ofHours(12);

  final String group;
  final long time;
  final boolean foreign;
  final Instant since;
  /** Path of the base's index, which nobody may remove while the session lives. */
  final @Nullable String base;

  final Set<Digest> known = new HashSet<>();
  final List<Digest> entries = new ArrayList<>();
  /** By the time that really passed. */
  Duration touched;

  boolean closed;
  /** Holds the lock that keeps a PBS's collection out; not while it began during one. */
  boolean locked;

  Session(String group, long time, boolean foreign, World world, @Nullable String base) {
    this.group = group;
    this.time = time;
    this.foreign = foreign;
    this.base = base;
    since = world.now;
    touched = world.lived;
  }

  /** Relies on chunks that no index file holds. */
  boolean isOpen() {
    return !closed;
  }

  String path() {
    return group + "/" + time + "/drive.img.fidx";
  }
}
