package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.Digest;
import io.reprise.datastore.json.Json;

/**
 * A chunk failed its check, twice, and was set aside: snapshots that need it cannot be restored until a backup or a sync writes
 * it again.
 *
 * @param file where it is now, within the datastore
 * @param by what found it, e.g. {@code verify} or {@code scrub}
 */
public record ChunkCorrupt(String store, Digest digest, String file, String by)
    implements EventData {
  @Override
  public Topic topic() {
    return Topic.CHUNK_CORRUPT;
  }

  @Override
  public String subject() {
    return digest.toString();
  }

  @Override
  public String key() {
    return store + "/" + digest;
  }

  @Override
  public ObjectNode toJson() {
    return Json.object()
        .put("store", store)
        .put("digest", digest.toString())
        .put("file", file)
        .put("by", by);
  }
}
