package io.reprise.datastore.pxar;

import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.Metadata.Permission;
import io.reprise.datastore.pxar.Metadata.Xattr;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes archives of version 1 by the specification (datastore.md §4.3), for the tests of the readers. */
public final class PxarBuilder {
  /** What is put into an archive; names of children must be distinct. */
  public sealed interface Node {
    record Directory(Metadata metadata, Map<FileName, Node> children) implements Node {}

    record File(Metadata metadata, byte[] content) implements Node {}

    record Symlink(Metadata metadata, FileName target) implements Node {}

    record Device(Metadata metadata, long major, long minor) implements Node {}

    /** A pipe or a socket. */
    record Special(Metadata metadata) implements Node {}

    /** @param target path from the root of a file that comes earlier */
    record Hardlink(String target) implements Node {}
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Long> starts = new HashMap<>();

  private PxarBuilder() {}

  /** The bytes of an archive; whatever its names are. */
  public static byte[] archive(Node.Directory root) {
    var builder = new PxarBuilder();
    builder.directory("", root);
    return builder.out.toByteArray();
  }

  private long position() {
    return out.size();
  }

  private void record(long type, byte[]... contents) {
    long length = 16;
    for (byte[] content : contents) length += content.length;
    out.writeBytes(longs(type, length));
    for (byte[] content : contents) out.writeBytes(content);
  }

  static byte[] longs(long... values) {
    var bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) bytes.putLong(value);
    return bytes.array();
  }

  private static byte[] ended(FileName name) {
    return java.util.Arrays.copyOf(name.bytes(), name.length() + 1);
  }

  private void entry(Metadata m) {
    record(
        RecordType.ENTRY,
        longs(m.mode(), m.flags(), m.uid() | m.gid() << 32, m.mtimeSeconds(), m.mtimeNanos()));
    for (Xattr x : m.xattrs()) record(RecordType.XATTR, ended(x.name()), x.value());
    permissions(RecordType.ACL_USER, m.acl().users());
    permissions(RecordType.ACL_GROUP, m.acl().groups());
    if (m.acl().groupObject() != null) {
      record(RecordType.ACL_GROUP_OBJ, longs(m.acl().groupObject()));
    }
    if (m.acl().defaults() != null) {
      var d = m.acl().defaults();
      record(RecordType.ACL_DEFAULT, longs(d.user(), d.group(), d.other(), d.mask()));
    }
    permissions(RecordType.ACL_DEFAULT_USER, m.acl().defaultUsers());
    permissions(RecordType.ACL_DEFAULT_GROUP, m.acl().defaultGroups());
    if (m.fileCapabilities() != null) record(RecordType.FCAPS, m.fileCapabilities());
    if (m.projectId() != null) record(RecordType.QUOTA_PROJID, longs(m.projectId()));
  }

  private void permissions(long type, List<Permission> permissions) {
    for (Permission p : permissions) record(type, longs(p.id(), p.permissions()));
  }

  private void node(String path, Node node) {
    switch (node) {
      case Node.Directory d -> directory(path, d);
      case Node.File f -> {
        entry(f.metadata());
        record(RecordType.PAYLOAD, f.content());
      }
      case Node.Symlink l -> {
        entry(l.metadata());
        record(RecordType.SYMLINK, ended(l.target()));
      }
      case Node.Device d -> {
        entry(d.metadata());
        record(RecordType.DEVICE, longs(d.major(), d.minor()));
      }
      case Node.Special s -> entry(s.metadata());
      case Node.Hardlink l ->
        record(
            RecordType.HARDLINK,
            longs(starts.get(path) - starts.get(l.target())),
            ended(FileName.of(l.target())));
    }
  }

  private record Item(long hash, long start, long end) {}

  private void directory(String path, Node.Directory directory) {
    long entryStart = position();
    entry(directory.metadata());
    var items = new ArrayList<Item>();
    directory.children().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(child -> {
      FileName name = child.getKey();
      String childPath = path.isEmpty() ? name.toString() : path + "/" + name;
      long start = position();
      starts.put(childPath, start);
      record(RecordType.FILENAME, ended(name));
      node(childPath, child.getValue());
      items.add(new Item(SipHash.of(name.bytes()), start, position()));
    });
    long goodbye = position();
    items.sort(Comparator.comparing(Item::hash, Long::compareUnsigned));
    var table = new ByteArrayOutputStream();
    for (int i : searchOrder(items.size())) {
      Item item = items.get(i);
      table.writeBytes(longs(item.hash(), goodbye - item.start(), item.end() - item.start()));
    }
    table.writeBytes(
        longs(RecordType.GOODBYE_TAIL, goodbye - entryStart, 16 + 24L * (items.size() + 1)));
    record(RecordType.GOODBYE, table.toByteArray());
  }

  /** Which of n sorted items goes into each slot of the search tree. */
  static int[] searchOrder(int n) {
    int[] slots = new int[n];
    if (n > 0) fill(slots, 0, 0, n, Integer.highestOneBit(n));
    return slots;
  }

  private static void fill(int[] slots, int slot, int from, int n, int p) {
    if (n == 0) return;
    int t = p + p / 2 - 1;
    int m = n > t ? p - 1 : p - 1 - (t - n);
    slots[slot] = from + m;
    fill(slots, 2 * slot + 1, from, m, p / 2);
    fill(slots, 2 * slot + 2, from + m + 1, n - m - 1, p / 2);
  }
}
