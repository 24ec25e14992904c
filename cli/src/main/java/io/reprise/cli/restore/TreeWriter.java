package io.reprise.cli.restore;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.reprise.cli.terminal.Messages;
import io.reprise.datastore.FileName;
import io.reprise.datastore.os.Errno;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.PxarEntry;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of an archive below one directory (cli.md §2.4, §5). Every name is taken relative to an open directory and
 * no symbolic link is ever followed, so nothing is made outside, whatever the archive holds or others do meanwhile. For one
 * thread.
 */
final class TreeWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 20;
  private static final int PAGE = 4 << 10;
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final int PRIVATE_FILE = 0600;

  /** @param metadata for when it is complete; null: left as it is */
  private record Directory(int fd, FileName name, @Nullable Metadata metadata) {}

  private final ExtractRules rules;
  private final MetadataWriter metadataWriter;
  private final Messages messages;
  private final boolean made;
  private final Deque<Directory> open = new ArrayDeque<>();
  private final Arena memory = Arena.ofConfined();
  private final MemorySegment segment = memory.allocate(BUFFER);
  private final byte[] buffer = new byte[BUFFER];

  private TreeWriter(int root, boolean made, ExtractRules rules, Messages messages) {
    this.made = made;
    this.rules = rules;
    this.messages = messages;
    metadataWriter = new MetadataWriter(rules, messages);
    open.push(new Directory(root, FileName.of(""), null));
  }

  /** @param directory made if missing, with its parents */
  static TreeWriter into(Path directory, ExtractRules rules, Messages messages) throws IOException {
    boolean missing = Files.notExists(directory);
    if (missing) {
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) Files.createDirectories(parent);
      Files.createDirectory(
          directory,
          java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
              java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
    }
    return new TreeWriter(Posix.openDirectory(directory.toString()), missing, rules, messages);
  }

  /** True if the target directory was not there before. */
  boolean made() {
    return made;
  }

  /** The target directory is to become like the archive's root, at {@link #finish}. */
  void root(Metadata metadata) {
    Directory root = open.pop();
    open.push(new Directory(root.fd, root.name, metadata));
  }

  /** Everything up to {@link #leave} goes into this directory. */
  void enter(FileName name, Metadata metadata) throws IOException {
    String shown = shown(name);
    try {
      Posix.makeDirectory(
          here(), name.bytes(), rules.permissions() ? PRIVATE_DIRECTORY : 0777, shown);
    } catch (CallFailed e) {
      if (e.errno() != Errno.EEXIST) throw e;
      if (!rules.existingDirectories()) {
        throw new IOException(e.getMessage() + "; --allow-existing-dirs goes on", e);
      }
    }
    int fd = Posix.openDirectoryAt(here(), name.bytes(), shown);
    open.push(new Directory(fd, name, metadata));
  }

  /** The innermost directory is complete. */
  void leave() throws IOException {
    String shown = shown();
    Directory directory = open.pop();
    try {
      if (directory.metadata != null) {
        metadataWriter.apply(new MadeFile.Opened(directory.fd, shown), directory.metadata);
      }
    } finally {
      Posix.close(directory.fd);
    }
  }

  /** Everything but directories and hard links. @param content of a regular file */
  void add(PxarEntry entry, InputStream content) throws IOException {
    Metadata metadata = entry.metadata();
    if (metadata == null) throw new IllegalArgumentException("a hard link has no metadata");
    switch (entry.kind()) {
      case Kind.RegularFile file -> file(entry.name(), metadata, content, file.size());
      case Kind.Symlink link -> symlink(entry.name(), metadata, link.target());
      case Kind.Device device ->
        node(entry.name(), metadata, device.major(), device.minor(), rules.skipDevices());
      case Kind.Fifo fifo -> node(entry.name(), metadata, 0, 0, false);
      case Kind.Socket socket -> node(entry.name(), metadata, 0, 0, false);
      case Kind.Directory directory -> throw new IllegalArgumentException("a directory is entered");
      case Kind.Hardlink link -> throw new IllegalArgumentException("a hard link is linked");
    }
  }

  private void file(FileName name, Metadata metadata, InputStream content, long size)
      throws IOException {
    String shown = shown(name);
    int flags = Posix.O_WRONLY
        | Posix.O_CREAT
        | Posix.O_NOFOLLOW
        | (rules.overwriteFiles() ? 0 : Posix.O_EXCL);
    int fd;
    try {
      fd = Posix.openAt(
          here(), name.bytes(), flags, rules.permissions() ? PRIVATE_FILE : 0666, shown);
    } catch (CallFailed e) {
      throw e.errno() == Errno.EEXIST
          ? new IOException(e.getMessage() + "; --overwrite-files replaces it", e)
          : e;
    }
    try {
      if (rules.overwriteFiles()) Posix.truncate(fd, 0, shown); // refuses what is no regular file
      write(fd, content, size, shown);
      metadataWriter.apply(new MadeFile.Opened(fd, shown), metadata);
    } finally {
      Posix.close(fd);
    }
  }

  /** Pages of zeros become holes. */
  private void write(int fd, InputStream content, long size, String shown) throws IOException {
    boolean endsInHole = false;
    for (long left = size; left > 0; ) {
      int length = content.readNBytes(buffer, 0, (int) Math.min(BUFFER, left));
      if (length == 0) throw new IOException(shown + ": the archive ends within it");
      left -= length;
      for (int at = 0; at < length; ) {
        int end = run(at, length);
        endsInHole = isZero(at, Math.min(length, at + PAGE));
        if (endsInHole) {
          Posix.skip(fd, end - at, shown);
        } else {
          MemorySegment.copy(buffer, at, segment, JAVA_BYTE, 0, end - at);
          Posix.write(fd, segment.asSlice(0, end - at), shown);
        }
        at = end;
      }
    }
    if (endsInHole) Posix.truncate(fd, size, shown);
  }

  /** Where the pages end that are, like the first, all zeros or all not. */
  private int run(int from, int length) {
    boolean zero = isZero(from, Math.min(length, from + PAGE));
    int end = Math.min(length, from + PAGE);
    while (end < length && isZero(end, Math.min(length, end + PAGE)) == zero) {
      end = Math.min(length, end + PAGE);
    }
    return end;
  }

  private boolean isZero(int from, int to) {
    return buffer[from] == 0 && Arrays.mismatch(buffer, from, to - 1, buffer, from + 1, to) < 0;
  }

  private void symlink(FileName name, Metadata metadata, FileName target) throws IOException {
    String shown = shown(name);
    try {
      replacing(
          name,
          rules.overwriteSymlinks(),
          shown,
          () -> Posix.symlink(target.bytes(), here(), name.bytes(), shown));
    } catch (CallFailed e) {
      throw e.errno() == Errno.EEXIST
          ? new IOException(e.getMessage() + "; --overwrite-symlinks replaces it", e)
          : e;
    }
    metadataWriter.apply(new MadeFile.Named(here(), name.bytes(), true, shown), metadata);
  }

  private void node(FileName name, Metadata metadata, long major, long minor, boolean mayFail)
      throws IOException {
    String shown = shown(name);
    try {
      Posix.makeNode(here(), name.bytes(), metadata.type() | PRIVATE_FILE, major, minor, shown);
    } catch (CallFailed e) {
      if (mayFail && e.errno() != Errno.EEXIST) {
        messages.warn("left out: " + e.getMessage());
        return;
      }
      throw e.errno() == Errno.EPERM
          ? new IOException(e.getMessage() + "; --ignore-extract-device-errors leaves it out", e)
          : e;
    }
    metadataWriter.apply(new MadeFile.Named(here(), name.bytes(), false, shown), metadata);
  }

  /** Another name for a file that was made before. @param target names from the archive's root */
  void link(FileName name, List<FileName> target) throws IOException {
    String shown = shown(name);
    int directory = open.getLast().fd;
    var opened = new ArrayList<Integer>();
    try {
      for (FileName step : target.subList(0, target.size() - 1)) {
        directory = Posix.openDirectoryAt(directory, step.bytes(), shown);
        opened.add(directory);
      }
      int from = directory;
      replacing(
          name,
          rules.overwriteHardlinks(),
          shown,
          () -> Posix.link(from, target.getLast().bytes(), here(), name.bytes(), shown));
    } catch (CallFailed e) {
      throw e.errno() == Errno.EEXIST
          ? new IOException(e.getMessage() + "; --overwrite-hardlinks replaces it", e)
          : e;
    } finally {
      for (int fd : opened) Posix.close(fd);
    }
  }

  private interface Making {
    void make() throws IOException;
  }

  /** Removes what is in the way, if that is allowed; a directory never. */
  private void replacing(FileName name, boolean allowed, String shown, Making making)
      throws IOException {
    try {
      making.make();
    } catch (CallFailed e) {
      if (e.errno() != Errno.EEXIST || !allowed) throw e;
      Posix.unlink(here(), name.bytes(), shown);
      making.make();
    }
  }

  private int here() {
    return open.element().fd;
  }

  /** Path of the innermost directory below the target. */
  private String shown() {
    var path = new StringBuilder();
    open.descendingIterator().forEachRemaining(d -> {
      if (d.name.length() == 0) return;
      if (!path.isEmpty()) path.append('/');
      path.append(d.name);
    });
    return path.isEmpty() ? "target directory" : Messages.printable(path.toString());
  }

  private String shown(FileName name) {
    String end = Messages.printable(name.toString());
    return open.size() == 1 ? end : shown() + "/" + end;
  }

  /** The target directory is complete. */
  void finish() throws IOException {
    while (!open.isEmpty()) leave();
  }

  /** Without {@link #finish}: what was written stays as it is. */
  @Override
  public void close() throws IOException {
    while (!open.isEmpty()) Posix.close(open.pop().fd);
    memory.close();
  }
}
