package io.reprise.datastore.catalog;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.FileName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads a catalog, {@code catalog.pcat1.didx}, at any place (datastore.md §4.2). Its top level has a directory per archive,
 * named with {@code .didx}. Memory: one 64 KiB window, and what a caller collects. Child tables must lie before their
 * parent's, so every walk ends.
 */
public final class CatalogReader {
  private static final long MAGIC = 0x91fd60f9c46758d5L;
  private static final int MAGIC_BYTES = 8;
  private static final int POINTER_BYTES = 8;
  private static final int WINDOW = 64 << 10;
  private static final int WALK_WINDOW = 4 << 10;
  private static final int MAX_NAME = 4095;
  private static final int MAX_DEPTH = 4096;
  private static final int MIN_ENTRY = 2; // a type and an empty name

  private final ByteSource source;
  private final CatalogEntry root;

  /** @throws BadFormat if it is no catalog */
  public CatalogReader(ByteSource source) throws IOException {
    this.source = source;
    if (source.size() < MAGIC_BYTES + POINTER_BYTES) {
      throw new BadFormat("catalog of " + source.size() + " bytes is cut off");
    }
    ByteBuffer eight = ByteBuffer.allocate(8);
    source.read(0, eight);
    if (eight.getLong(0) != MAGIC) {
      throw new BadFormat("catalog begins with unknown magic %016x".formatted(eight.getLong(0)));
    }
    source.read(source.size() - POINTER_BYTES, eight.clear());
    long start = eight.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (start < MAGIC_BYTES || start >= source.size() - POINTER_BYTES) {
      throw new BadFormat("catalog: its root lies at %d, outside the file".formatted(start));
    }
    root = new CatalogEntry(CatalogEntry.Type.DIRECTORY, FileName.of(""), 0, 0, start);
  }

  /** The directory above the archives; its name is empty. */
  public CatalogEntry root() {
    return root;
  }

  /** Takes entries one by one. */
  @FunctionalInterface
  public interface Visitor {
    void visit(CatalogEntry entry) throws IOException;
  }

  /** Hands over the entries of a directory in stored order, without keeping them. */
  public void forEach(CatalogEntry directory, Visitor visitor) throws IOException {
    var table = new Table(directory, WINDOW);
    while (table.hasNext()) visitor.visit(table.next());
  }

  /** The entries of a directory, read one by one. */
  private final class Table {
    private final Cursor cursor;
    private final long block;
    private long left;

    Table(CatalogEntry directory, int windowBytes) throws IOException {
      if (!directory.isDirectory())
        throw new IllegalArgumentException(directory.name() + " is no directory");
      block = directory.block();
      cursor = new Cursor(source, block, source.size() - POINTER_BYTES, windowBytes);
      cursor.end(cursor.unsigned());
      left = cursor.unsigned();
    }

    boolean hasNext() throws BadFormat {
      if (left > 0) return true;
      if (cursor.atEnd()) return false;
      throw new BadFormat("catalog: table at %d is longer than its entries".formatted(block));
    }

    CatalogEntry next() throws IOException {
      left--;
      return entry(cursor, block);
    }
  }

  public List<CatalogEntry> list(CatalogEntry directory) throws IOException {
    List<CatalogEntry> entries = new ArrayList<>();
    forEach(directory, entries::add);
    return entries;
  }

  /** The entry below root that the names lead to; empty if there is none. No names: root. */
  public Optional<CatalogEntry> find(List<FileName> path) throws IOException {
    CatalogEntry at = root;
    for (FileName name : path) {
      if (!at.isDirectory()) return Optional.empty();
      CatalogEntry[] found = new CatalogEntry[1];
      forEach(at, e -> {
        if (found[0] == null && e.name().equals(name)) found[0] = e;
      });
      if (found[0] == null) return Optional.empty();
      at = found[0];
    }
    return Optional.of(at);
  }

  /** Takes entries with the names that lead to them, the entry's own last. */
  @FunctionalInterface
  public interface PathVisitor {
    void visit(List<FileName> path, CatalogEntry entry) throws IOException;
  }

  /**
   * Everything below a directory, parents before children, in stored order. Takes 4 KiB for each level.
   *
   * @throws BadFormat if directories are nested more than 4096 deep, or share tables and so never seem to end
   */
  public void walk(CatalogEntry directory, PathVisitor visitor) throws IOException {
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open(List.of(), new Table(directory, WALK_WINDOW)));
    long left = source.size() / MIN_ENTRY; // each table is met once
    while (!open.isEmpty()) {
      Open top = open.peek();
      if (!top.table.hasNext()) {
        open.pop();
        continue;
      }
      CatalogEntry entry = top.table.next();
      List<FileName> path = new ArrayList<>(top.path);
      path.add(entry.name());
      if (left-- == 0) throw new BadFormat("catalog: directories share their tables");
      visitor.visit(path, entry);
      if (entry.isDirectory()) {
        if (open.size() >= MAX_DEPTH) throw new BadFormat("catalog: nested more than 4096 deep");
        open.push(new Open(path, new Table(entry, WALK_WINDOW)));
      }
    }
  }

  private record Open(List<FileName> path, Table table) {}

  private static CatalogEntry entry(Cursor cursor, long block) throws IOException {
    CatalogEntry.Type type = type(cursor.next());
    long length = cursor.unsigned();
    if (length < 0 || length > MAX_NAME) {
      throw new BadFormat("catalog: name of %d bytes, at most 4095 are possible".formatted(length));
    }
    FileName name = FileName.of(cursor.bytes((int) length));
    return switch (type) {
      case DIRECTORY -> {
        long distance = cursor.unsigned();
        if (distance <= 0 || distance > block - MAGIC_BYTES) {
          throw new BadFormat(
              "catalog: directory '%s' does not lie before its parent".formatted(name));
        }
        yield new CatalogEntry(type, name, 0, 0, block - distance);
      }
      case FILE -> new CatalogEntry(type, name, cursor.unsigned(), cursor.signed(), 0);
      default -> new CatalogEntry(type, name, 0, 0, 0);
    };
  }

  private static CatalogEntry.Type type(int letter) throws BadFormat {
    for (CatalogEntry.Type type : CatalogEntry.Type.values()) {
      if (type.letter() == letter) return type;
    }
    throw new BadFormat("catalog: unknown entry type 0x%02x".formatted(letter));
  }
}
