package io.reprise.datastore.catalog;

import io.reprise.datastore.FileName;

/**
 * One name in a directory of the catalog (datastore.md §4.2).
 *
 * @param size bytes of a regular file (above 2^63 negative, as the catalog stores 64 bits), else 0
 * @param mtime epoch seconds of a regular file, else 0
 * @param block where a directory's own table begins in the catalog, else 0
 */
public record CatalogEntry(Type type, FileName name, long size, long mtime, long block) {
  /** The type letter of the format. */
  public enum Type {
    DIRECTORY('d'),
    FILE('f'),
    SYMLINK('l'),
    HARDLINK('h'),
    BLOCK_DEVICE('b'),
    CHAR_DEVICE('c'),
    FIFO('p'),
    SOCKET('s');

    private final char letter;

    Type(char letter) {
      this.letter = letter;
    }

    public char letter() {
      return letter;
    }
  }

  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }
}
