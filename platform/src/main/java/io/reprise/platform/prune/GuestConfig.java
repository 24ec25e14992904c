package io.reprise.platform.prune;

import io.reprise.datastore.BackupType;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a guest's own configuration says of it, as Proxmox VE put it into the last finished snapshot:
 * {@code qemu-server.conf} of a virtual machine, {@code pct.conf} of a container.
 *
 * @param known false if there is no such file, or it is encrypted; then nothing is known
 * @param missing why it is not known; empty if it is
 * @param name from {@code name:} or {@code hostname:}; empty if it has none
 * @param tags from {@code tags:}
 * @param pools from {@code pool:}, or {@code #vzdump#pool:} and {@code #qmdump#pool:} as a hook may add it
 */
public record GuestConfig(
    boolean known, String missing, String name, Set<String> tags, Set<String> pools) {
  private static final int MAX_BYTES = 1 << 20;

  public GuestConfig {
    tags = Set.copyOf(tags);
    pools = Set.copyOf(pools);
  }

  static GuestConfig unknown(String why) {
    return new GuestConfig(false, why, "", Set.of(), Set.of());
  }

  /**
   * Of a group's last finished snapshot.
   *
   * @throws IOException if it cannot be read: then nothing may be concluded
   */
  public static GuestConfig read(Datastore datastore, Namespace namespace, GroupId group)
      throws IOException {
    String file = fileName(group.type());
    if (file == null) return unknown("a host has no configuration of a guest");
    SnapshotId last = lastFinished(datastore, namespace, group);
    if (last == null) return unknown("there is no finished snapshot");
    return read(datastore.directory(namespace, last).resolve(file));
  }

  private static @Nullable String fileName(BackupType type) {
    return switch (type) {
      case VM -> "qemu-server.conf.blob";
      case CT -> "pct.conf.blob";
      case HOST -> null;
    };
  }

  private static @Nullable SnapshotId lastFinished(
      Datastore datastore, Namespace namespace, GroupId group) throws IOException {
    SnapshotId last = null;
    for (SnapshotId snapshot : datastore.snapshots(namespace, group)) {
      if ((last == null || snapshot.time() > last.time())
          && datastore.isFinished(namespace, snapshot)) last = snapshot;
    }
    return last;
  }

  private static GuestConfig read(Path file) throws IOException {
    try (var descriptor = Descriptor.openForReading(file);
        var decoder = new BlobDecoder()) {
      long size = descriptor.status().size();
      if (size > MAX_BYTES)
        throw new BadFormat("it has " + size + " bytes, more than " + MAX_BYTES);
      var blob = ByteBuffer.allocate((int) size);
      descriptor.read(blob, 0);
      blob.flip();
      if (BlobKind.of(blob).encrypted()) return unknown("its configuration is encrypted");
      return parse(
          StandardCharsets.UTF_8.decode(decoder.decode(blob, null, MAX_BYTES)).toString());
    } catch (NoSuchFileException none) {
      return unknown("the last snapshot has no configuration");
    } catch (BadFormat e) {
      throw new BadFormat(file + ": " + e.getMessage(), e);
    }
  }

  /** Lines up to the first section in brackets, which is of a snapshot or of what is pending. */
  static GuestConfig parse(String text) {
    String name = "";
    var tags = new LinkedHashSet<String>();
    var pools = new LinkedHashSet<String>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.startsWith("[")) break;
      int colon =
          line.startsWith("#") ? line.indexOf(':', line.indexOf('#', 1) + 1) : line.indexOf(':');
      if (colon < 0) continue;
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon)) {
        case "name", "hostname" -> name = value;
        case "tags" -> tags.addAll(List.of(value.split("[;, ]+")));
        case "pool", "#vzdump#pool", "#qmdump#pool" -> pools.add(value);
        default -> {}
      }
    }
    tags.remove("");
    pools.remove("");
    return new GuestConfig(true, "", name, tags, pools);
  }
}
