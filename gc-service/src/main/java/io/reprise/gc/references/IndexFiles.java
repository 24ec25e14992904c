package io.reprise.gc.references;

import io.reprise.datastore.index.IndexReader.DigestSink;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** The index files of one datastore: those that are references, and the copies that are kept of the counted ones. */
public interface IndexFiles {
  /**
   * Every {@code .fidx} and {@code .didx} below the datastore, except in directories whose name begins with a dot
   * (datastore.md §7.2), sorted by path.
   *
   * @throws IOException if a directory cannot be read: then nothing may be concluded from what was not found
   */
  List<FoundIndex> list() throws IOException;

  /** Moves of snapshots so far; a listing is whole if they are the same before and after it. */
  long moves() throws IOException;

  /** The file at that path now. @throws NoSuchFileException if there is none */
  FoundIndex find(String path) throws IOException;

  /** Where the index file at that path belongs. @throws NoSuchFileException if it vanished */
  Place place(String path) throws IOException;

  /**
   * @throws NoSuchFileException if it vanished
   * @throws io.reprise.datastore.BadFormat naming the path, if it does not parse
   */
  Content open(String path) throws IOException;

  /**
   * Keeps the content of a file beyond its removal: a hard link. Fine if it is kept already.
   *
   * @return the inode of what is kept, which nobody else can get while it is
   * @throws NoSuchFileException if it vanished
   */
  long keep(String path, IndexIdentity identity) throws IOException;

  /** @throws NoSuchFileException if it was not kept, or somebody deleted it */
  Content openKept(IndexIdentity identity) throws IOException;

  /** Fine if there is none. */
  void dropKept(IndexIdentity identity) throws IOException;

  /** Everything that is kept. */
  List<IndexIdentity> kept() throws IOException;

  /** An open index file. */
  interface Content extends AutoCloseable {
    /** Reads all entries for the checksum. */
    IndexIdentity identity() throws IOException;

    /** Number of entries. */
    long entries();

    /** Bytes of the archive, before deduplication. */
    long dataBytes();

    void digests(DigestSink sink) throws IOException;

    @Override
    void close() throws IOException;
  }
}
