package io.reprise.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.reprise.platform.DirectorySettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of this service, as {@code reprise.ingest.*} in properties or {@code REPRISE_INGEST_*} in the environment.
 * Directories that are not set are a PBS's own if one lives here, else Reprise's ({@link Directories}).
 */
@ConfigMapping(prefix = "reprise.ingest")
public interface IngestConfig extends DirectorySettings {
  /** Where {@code api/access.log} and {@code api/auth.log} are written. */
  Optional<Path> log();

  /** Address to listen on; {@code ::} is every address, v4 too. */
  @WithDefault("::")
  String listen();

  /** Port to listen on; 0 takes a free one, which is written to {@code <run>/ingest.port}. */
  @WithDefault("8007")
  int port();

  /** Password of {@code admin@pbs} if the start has to make it; else one is generated and shown on the console. */
  Optional<String> adminPassword();

  /** Whether it stops when its standard input ends, as {@code reprise up} and {@code demo} have it. */
  @WithDefault("false")
  boolean supervised();

  /** Bytes that all sessions together may hold, uploads before others; then clients wait. At least 32M. */
  @WithDefault("128M")
  MemorySize sessionMemory();

  /** The part of it that may be lent to reading ahead for restores; at most half. 0 reads nothing ahead. */
  @WithDefault("64M")
  MemorySize readAheadMemory();

  /** Partitions of Kafka topics that this service makes because they are missing. */
  @WithDefault("12")
  int topicPartitions();
}
