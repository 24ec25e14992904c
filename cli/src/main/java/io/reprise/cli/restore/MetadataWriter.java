package io.reprise.cli.restore;

import io.reprise.cli.terminal.Messages;
import io.reprise.datastore.os.Errno;
import io.reprise.datastore.pxar.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives made files their metadata in the order in which one setting does not undo another: the owner first, which clears
 * set-id bits and capabilities; times after everything that changes them; attribute flags last, as they may forbid the rest.
 */
final class MetadataWriter {
  private static final byte[] CAPABILITY = ascii("security.capability");
  private static final byte[] ACCESS_ACL = ascii("system.posix_acl_access");
  private static final byte[] DEFAULT_ACL = ascii("system.posix_acl_default");

  /** Bits of an archive entry (datastore.md §4.3), and what ioctl FS_IOC_SETFLAGS calls the same. */
  private static final long[][] FLAGS = {
    {0x10000, 0x20}, // append only
    {0x20000, 0x80}, // noatime
    {0x40000, 0x4}, // compr
    {0x80000, 0x800000}, // nocow
    {0x100000, 0x40}, // nodump
    {0x200000, 0x10000}, // dirsync
    {0x400000, 0x10}, // immutable
    {0x800000, 0x8}, // sync
    {0x1000000, 0x400}, // nocomp
    {0x2000000, 0x20000000}, // projinherit
  };

  private final ExtractRules rules;
  private final Messages messages;
  private final Set<String> warned = new HashSet<>();

  MetadataWriter(ExtractRules rules, Messages messages) {
    this.rules = rules;
    this.messages = messages;
  }

  /** @throws IOException naming the file, what could not be set, and the option that leaves it out */
  void apply(MadeFile file, Metadata metadata) throws IOException {
    if (rules.ownership()) {
      hinted("--ignore-ownership", () -> file.owner((int) metadata.uid(), (int) metadata.gid()));
    }
    if (rules.permissions()) {
      hinted("--ignore-permissions", () -> file.mode(metadata.permissions()));
    }
    if (rules.xattrs()) hinted("--ignore-xattrs", () -> xattrs(file, metadata));
    if (rules.acls()) hinted("--ignore-acls", () -> acls(file, metadata));
    if (file instanceof MadeFile.Opened opened && metadata.projectId() != null) {
      long project = metadata.projectId();
      optional("quota project", () -> Posix.setProject(opened.fd(), (int) project, opened.shown()));
    }
    file.modified(metadata.mtimeSeconds(), metadata.mtimeNanos());
    int flags = flags(metadata.flags());
    if (file instanceof MadeFile.Opened opened && flags != 0) {
      optional("file attributes", () -> Posix.addFlags(opened.fd(), flags, opened.shown()));
    }
  }

  private static void xattrs(MadeFile file, Metadata metadata) throws IOException {
    for (var xattr : metadata.xattrs()) file.attribute(xattr.name().bytes(), xattr.value());
    byte[] capabilities = metadata.fileCapabilities();
    if (capabilities != null) file.attribute(CAPABILITY, capabilities);
  }

  private static void acls(MadeFile file, Metadata metadata) throws IOException {
    byte[] access = PosixAcl.access(metadata);
    if (access != null) file.attribute(ACCESS_ACL, access);
    byte[] defaults = PosixAcl.defaults(metadata);
    if (defaults != null) file.attribute(DEFAULT_ACL, defaults);
  }

  private static int flags(long archived) {
    long flags = 0;
    for (long[] pair : FLAGS) {
      if ((archived & pair[0]) != 0) flags |= pair[1];
    }
    return (int) flags;
  }

  private interface Setting {
    void apply() throws IOException;
  }

  private static void hinted(String option, Setting setting) throws IOException {
    try {
      setting.apply();
    } catch (CallFailed e) {
      boolean avoidable = e.errno() == Errno.EPERM
          || e.errno() == Errno.EACCES
          || e.errno() == Errno.EOPNOTSUPP
          || e.errno() == Errno.EINVAL;
      throw avoidable ? new IOException(e.getMessage() + "; " + option + " leaves it out", e) : e;
    }
  }

  /** Of what other file systems do not have: a word, the first time. */
  private void optional(String what, Setting setting) throws IOException {
    try {
      setting.apply();
    } catch (CallFailed e) {
      if (warned.add(what + e.errno())) {
        messages.warn(what + " not set: " + e.getMessage() + " (said once)");
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
