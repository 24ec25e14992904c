package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.json.Json;

/**
 * What one backup group takes in its datastore now; the last event of a key is how it is. All in bytes, 0 for a group that is
 * gone.
 *
 * @param logical before deduplication, all snapshots together
 * @param stored encoded size of all chunks that it uses
 * @param exclusive encoded size of the chunks that no other group uses: what its removal frees
 * @param share each chunk's size divided among the groups that use it; all shares add up to the disk
 */
public record GuestSpace(
    String store,
    Namespace namespace,
    GroupId group,
    long logical,
    long stored,
    long exclusive,
    long share)
    implements EventData {
  @Override
  public Topic topic() {
    return Topic.GUEST_SPACE;
  }

  @Override
  public String subject() {
    return EventData.subject(namespace, group);
  }

  @Override
  public String key() {
    return EventData.key(store, namespace, group);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("store", store);
    return addTo(json);
  }

  /** Adds all but the datastore. */
  public ObjectNode addTo(ObjectNode json) {
    return json.put("ns", namespace.toString())
        .put("backup-type", group.type().toString())
        .put("backup-id", group.id())
        .put("logical", logical)
        .put("stored", stored)
        .put("exclusive", exclusive)
        .put("share", share);
  }
}
