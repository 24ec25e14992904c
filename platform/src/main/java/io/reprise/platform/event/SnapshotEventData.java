package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.json.Json;

/** What an event about one snapshot carries. */
public sealed interface SnapshotEventData extends EventData
    permits SnapshotFinished, SnapshotRemoved, SnapshotRestored, SnapshotPurged {
  @Override
  String store();

  Namespace namespace();

  SnapshotId snapshot();

  /** Who did it. */
  AuthId by();

  @Override
  default String subject() {
    return EventData.subject(namespace(), snapshot());
  }

  @Override
  default String key() {
    return EventData.key(store(), namespace(), snapshot().group());
  }

  @Override
  default ObjectNode toJson() {
    return place().put("by", by().toString());
  }

  /** Names as in PBS's API. */
  default ObjectNode place() {
    return Json.object()
        .put("store", store())
        .put("ns", namespace().toString())
        .put("backup-type", snapshot().group().type().toString())
        .put("backup-id", snapshot().group().id())
        .put("backup-time", snapshot().time());
  }
}
