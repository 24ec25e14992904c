package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.key.Fingerprint;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.UploadStatistics;
import io.reprise.platform.task.Upid;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A manifest is on disk.
 *
 * @param manifest what is told of it: sizes, the first {@value #MAX_FILES} files, encrypted or not
 * @param owner of the group
 * @param by who made it
 * @param duration since the session began
 * @param upload what was moved
 */
public record SnapshotFinished(
    String store,
    Namespace namespace,
    SnapshotId snapshot,
    Origin origin,
    Manifest manifest,
    AuthId owner,
    AuthId by,
    Upid task,
    Duration duration,
    UploadStatistics upload)
    implements SnapshotEventData {
  /** A file name has at most 255 bytes, so all of them together fit. */
  static final int MAX_FILES = 100;

  /** How the snapshot came here. */
  public enum Origin {
    BACKUP,
    SYNC,
    TAPE_RESTORE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Override
  public Topic topic() {
    return Topic.SNAPSHOT_FINISHED;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = place();
    json.put("origin", origin.toString());
    json.put("owner", owner.toString());
    json.put("by", by.toString());
    json.put("upid", task.toString());
    json.put("duration-seconds", duration.toMillis() / 1000.0);
    json.put("size", manifest.files().stream().mapToLong(FileEntry::size).sum());
    json.put("encryption", encryption());
    json.put("signed", manifest.signed());
    Fingerprint key = keyFingerprint();
    if (key != null) json.put("key-fingerprint", key.toString());
    json.putObject("upload")
        .put("chunks", upload.count())
        .put("bytes", upload.size())
        .put("new-bytes", upload.compressedSize())
        .put("known-chunks", upload.duplicates());
    var files = json.putArray("files");
    manifest.files().stream()
        .limit(MAX_FILES)
        .forEach(file -> files
            .addObject()
            .put("filename", file.name().text())
            .put("crypt-mode", file.cryptMode().toString())
            .put("size", file.size()));
    json.put("files-left-out", Math.max(0, manifest.files().size() - MAX_FILES));
    return json;
  }

  /** The mode of all files, or {@code mixed}. */
  private String encryption() {
    var modes = manifest.files().stream().map(FileEntry::cryptMode).collect(Collectors.toSet());
    if (modes.isEmpty()) return CryptMode.NONE.toString();
    return modes.size() == 1 ? modes.iterator().next().toString() : "mixed";
  }

  private @Nullable Fingerprint keyFingerprint() {
    try {
      return manifest.keyFingerprint();
    } catch (BadFormat unreadable) {
      return null; // outside the signature, anybody may have written it
    }
  }
}
