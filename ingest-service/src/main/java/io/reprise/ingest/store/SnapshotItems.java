package io.reprise.ingest.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.key.Fingerprint;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups, snapshots and files as the lists show them (protocol.md §5.2). */
final class SnapshotItems {
  private SnapshotItems() {}

  /** A manifest as it was found, with the size of its blob in bytes. */
  private record Found(Manifest manifest, long blobBytes) {}

  /** @return null for a group without any snapshot, which lists do not show */
  static @Nullable ObjectNode group(
      Datastore datastore, Namespace namespace, GroupId group, AuthId owner) throws IOException {
    List<SnapshotId> snapshots = datastore.snapshots(namespace, group);
    if (snapshots.isEmpty()) return null;
    SnapshotId last = datastore.lastFinished(namespace, group);
    ObjectNode item = Json.object()
        .put("backup-type", group.type().toString())
        .put("backup-id", group.id())
        .put("last-backup", last == null ? 0 : last.time())
        .put("backup-count", snapshots.size());
    ArrayNode files = item.putArray("files");
    if (last != null) datastore.files(namespace, last).forEach(file -> files.add(file.text()));
    item.put("owner", owner.toString());
    String notes = datastore.notes(namespace, group);
    if (!notes.isEmpty()) {
      int end = notes.indexOf('\n') + 1;
      item.put("comment", end == 0 ? notes : notes.substring(0, end)); // with its newline, as PBS
    }
    return item;
  }

  static ObjectNode snapshot(
      Datastore datastore, Namespace namespace, SnapshotId snapshot, AuthId owner)
      throws IOException {
    ObjectNode item = Json.object()
        .put("backup-type", snapshot.group().type().toString())
        .put("backup-id", snapshot.group().id())
        .put("backup-time", snapshot.time());
    Found found = manifest(datastore, namespace, snapshot);
    if (found != null) {
      Manifest manifest = found.manifest;
      if (!manifest.notes().isEmpty()) {
        item.put("comment", manifest.notes().split("\n", 2)[0]);
      }
      VerifyState verified = manifest.verifyState();
      if (verified != null) {
        item.putObject("verification")
            .put("upid", verified.upid())
            .put("state", verified.ok() ? "ok" : "failed");
      }
      Fingerprint key = fingerprint(manifest);
      if (key != null) item.put("fingerprint", key.toString());
    }
    item.set("files", files(datastore, namespace, snapshot, found));
    if (found != null) {
      long size = found.blobBytes;
      for (FileEntry file : found.manifest.files()) size += file.size();
      item.put("size", size);
    }
    return item.put("owner", owner.toString())
        .put("protected", datastore.isProtected(namespace, snapshot));
  }

  /** @throws NoSuchFileException if there is no such snapshot */
  static ArrayNode files(Datastore datastore, Namespace namespace, SnapshotId snapshot)
      throws IOException {
    return files(datastore, namespace, snapshot, manifest(datastore, namespace, snapshot));
  }

  private static ArrayNode files(
      Datastore datastore, Namespace namespace, SnapshotId snapshot, @Nullable Found found)
      throws IOException {
    ArrayNode files = Json.object().arrayNode();
    Set<ArchiveName> listed = new HashSet<>();
    if (found != null) {
      for (FileEntry file : found.manifest.files()) {
        add(files, file.name(), file.cryptMode().toString(), file.size());
        listed.add(file.name());
      }
      add(files, ArchiveName.MANIFEST, found.manifest.cryptMode().toString(), found.blobBytes);
      listed.add(ArchiveName.MANIFEST);
    }
    for (ArchiveName name : datastore.files(namespace, snapshot)) {
      if (!listed.contains(name)) files.addObject().put("filename", name.text());
    }
    return files;
  }

  private static void add(ArrayNode files, ArchiveName name, String cryptMode, long size) {
    files.addObject().put("filename", name.text()).put("crypt-mode", cryptMode).put("size", size);
  }

  /** @return null for a snapshot that is not finished, or whose manifest cannot be read: it is listed all the same */
  private static @Nullable Found manifest(
      Datastore datastore, Namespace namespace, SnapshotId snapshot) throws IOException {
    Path file = datastore.directory(namespace, snapshot).resolve(ArchiveName.MANIFEST.text());
    try {
      byte[] blob = Files.readAllBytes(file);
      return new Found(Manifest.read(ByteBuffer.wrap(blob)), blob.length);
    } catch (NoSuchFileException | BadFormat unfinishedOrDamaged) {
      return null;
    }
  }

  private static @Nullable Fingerprint fingerprint(Manifest manifest) {
    try {
      return manifest.keyFingerprint();
    } catch (BadFormat unreadable) {
      return null;
    }
  }
}
