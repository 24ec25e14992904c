package io.reprise.gc.collect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import io.reprise.gc.references.ReferenceIndex.Figures;
import io.reprise.gc.sweep.FullCollection;
import io.reprise.gc.sweep.Pass;
import io.reprise.platform.config.Replace;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * What others read of the collection of one datastore: PBS's {@code .gc-status} in it (datastore.md §7.5), and in the shared
 * state {@code status/gc-<store>.json}: what waits, and until when. Neither is needed by anybody, so they may fail.
 */
final class StatusFile {
  private static final Logger LOG = Logger.getLogger(StatusFile.class);
  private static final int MODE = 0644;

  private final Path file;

  StatusFile(Path directory, String store) {
    file = directory.resolve("gc-" + store + ".json");
  }

  void passed(Pass.Outcome outcome, Figures figures, Instant next) {
    ObjectNode json = Json.object();
    json.put("time", Instant.now().getEpochSecond());
    json.put("next-pass", next.getEpochSecond());
    json.put("complete", outcome.walk().complete());
    if (!outcome.walk().complete()) {
      json.put("problem", String.join("; ", outcome.walk().problems()));
    } else if (outcome.postponed()) {
      json.put("problem", "a Proxmox Backup Server collects garbage in this datastore");
    }
    json.put("index-files", figures.indexFiles());
    json.put("index-data-bytes", figures.dataBytes());
    json.put("chunks", figures.chunks());
    json.put("chunk-bytes", figures.chunkBytes());
    json.put("missing-chunks", figures.missing());
    json.put("orphans", figures.orphans());
    json.put("orphan-bytes", figures.orphanBytes());
    json.put("offered-chunks", outcome.offered());
    json.put("removed-chunks", outcome.removed());
    json.put("removed-bytes", outcome.removedBytes());
    json.put("pending-chunks", outcome.pending());
    json.put("pending-bytes", outcome.pendingBytes());
    Instant due = outcome.nextDue();
    if (due != null) json.put("pending-until", due.getEpochSecond());
    write(file, json);
  }

  void collected(Path datastore, Upid upid, FullCollection.Outcome o) {
    write(
        datastore.resolve(".gc-status"),
        Json.object()
            .put("upid", upid.toString())
            .put("index-file-count", o.indexFiles())
            .put("index-data-bytes", o.indexDataBytes())
            .put("disk-bytes", o.diskBytes())
            .put("disk-chunks", o.diskChunks())
            .put("removed-bytes", o.removedBytes())
            .put("removed-chunks", o.removedChunks())
            .put("pending-bytes", o.pendingBytes())
            .put("pending-chunks", o.pendingChunks())
            .put("removed-bad", o.removedBad())
            .put("still-bad", o.stillBad()));
  }

  private static void write(Path file, ObjectNode json) {
    try {
      Path directory = file.getParent();
      if (directory != null) Files.createDirectories(directory);
      Replace.file(file, Json.compact(json), MODE);
    } catch (IOException e) {
      LOG.warnf("%s cannot be written: %s", file, e.getMessage());
    }
  }
}
