package io.reprise.datastore.pxar;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.Metadata.Acl;
import io.reprise.datastore.pxar.Metadata.Defaults;
import io.reprise.datastore.pxar.Metadata.Permission;
import io.reprise.datastore.pxar.Metadata.Xattr;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes one entry: FILENAME, ENTRY, attributes, and what its type asks for, up to but without a file's content. */
final class EntryDecoder {
  private static final int MAX_NAME = 4097;
  private static final int MAX_TARGET = 4097;
  private static final int MAX_HARDLINK = 4105;
  private static final int MAX_XATTR = 65_791;
  private static final int MAX_XATTR_NAME = 255;
  /** More than any file system holds for one file; a forged archive must not fill the memory. */
  private static final long MAX_ATTRIBUTES = 16 << 20;

  private static final FileName NO_NAME = FileName.of("");

  private final RecordInput in;
  private final FileName name;

  private final List<Xattr> xattrs = new ArrayList<>();
  private final List<Permission> users = new ArrayList<>();
  private final List<Permission> groups = new ArrayList<>();
  private final List<Permission> defaultUsers = new ArrayList<>();
  private final List<Permission> defaultGroups = new ArrayList<>();
  private @Nullable Long groupObject;
  private @Nullable Defaults defaults;
  private byte @Nullable [] fileCapabilities;
  private @Nullable Long projectId;

  private EntryDecoder(RecordInput in, FileName name) {
    this.in = in;
    this.name = name;
  }

  /** The root: an entry without a name, which must be a directory. */
  static PxarEntry root(RecordInput in) throws IOException {
    PxarEntry root = new EntryDecoder(in, NO_NAME).decode();
    if (!root.isDirectory()) throw new BadFormat("pxar: the root is not a directory");
    return root;
  }

  /** The name of an entry of a directory; the next record is its FILENAME. */
  static FileName name(RecordInput in) throws IOException {
    if (in.peek() != RecordType.FILENAME) throw in.unexpected("where a file name belongs");
    FileName name = in.text(MAX_NAME);
    if (!name.isSafe()) {
      throw new BadFormat(
          "pxar: file name '" + name + "' is a path or dots: the archive is forged");
    }
    return name;
  }

  /** An entry of a directory; the next record is its FILENAME. */
  static PxarEntry named(RecordInput in) throws IOException {
    FileName name = name(in);
    if (in.peek() == RecordType.HARDLINK) {
      FileName target = in.numberAndText(MAX_HARDLINK);
      long distance = in.field(0);
      if (distance <= 0) throw new BadFormat("pxar: hard link '" + name + "' does not point back");
      return new PxarEntry(name, null, new Kind.Hardlink(target, distance));
    }
    return new EntryDecoder(in, name).decode();
  }

  private PxarEntry decode() throws IOException {
    long type = in.peek();
    boolean old = type == RecordType.ENTRY_V1;
    if (!old && type != RecordType.ENTRY) throw in.unexpected("where an entry belongs");
    in.fields(old ? 32 : 40);
    long mode = in.field(0);
    long flags = in.field(8);
    long uid = Integer.toUnsignedLong(in.field32(16));
    long gid = Integer.toUnsignedLong(in.field32(20));
    long nanosSince1970 = in.field(24);
    long seconds = old ? Long.divideUnsigned(nanosSince1970, 1_000_000_000) : nanosSince1970;
    int nanos = old ? (int) Long.remainderUnsigned(nanosSince1970, 1_000_000_000) : in.field32(32);
    if (nanos < 0 || nanos > 999_999_999) {
      throw new BadFormat("pxar: '" + name + "' has an impossible time");
    }
    attributes();
    Acl acl = new Acl(
        List.copyOf(users),
        List.copyOf(groups),
        groupObject,
        defaults,
        List.copyOf(defaultUsers),
        List.copyOf(defaultGroups));
    var metadata = new Metadata(
        mode,
        flags,
        uid,
        gid,
        seconds,
        nanos,
        List.copyOf(xattrs),
        acl,
        fileCapabilities,
        projectId);
    return new PxarEntry(name, metadata, kind(metadata));
  }

  private Kind kind(Metadata metadata) throws IOException {
    return switch (metadata.type()) {
      case Metadata.DIRECTORY -> new Kind.Directory();
      case Metadata.FIFO -> new Kind.Fifo();
      case Metadata.SOCKET -> new Kind.Socket();
      case Metadata.REGULAR -> {
        expect(RecordType.PAYLOAD);
        in.open();
        yield new Kind.RegularFile(in.position(), in.length());
      }
      case Metadata.SYMLINK -> {
        expect(RecordType.SYMLINK);
        yield new Kind.Symlink(in.text(MAX_TARGET));
      }
      case Metadata.BLOCK_DEVICE, Metadata.CHAR_DEVICE -> {
        expect(RecordType.DEVICE);
        in.fields(16);
        boolean block = metadata.type() == Metadata.BLOCK_DEVICE;
        yield new Kind.Device(block, in.field(0), in.field(8));
      }
      default ->
        throw new BadFormat(
            "pxar: '%s' has unknown file type in mode %o".formatted(name, metadata.mode()));
    };
  }

  private void expect(long type) throws IOException {
    if (in.peek() != type) throw in.unexpected("in the entry of '" + name + "'");
  }

  /** All attributes until a record that is none, or the end; in any order, as PBS reads them. */
  private void attributes() throws IOException {
    long left = MAX_ATTRIBUTES;
    while (tookAttribute(in.peekOrEnd())) {
      left -= in.length() + RecordInput.HEADER;
      if (left < 0) throw new BadFormat("pxar: '" + name + "' has more than 16 MiB of attributes");
    }
  }

  /** @return false if the record is no attribute, and was left where it is */
  private boolean tookAttribute(long type) throws IOException {
    if (type == RecordType.XATTR) xattrs.add(xattr());
    else if (type == RecordType.ACL_USER) users.add(permission());
    else if (type == RecordType.ACL_GROUP) groups.add(permission());
    else if (type == RecordType.ACL_DEFAULT_USER) defaultUsers.add(permission());
    else if (type == RecordType.ACL_DEFAULT_GROUP) defaultGroups.add(permission());
    else if (type == RecordType.ACL_GROUP_OBJ) groupObject = once(groupObject, number());
    else if (type == RecordType.QUOTA_PROJID) projectId = once(projectId, number());
    else if (type == RecordType.ACL_DEFAULT) defaults = once(defaults, defaults());
    else if (type == RecordType.FCAPS)
      fileCapabilities = once(fileCapabilities, in.content(MAX_XATTR));
    else return false;
    return true;
  }

  private <T> T once(@Nullable T earlier, T value) throws BadFormat {
    if (earlier != null) throw new BadFormat("pxar: '" + name + "' has an attribute twice");
    return value;
  }

  private long number() throws IOException {
    in.fields(8);
    return in.field(0);
  }

  private Permission permission() throws IOException {
    in.fields(16);
    return new Permission(in.field(0), in.field(8));
  }

  private Defaults defaults() throws IOException {
    in.fields(32);
    return new Defaults(in.field(0), in.field(8), in.field(16), in.field(24));
  }

  private Xattr xattr() throws IOException {
    byte[] content = in.content(MAX_XATTR);
    int end = 0;
    while (end < content.length && content[end] != 0) end++;
    if (end == 0 || end > MAX_XATTR_NAME || end == content.length) {
      throw new BadFormat("pxar: '" + name + "' has an attribute without a proper name");
    }
    return new Xattr(
        FileName.of(Arrays.copyOf(content, end)),
        Arrays.copyOfRange(content, end + 1, content.length));
  }
}
