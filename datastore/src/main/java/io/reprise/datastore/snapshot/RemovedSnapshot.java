package io.reprise.datastore.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that was removed and can be brought back until it is purged; what {@code removed.json} beside it says.
 *
 * @param id its directory below {@code reprise-removed/}
 * @param owner of its group, null if the group had none
 * @param groupNotes of its group, which may be gone
 * @param removed when, to the second
 * @param by who removed it
 */
public record RemovedSnapshot(
    String id,
    Namespace namespace,
    SnapshotId snapshot,
    @Nullable AuthId owner,
    String groupNotes,
    Instant removed,
    String by) {
  public RemovedSnapshot {
    SafeId.check("id of a removed snapshot", id, 1, 64);
  }

  byte[] toJson() throws BadFormat {
    ObjectNode json = Json.object();
    json.put("namespace", namespace.toString());
    json.put("snapshot", snapshot.toString());
    if (owner != null) json.put("owner", owner.toString());
    json.put("group-notes", groupNotes);
    json.put("removed", removed.getEpochSecond());
    json.put("by", by);
    return Json.pretty(json);
  }

  static RemovedSnapshot parse(String id, byte[] utf8) throws BadFormat {
    String what = "reprise-removed/" + id + "/removed.json";
    ObjectNode json = Json.parseObject(utf8, what);
    try {
      String owner = json.path("owner").asText("");
      return new RemovedSnapshot(
          id,
          Namespace.parse(json.path("namespace").asText("")),
          SnapshotId.parse(json.path("snapshot").asText("")),
          owner.isEmpty() ? null : AuthId.parse(owner),
          json.path("group-notes").asText(""),
          Instant.ofEpochSecond(json.path("removed").asLong()),
          json.path("by").asText(""));
    } catch (InvalidName e) {
      throw new BadFormat(what + ": " + e.getMessage(), e);
    }
  }
}
