package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;

/**
 * Reads directories, one after the other: names and kinds, in the order in which the file system has them, without an
 * object or a system call for each entry. Made for millions of files. One thread at a time.
 */
public final class DirectoryReader implements AutoCloseable {
  private static final int BUFFER = 64 << 10;
  private static final int RECORD_LENGTH = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;
  private static final byte DT_DIR = 4;
  private static final byte DT_REG = 8;
  private static final byte DT_UNKNOWN = 0;
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private static final MethodHandle GETDENTS =
      Libc.function("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(Libc.STATE);
  private final MemorySegment buffer = arena.allocate(BUFFER, 8);
  private final Entry entry = new Entry();

  /** What an entry is; a symbolic link is {@code OTHER}. */
  public enum Kind {
    FILE,
    DIRECTORY,
    OTHER
  }

  /** Takes the entries of a directory, without {@code .} and {@code ..}. */
  @FunctionalInterface
  public interface Sink {
    /** @param entry valid during this call only */
    void accept(Entry entry) throws IOException;
  }

  /**
   * Hands over every entry. Those that come or go meanwhile may be missed.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such directory
   * @throws IOException also what the sink throws
   */
  public void read(Path directory, Sink sink) throws IOException {
    try (var open = Descriptor.openDirectory(directory)) {
      while (true) {
        long bytes = fill(open);
        if (bytes == 0) return;
        for (long at = 0; at < bytes; ) {
          int length = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + RECORD_LENGTH));
          entry.set(directory, at, length);
          if (!entry.isDot()) sink.accept(entry);
          at += length;
        }
      }
    }
  }

  private long fill(Descriptor directory) throws IOException {
    try {
      while (true) {
        long bytes = (long) GETDENTS.invokeExact(state, directory.fd(), buffer, (long) BUFFER);
        if (Descriptor.check(bytes, state, "getdents64", directory.path())) return bytes;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  /** One entry; the same object for all. */
  public final class Entry {
    private Path directory = Path.of("");
    private long name;
    private int length;
    private byte type;

    private void set(Path directory, long at, int recordLength) {
      this.directory = directory;
      name = at + NAME;
      type = buffer.get(JAVA_BYTE, at + TYPE);
      length = 0;
      int most = recordLength - NAME;
      while (length < most && buffer.get(JAVA_BYTE, name + length) != 0) length++;
    }

    private boolean isDot() {
      return length <= 2 && at(0) == '.' && (length == 1 || at(1) == '.');
    }

    /** Bytes of the name. */
    public int length() {
      return length;
    }

    /** @param i 0 … length − 1 */
    public byte at(int i) {
      return buffer.get(JAVA_BYTE, name + i);
    }

    public String name() {
      return new String(buffer.asSlice(name, length).toArray(JAVA_BYTE), NAMES);
    }

    public Path path() {
      return directory.resolve(name());
    }

    /** Asks the file where the file system does not tell. */
    public Kind kind() throws IOException {
      return switch (type) {
        case DT_REG -> Kind.FILE;
        case DT_DIR -> Kind.DIRECTORY;
        case DT_UNKNOWN -> ask();
        default -> Kind.OTHER;
      };
    }

    private Kind ask() throws IOException {
      FileStatus status = FileStatus.find(path());
      if (status == null) return Kind.OTHER;
      return status.isRegular() ? Kind.FILE : status.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
