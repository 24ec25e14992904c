package io.reprise.datastore.pxar;

import io.reprise.datastore.FileName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an archive knows of a file beside name and content (datastore.md §4.3).
 *
 * @param mode type and permissions, as in {@code stat}
 * @param flags file attributes, the bits of the table in datastore.md §4.3
 * @param uid unsigned 32 bits
 * @param gid unsigned 32 bits
 * @param mtimeSeconds since 1970, may be negative
 * @param mtimeNanos 0 … 999,999,999
 * @param fileCapabilities value of {@code security.capability}, null if there is none
 * @param projectId quota project, null if there is none
 */
public record Metadata(
    long mode,
    long flags,
    long uid,
    long gid,
    long mtimeSeconds,
    int mtimeNanos,
    List<Xattr> xattrs,
    Acl acl,
    byte @Nullable [] fileCapabilities,
    @Nullable Long projectId) {
  /** Mask of the type within {@link #mode}. */
  public static final int TYPE = 0170000;

  public static final int SOCKET = 0140000;
  public static final int SYMLINK = 0120000;
  public static final int REGULAR = 0100000;
  public static final int BLOCK_DEVICE = 0060000;
  public static final int DIRECTORY = 0040000;
  public static final int CHAR_DEVICE = 0020000;
  public static final int FIFO = 0010000;

  public int type() {
    return (int) mode & TYPE;
  }

  /** The lower twelve bits: permissions, set-id bits, sticky bit. */
  public int permissions() {
    return (int) mode & 07777;
  }

  /** An extended attribute. */
  public record Xattr(FileName name, byte[] value) {}

  /**
   * Access control lists; empty if the mode says it all.
   *
   * @param groupObject permissions of the owning group, null if the ACL has no mask
   * @param defaults base of the default ACL of a directory, null if it has none
   */
  public record Acl(
      List<Permission> users,
      List<Permission> groups,
      @Nullable Long groupObject,
      @Nullable Defaults defaults,
      List<Permission> defaultUsers,
      List<Permission> defaultGroups) {}

  /**
   * @param id of the user or group
   * @param permissions r=4, w=2, x=1
   */
  public record Permission(long id, long permissions) {}

  /** Each r=4, w=2, x=1, or −1 if it is not set. */
  public record Defaults(long user, long group, long other, long mask) {}
}
