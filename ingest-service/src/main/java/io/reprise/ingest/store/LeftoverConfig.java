package io.reprise.ingest.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When what killed processes left is looked for. */
@ConfigMapping(prefix = "reprise.leftovers")
interface LeftoverConfig {
  /** How often unfinished snapshots are looked for; also at start. */
  @WithDefault("1H")
  Duration interval();

  /** How often, at most, temporary chunk files and locks of nothing are looked for: all chunk directories are read. */
  @WithDefault("24H")
  Duration chunksInterval();
}
