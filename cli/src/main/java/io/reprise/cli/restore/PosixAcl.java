package io.reprise.cli.restore;

import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.Metadata.Acl;
import io.reprise.datastore.pxar.Metadata.Permission;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of {@code system.posix_acl_access} and {@code …_default} as Linux keeps them: version 2, then tag, rights, id. */
final class PosixAcl {
  private static final int VERSION = 2;
  private static final int USER_OBJ = 1;
  private static final int USER = 2;
  private static final int GROUP_OBJ = 4;
  private static final int GROUP = 8;
  private static final int MASK = 16;
  private static final int OTHER = 32;
  private static final long NOBODY = 0xffff_ffffL;
  private static final int ENTRY_BYTES = 8;

  private record Entry(int tag, long rights, long id) {}

  private PosixAcl() {}

  /** The access ACL; null if the mode says it all. The mode's group bits are its mask (datastore.md §4.3). */
  static byte @Nullable [] access(Metadata metadata) {
    Acl acl = metadata.acl();
    Long owningGroup = acl.groupObject();
    if (acl.users().isEmpty() && acl.groups().isEmpty() && owningGroup == null) return null;
    long mode = metadata.permissions();
    long group = mode >> 3 & 7;
    var entries = new ArrayList<Entry>();
    entries.add(new Entry(USER_OBJ, mode >> 6 & 7, NOBODY));
    entries.add(new Entry(GROUP_OBJ, owningGroup == null ? group : owningGroup, NOBODY));
    entries.add(new Entry(MASK, group, NOBODY));
    entries.add(new Entry(OTHER, mode & 7, NOBODY));
    named(entries, USER, acl.users());
    named(entries, GROUP, acl.groups());
    return encode(entries);
  }

  /** The default ACL of a directory; null if it has none. */
  static byte @Nullable [] defaults(Metadata metadata) {
    Acl acl = metadata.acl();
    var base = acl.defaults();
    if (base == null) return null;
    var entries = new ArrayList<Entry>();
    present(entries, USER_OBJ, base.user());
    present(entries, GROUP_OBJ, base.group());
    present(entries, MASK, base.mask());
    present(entries, OTHER, base.other());
    named(entries, USER, acl.defaultUsers());
    named(entries, GROUP, acl.defaultGroups());
    return encode(entries);
  }

  private static void present(List<Entry> entries, int tag, long rights) {
    if (rights != -1) entries.add(new Entry(tag, rights, NOBODY));
  }

  private static void named(List<Entry> entries, int tag, List<Permission> permissions) {
    for (Permission p : permissions) entries.add(new Entry(tag, p.permissions(), p.id()));
  }

  /** Sorted, as the kernel wants it. */
  private static byte[] encode(List<Entry> entries) {
    entries.sort(Comparator.comparingInt(Entry::tag).thenComparingLong(Entry::id));
    var value =
        ByteBuffer.allocate(4 + ENTRY_BYTES * entries.size()).order(ByteOrder.LITTLE_ENDIAN);
    value.putInt(VERSION);
    for (Entry e : entries) {
      value.putShort((short) e.tag).putShort((short) (e.rights & 7)).putInt((int) e.id);
    }
    return value.array();
  }
}
