package io.reprise.platform.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a verification is to look at (datastore.md §9.3), as it stands in the parameters of its request.
 *
 * @param maxDepth levels below the namespace
 * @param group null for all
 * @param snapshot null for all; of that group
 * @param ignoreVerified leaves out snapshots that were verified before
 * @param outdatedAfter days after which a verified snapshot is looked at again; null: never
 * @param owner whose groups alone; null: everybody's
 * @param fresh the snapshot was just made, in a datastore that has its new snapshots verified
 */
public record VerifyOrder(
    Namespace namespace,
    int maxDepth,
    @Nullable GroupId group,
    @Nullable SnapshotId snapshot,
    boolean ignoreVerified,
    @Nullable Long outdatedAfter,
    @Nullable AuthId owner,
    boolean fresh) {
  private static final String NS = "ns";
  private static final String MAX_DEPTH = "max-depth";
  private static final String TYPE = "backup-type";
  private static final String ID = "backup-id";
  private static final String TIME = "backup-time";
  private static final String IGNORE_VERIFIED = "ignore-verified";
  private static final String OUTDATED_AFTER = "outdated-after";
  private static final String OWNER = "owner";
  private static final String FRESH = "new";

  /** Of a snapshot that was just made. */
  public static VerifyOrder fresh(Namespace namespace, SnapshotId snapshot) {
    return new VerifyOrder(namespace, 0, snapshot.group(), snapshot, false, null, null, true);
  }

  public JobType type() {
    if (fresh || group == null) return JobType.VERIFY;
    return snapshot == null ? JobType.VERIFY_GROUP : JobType.VERIFY_SNAPSHOT;
  }

  /** Of its task (datastore.md §9.4). */
  public String workerId(String store) {
    if (fresh) return store + ":" + item();
    String path = namespace.isRoot() ? "" : "ns/" + String.join("/ns/", namespace.components());
    if (group != null) return store + ":" + path + "/" + item();
    return path.isEmpty() ? store : store + ":" + path;
  }

  private String item() {
    return snapshot == null ? String.valueOf(group) : "%s/%08X".formatted(group, snapshot.time());
  }

  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put(NS, namespace.toString()).put(MAX_DEPTH, maxDepth);
    if (group != null) json.put(TYPE, group.type().toString()).put(ID, group.id());
    if (snapshot != null) json.put(TIME, snapshot.time());
    json.put(IGNORE_VERIFIED, ignoreVerified);
    if (outdatedAfter != null) json.put(OUTDATED_AFTER, outdatedAfter);
    if (owner != null) json.put(OWNER, owner.toString());
    if (fresh) json.put(FRESH, true);
    return json;
  }

  /**
   * What is left out has PBS's defaults; so an event from outside may name nothing but the datastore.
   *
   * @throws InvalidName if a value is outside its pattern
   */
  public static VerifyOrder parse(ObjectNode json) {
    GroupId group = null;
    SnapshotId snapshot = null;
    if (json.hasNonNull(TYPE) || json.hasNonNull(ID) || json.hasNonNull(TIME)) {
      group = new GroupId(
          BackupType.parse(json.path(TYPE).asText()),
          SafeId.check("backup id", json.path(ID).asText(), 1, 255));
      JsonNode time = json.path(TIME);
      if (!time.isMissingNode()) snapshot = new SnapshotId(group, time.asLong());
    }
    return new VerifyOrder(
        Namespace.parse(json.path(NS).asText("")),
        Math.clamp(json.path(MAX_DEPTH).asInt(Namespace.MAX_DEPTH), 0, Namespace.MAX_DEPTH),
        group,
        snapshot,
        json.path(IGNORE_VERIFIED).asBoolean(true),
        json.hasNonNull(OUTDATED_AFTER) ? json.path(OUTDATED_AFTER).asLong() : null,
        json.hasNonNull(OWNER) ? AuthId.parse(json.path(OWNER).asText()) : null,
        json.path(FRESH).asBoolean(false));
  }
}
