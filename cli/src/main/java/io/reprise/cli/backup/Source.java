package io.reprise.cli.backup;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One thing to back up, {@code name.type:path} (cli.md §2.3), looked at before any connection.
 *
 * @param name with its type, e.g. {@code disk.img}
 * @param path {@code -} for standard input
 * @param sizeBytes content; 0 if it comes from standard input without {@code --size}
 */
record Source(String name, Kind kind, String path, long sizeBytes) {
  /** What the type says, and the extension that the server sees. */
  enum Kind {
    PXAR(".didx", "directory"),
    IMG(".fidx", "image"),
    CONF(".blob", "config file"),
    LOG(".blob", "log file");

    private final String extension;
    private final String word;

    Kind(String extension, String word) {
      this.extension = extension;
      this.word = word;
    }

    /** For messages. */
    @Override
    public String toString() {
      return word;
    }
  }

  private static final Pattern SPECIFICATION =
      Pattern.compile("([A-Za-z0-9_-]+\\.(pxar|img|conf|log)):(.+)");
  private static final String STDIN = "-";
  private static final int BLOCK_DEVICE = 0x6000;
  private static final int TYPE = 0xf000;

  /**
   * @param size for an image from standard input; 0 if not given
   * @throws CommandFailed naming what is wrong: form, name twice, missing, wrong kind of file, empty
   */
  static List<Source> parse(List<String> specifications, long size, Surroundings at)
      throws CommandFailed, IOException {
    var sources = new ArrayList<Source>();
    var names = new HashSet<String>();
    for (String text : specifications) {
      var m = SPECIFICATION.matcher(text);
      if (!m.matches()) {
        throw new CommandFailed("'"
            + text
            + "' is no backup source: expected name.type:path with type img, conf, log or"
            + " pxar, e.g. disk.img:/dev/vg/disk");
      }
      if (!names.add(m.group(1))) throw new CommandFailed("'" + m.group(1) + "' is given twice");
      sources.add(check(m.group(1), kind(m.group(2)), m.group(3), size, at));
    }
    if (sources.stream().filter(Source::isStdin).count() > 1) {
      throw new CommandFailed("only one source can be read from standard input");
    }
    return sources;
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "img" -> Kind.IMG;
      case "conf" -> Kind.CONF;
      case "log" -> Kind.LOG;
      default -> Kind.PXAR;
    };
  }

  private static Source check(String name, Kind kind, String path, long size, Surroundings at)
      throws CommandFailed, IOException {
    if (kind == Kind.PXAR) {
      throw new CommandFailed("'"
          + name
          + "': archives of file trees cannot be written yet: use proxmox-backup-client for this one,"
          + " or back the disk up as an image (name.img)");
    }
    if (path.equals(STDIN)) {
      if (kind == Kind.IMG && size == 0) {
        throw new CommandFailed("'" + name + ":-' needs --size, the size of the image in bytes");
      }
      return new Source(name, kind, path, kind == Kind.IMG ? size : 0);
    }
    Path file = at.path(path);
    if (!Files.exists(file)) throw new CommandFailed("'" + name + "': no such file: " + path);
    int type = FileStatus.of(file.toRealPath()).mode() & TYPE;
    boolean block = type == BLOCK_DEVICE;
    if (!Files.isRegularFile(file) && !(block && kind == Kind.IMG)) {
      throw new CommandFailed("'" + name + "': " + path + " is no regular file"
          + (kind == Kind.IMG ? " or block device" : ""));
    }
    long bytes = ImageFile.sizeOf(file);
    if (kind != Kind.IMG) BlobFile.check("'" + name + "': " + path, bytes);
    else if (bytes == 0) throw new CommandFailed("'" + name + "': " + path + " is empty");
    return new Source(name, kind, path, bytes);
  }

  boolean isStdin() {
    return path.equals(STDIN);
  }

  /** As the server knows it, e.g. {@code disk.img.fidx}. */
  ArchiveName archive() {
    return new ArchiveName(name + kind.extension);
  }
}
