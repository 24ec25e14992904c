package io.reprise.gc.store;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.os.DirectoryReader;
import io.reprise.datastore.os.DirectoryReader.Entry;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.FileTimes;
import io.reprise.datastore.os.Rename;
import io.reprise.gc.references.ChunkFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Chunk files of a datastore on disk. */
public final class StoreChunkFiles implements ChunkFiles {
  private static final int DIRECTORIES = 65_536;
  private static final int DIGEST = 64;
  private static final String ASIDE = ".removing";
  private static final String BAD = ".bad";
  private static final int BAD_LENGTH = DIGEST + ".0".length() + BAD.length();

  private final ChunkStore chunks;
  private final Path directory;

  /** @param base of the datastore */
  public StoreChunkFiles(ChunkStore chunks, Path base) {
    this.chunks = chunks;
    directory = base.resolve(".chunks");
  }

  @Override
  public @Nullable Status find(Digest digest) throws IOException {
    return status(chunks.path(digest));
  }

  private static @Nullable Status status(Path file) throws IOException {
    FileStatus status = FileStatus.find(file);
    return status == null || !status.isRegular()
        ? null
        : new Status(status.size(), status.accessed());
  }

  private Path aside(Digest digest) {
    Path chunk = chunks.path(digest);
    return chunk.resolveSibling(chunk.getFileName() + ASIDE);
  }

  @Override
  public boolean setAside(Digest digest) throws IOException {
    try {
      Rename.replace(chunks.path(digest), aside(digest));
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  @Override
  public @Nullable Status findAside(Digest digest) throws IOException {
    return status(aside(digest));
  }

  @Override
  public void putBack(Digest digest) throws IOException {
    Path aside = aside(digest);
    try {
      FileTimes.touch(aside);
      Files.createLink(chunks.path(digest), aside);
    } catch (FileAlreadyExistsException writtenAgain) {
      // then the new one stays
    } catch (NoSuchFileException gone) {
      return; // somebody else put it back
    }
    Files.deleteIfExists(aside);
  }

  @Override
  public void deleteAside(Digest digest) throws IOException {
    Files.deleteIfExists(aside(digest));
  }

  @Override
  public void deleteBad(String name) throws IOException {
    Files.deleteIfExists(bad(name));
  }

  @Override
  public @Nullable Status findBad(String name) throws IOException {
    return status(bad(name));
  }

  private Path bad(String name) {
    if (name.length() != BAD_LENGTH || !name.endsWith(BAD)) {
      throw new IllegalArgumentException(name + " is no corrupt chunk");
    }
    return directory.resolve(Digest.parse(name.substring(0, DIGEST)).prefix()).resolve(name);
  }

  @Override
  public void list(Names names) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          directory.toString(), null, "the chunks are not there; is the datastore mounted?");
    }
    var sorter = new Sorter(names);
    try (var reader = new DirectoryReader()) {
      for (int i = 0; i < DIRECTORIES; i++) {
        sorter.prefix = i;
        try {
          reader.read(directory.resolve(HexFormat.of().toHexDigits((short) i)), sorter);
        } catch (NoSuchFileException missing) {
          // stores that were copied may lack empty ones
        }
        names.directory(i);
      }
    }
  }

  /** Tells by its length what a name is; others are none of ours. */
  private static final class Sorter implements DirectoryReader.Sink {
    private final Names names;
    private final Lazy name = new Lazy();
    private int prefix;

    Sorter(Names names) {
      this.names = names;
    }

    @Override
    public void accept(Entry entry) throws IOException {
      int length = entry.length();
      if (length != DIGEST && length != BAD_LENGTH && length != DIGEST + ASIDE.length()) return;
      if (!isDigest(entry)) return;
      long head = head(entry);
      if (head >>> 48 != prefix) return; // in a directory that is not its own: nobody looks there
      name.entry = entry;
      if (length == DIGEST) names.chunk(head, name);
      else if (length == BAD_LENGTH) {
        if (name.toString().endsWith(BAD)) names.bad(head, name);
      } else if (name.toString().endsWith(ASIDE)) names.aside(head, name);
    }

    private static boolean isDigest(Entry entry) {
      int all = 0;
      for (int i = 0; i < DIGEST; i++) all |= VALUES[entry.at(i) & 0xff];
      return all >= 0;
    }

    private static long head(Entry entry) {
      long head = 0;
      for (int i = 0; i < 16; i++) head = head << 4 | VALUES[entry.at(i) & 0xff];
      return head;
    }

    /** Of lower-case hex digits, −1 for all else: half of them are letters, which no branch can foresee. */
    private static final byte[] VALUES = new byte[256];

    static {
      Arrays.fill(VALUES, (byte) -1);
      for (int i = 0; i < 16; i++) VALUES["0123456789abcdef".charAt(i)] = (byte) i;
    }
  }

  private static final class Lazy implements Name {
    private @Nullable Entry entry;

    @Override
    public Digest digest() {
      return Digest.parse(toString().substring(0, DIGEST));
    }

    @Override
    public String toString() {
      return entry == null ? "" : entry.name();
    }
  }
}
