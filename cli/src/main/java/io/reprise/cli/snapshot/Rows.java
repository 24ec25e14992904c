package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Groups and snapshots in the server's lists (protocol.md §5.2). */
final class Rows {
  static final Comparator<JsonNode> BY_GROUP = Comparator.comparing(Rows::group);
  static final Comparator<JsonNode> BY_SNAPSHOT = Comparator.comparing(Rows::snapshot);
  private static final Pattern EXTENSION = Pattern.compile("\\.(?:didx|fidx|blob)$");

  private Rows() {}

  static GroupId group(JsonNode row) {
    return new GroupId(
        BackupType.parse(row.path("backup-type").asText()),
        row.path("backup-id").asText());
  }

  static SnapshotId snapshot(JsonNode row) {
    return new SnapshotId(group(row), row.path("backup-time").asLong());
  }

  /** Names without .didx, .fidx, .blob, sorted, with a blank between. */
  static String files(JsonNode names) {
    return StreamSupport.stream(names.spliterator(), false)
        .map(file -> file.isTextual() ? file.asText() : file.path("filename").asText())
        .map(name -> EXTENSION.matcher(name).replaceFirst(""))
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
