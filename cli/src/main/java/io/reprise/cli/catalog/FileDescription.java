package io.reprise.cli.catalog;

import io.reprise.cli.catalog.ArchiveTree.Place;
import io.reprise.cli.terminal.Messages;
import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.Metadata.Permission;
import io.reprise.datastore.pxar.PxarEntry;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an archive knows of a file, laid out like the program {@code stat}. */
final class FileDescription {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.nnnnnnnnn xx", Locale.ROOT);

  private FileDescription() {}

  /** @param entry no hard link */
  static List<String> lines(Place place, PxarEntry entry, ZoneId zone) {
    Metadata m = entry.metadata();
    if (m == null) throw new IllegalArgumentException("a hard link is to be followed");
    var lines = new ArrayList<String>();
    String shown = "  File: " + place;
    long size = 0;
    String type;
    switch (entry.kind()) {
      case Kind.Directory directory -> type = "directory";
      case Kind.RegularFile file -> {
        type = "regular file";
        size = file.size();
      }
      case Kind.Symlink link -> {
        type = "symbolic link";
        size = link.target().length();
        shown += " -> " + Messages.printable(link.target().toString());
      }
      case Kind.Device device ->
        type = (device.block() ? "block" : "character") + " special file " + device.major() + ","
            + device.minor();
      case Kind.Fifo fifo -> type = "fifo";
      case Kind.Socket socket -> type = "socket";
      case Kind.Hardlink link -> throw new IllegalArgumentException("is to be followed");
    }
    lines.add(shown);
    lines.add(String.format(Locale.ROOT, "  Size: %-15d %s", size, type));
    lines.add(String.format(
        Locale.ROOT,
        "Access: (%04o/%s)  Uid: %d  Gid: %d",
        m.permissions(),
        mode(m),
        m.uid(),
        m.gid()));
    lines.add("Modify: " + time(m, zone));
    for (var xattr : m.xattrs()) {
      lines.add(" Xattr: " + Messages.printable(xattr.name().toString()) + " ("
          + xattr.value().length + " bytes)");
    }
    if (m.fileCapabilities() != null) lines.add(" Xattr: security.capability");
    m.acl().users().forEach(p -> lines.add("   ACL: user:" + rights(p)));
    m.acl().groups().forEach(p -> lines.add("   ACL: group:" + rights(p)));
    m.acl().defaultUsers().forEach(p -> lines.add("   ACL: default:user:" + rights(p)));
    m.acl().defaultGroups().forEach(p -> lines.add("   ACL: default:group:" + rights(p)));
    return lines;
  }

  /** Of a hard link, which has no metadata of its own: its first name in the archive. */
  static String link(Place place, FileName target) {
    return "  Link: " + place + " is another name of /" + Messages.printable(target.toString());
  }

  private static String time(Metadata m, ZoneId zone) {
    try {
      return TIME.format(Instant.ofEpochSecond(m.mtimeSeconds(), m.mtimeNanos()).atZone(zone));
    } catch (DateTimeException beyondTheCalendar) {
      return m.mtimeSeconds() + " seconds after 1970";
    }
  }

  private static String rights(Permission p) {
    return p.id() + ":" + rwx((int) p.permissions());
  }

  private static String rwx(int bits) {
    return ((bits & 4) != 0 ? "r" : "-")
        + ((bits & 2) != 0 ? "w" : "-")
        + ((bits & 1) != 0 ? "x" : "-");
  }

  /** As {@code ls -l} shows it. */
  private static String mode(Metadata m) {
    char type = switch (m.type()) {
      case Metadata.DIRECTORY -> 'd';
      case Metadata.SYMLINK -> 'l';
      case Metadata.BLOCK_DEVICE -> 'b';
      case Metadata.CHAR_DEVICE -> 'c';
      case Metadata.FIFO -> 'p';
      case Metadata.SOCKET -> 's';
      default -> '-';
    };
    int bits = m.permissions();
    var text = new StringBuilder().append(type);
    text.append(rwx(bits >> 6)).append(rwx(bits >> 3)).append(rwx(bits));
    special(text, 3, (bits & 04000) != 0, 's');
    special(text, 6, (bits & 02000) != 0, 's');
    special(text, 9, (bits & 01000) != 0, 't');
    return text.toString();
  }

  private static void special(StringBuilder text, int at, boolean set, char letter) {
    if (!set) return;
    boolean executable = text.charAt(at) == 'x';
    text.setCharAt(at, executable ? letter : Character.toUpperCase(letter));
  }
}
