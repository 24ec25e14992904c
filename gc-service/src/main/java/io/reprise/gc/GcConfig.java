package io.reprise.gc;

import io.reprise.platform.DirectorySettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of this service, as {@code reprise.gc.*} in properties or {@code REPRISE_GC_*} in the environment. What is
 * particular to a datastore (undelete window, cutoff) stands in {@code reprise.cfg}.
 */
@ConfigMapping(prefix = "reprise.gc")
public interface GcConfig extends DirectorySettings {
  /** Where reference indexes are kept: a local disk of this host; {@code <state>/gc} unless set. */
  Optional<Path> index();

  /** Whether it stops when its standard input ends, as {@code reprise up} and {@code demo} have it. */
  @WithDefault("false")
  boolean supervised();

  /** Partitions of Kafka topics that this service makes because they are missing. */
  @WithDefault("12")
  int topicPartitions();

  /** At most so long after a pass over what changed comes the next; events make it come sooner. */
  @WithDefault("10m")
  Duration period();

  /** So long after a removal was heard of, others are waited for, so that one pass does for all. */
  @WithDefault("5s")
  Duration gather();

  /** For how long those who are told of an orphaned chunk may delete it. */
  @WithDefault("15m")
  Duration orphanValidity();
}
