package io.reprise.datastore.pxar;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Any place of an archive, found through the GOODBYE tables (datastore.md §4.3). Looking a name up reads a handful of
 * items; listing a directory takes eight bytes of memory for each of its entries. Entries never overlap in what is listed,
 * so every walk ends. Safe for several threads if the source is.
 */
public final class PxarArchive {
  private static final int ENTRY_BUFFER = 4 << 10;
  private static final int TABLE_BUFFER = 64 << 10;
  /** Entries of one directory: 128 MiB to list them, and more than any file system likes. */
  private static final long MAX_ITEMS = 16 << 20;

  private final ByteSource source;
  private final PxarNode root;

  /** @throws BadFormat if it does not end like an archive, or the root is no directory */
  public PxarArchive(ByteSource source) throws IOException {
    this.source = source;
    Table table = table(0, source.size());
    RecordInput in = input(table.entryStart, table.start);
    root = new PxarNode(EntryDecoder.root(in), table.entryStart, source.size());
  }

  public PxarNode root() {
    return root;
  }

  /** A directory's GOODBYE record: where it and the directory's ENTRY begin, and how many items it has but the tail. */
  private record Table(long start, long entryStart, long items) {
    long item(long i) {
      return start + RecordInput.HEADER + i * GoodbyeItem.BYTES;
    }
  }

  /** The table at the end of a directory that lies in [start, end). */
  private Table table(long start, long end) throws IOException {
    if (end - start < RecordInput.HEADER + GoodbyeItem.BYTES) throw damaged(end);
    GoodbyeItem tail = item(end - GoodbyeItem.BYTES);
    long length = tail.size() - RecordInput.HEADER;
    if (!tail.isTail() || length < GoodbyeItem.BYTES || length % GoodbyeItem.BYTES != 0)
      throw damaged(end);
    if (tail.size() > end - start) throw damaged(end);
    long goodbye = end - tail.size();
    if (tail.offset() < 0 || tail.offset() > goodbye - start) throw damaged(end);
    if (length / GoodbyeItem.BYTES > MAX_ITEMS) {
      throw new BadFormat("pxar: a directory of more than 16,777,216 entries ends at " + end);
    }
    RecordInput in = input(goodbye, end);
    if (in.peek() != RecordType.GOODBYE || in.length() != length) throw damaged(end);
    return new Table(goodbye, goodbye - tail.offset(), length / GoodbyeItem.BYTES - 1);
  }

  private static BadFormat damaged(long end) {
    return new BadFormat(
        "pxar: no directory ends at " + end + ": cut off, damaged, or no archive of version 1");
  }

  private Table table(PxarNode directory) throws IOException {
    if (!directory.entry().isDirectory()) {
      throw new IllegalArgumentException("'" + directory.entry().name() + "' is no directory");
    }
    return table(directory.start(), directory.end());
  }

  private GoodbyeItem item(long position) throws IOException {
    ByteBuffer item = ByteBuffer.allocate(GoodbyeItem.BYTES);
    source.read(position, item);
    return GoodbyeItem.read(item);
  }

  private RecordInput input(long from, long to) throws BadFormat {
    return new RecordInput(new BufferedInputStream(source.stream(from, to), ENTRY_BUFFER), from);
  }

  private PxarNode node(long start, long end) throws IOException {
    PxarEntry entry = EntryDecoder.named(input(start, end));
    if (entry.kind() instanceof Kind.RegularFile file && file.size() > end - file.offset()) {
      throw new BadFormat("pxar: '" + entry.name() + "' is cut off by what follows it");
    }
    return new PxarNode(entry, start, end);
  }

  /** Takes entries one by one. */
  @FunctionalInterface
  public interface Visitor {
    void visit(PxarNode node) throws IOException;
  }

  /** The entries of a directory in archive order, which is that of their names. */
  public void forEach(PxarNode directory, Visitor visitor) throws IOException {
    Table table = table(directory);
    long[] starts = starts(table);
    for (int i = 0; i < starts.length; i++) {
      visitor.visit(node(starts[i], i + 1 < starts.length ? starts[i + 1] : table.start));
    }
  }

  public List<PxarNode> list(PxarNode directory) throws IOException {
    List<PxarNode> nodes = new ArrayList<>();
    forEach(directory, nodes::add);
    return nodes;
  }

  /** Where the directory's entries begin, ascending; each ends where the next begins. */
  private long[] starts(Table table) throws IOException {
    long[] starts = new long[Math.toIntExact(table.items)];
    ByteBuffer buffer = ByteBuffer.allocate(TABLE_BUFFER / GoodbyeItem.BYTES * GoodbyeItem.BYTES);
    buffer.order(ByteOrder.LITTLE_ENDIAN).limit(0);
    for (int i = 0; i < starts.length; i++) {
      if (!buffer.hasRemaining()) {
        long left = (table.items - i) * GoodbyeItem.BYTES;
        buffer.clear().limit((int) Math.min(buffer.capacity(), left));
        source.read(table.item(i), buffer);
        buffer.flip();
      }
      long offset = buffer.getLong(buffer.position() + 8);
      buffer.position(buffer.position() + GoodbyeItem.BYTES);
      starts[i] = entryStart(table, offset);
    }
    Arrays.sort(starts);
    return starts;
  }

  private static long entryStart(Table table, long offset) throws BadFormat {
    if (offset <= 0 || offset >= table.start - table.entryStart) {
      throw new BadFormat("pxar: GOODBYE at " + table.start + " points outside its directory");
    }
    return table.start - offset;
  }

  /** The entry of that name in a directory. */
  public Optional<PxarNode> find(PxarNode directory, FileName name) throws IOException {
    Table table = table(directory);
    return search(table, 0, SipHash.of(name.bytes()), name);
  }

  /** The entry that the names lead to, without following links; none: the root. */
  public Optional<PxarNode> find(List<FileName> path) throws IOException {
    PxarNode at = root;
    for (FileName name : path) {
      if (!at.entry().isDirectory()) return Optional.empty();
      Optional<PxarNode> next = find(at, name);
      if (next.isEmpty()) return next;
      at = next.get();
    }
    return Optional.of(at);
  }

  /** A complete search tree by hash: smaller at 2i+1, greater at 2i+2; equal hashes may lie on both sides. */
  private Optional<PxarNode> search(Table table, long i, long hash, FileName name)
      throws IOException {
    long at = i;
    while (at < table.items) {
      GoodbyeItem item = item(table.item(at));
      int order = Long.compareUnsigned(hash, item.hash());
      if (order == 0) {
        long start = entryStart(table, item.offset());
        if (item.size() <= 0 || item.size() > table.start - start) {
          throw new BadFormat("pxar: GOODBYE at " + table.start + " points outside its directory");
        }
        long end = start + item.size();
        // Only the name: a forged table may have a million items that point at one large entry.
        if (EntryDecoder.name(input(start, end)).equals(name)) return Optional.of(node(start, end));
        Optional<PxarNode> left = search(table, 2 * at + 1, hash, name);
        if (left.isPresent()) return left;
      }
      at = order < 0 ? 2 * at + 1 : 2 * at + 2;
    }
    return Optional.empty();
  }

  /**
   * The regular file that a hard link names.
   *
   * @throws BadFormat if there is none
   */
  public PxarNode follow(PxarNode link) throws IOException {
    if (!(link.entry().kind() instanceof Kind.Hardlink hardlink)) {
      throw new IllegalArgumentException("'" + link.entry().name() + "' is no hard link");
    }
    if (hardlink.distance() > link.start()) {
      throw new BadFormat(
          "pxar: hard link '" + link.entry().name() + "' points before the archive");
    }
    long start = link.start() - hardlink.distance();
    PxarNode target = node(start, link.start());
    if (!(target.entry().kind() instanceof Kind.RegularFile file)) {
      throw new BadFormat("pxar: hard link '" + link.entry().name() + "' does not point at a file");
    }
    return new PxarNode(target.entry(), start, file.offset() + file.size());
  }

  /** The content of a regular file; reads go straight to the source. */
  public InputStream content(PxarNode file) throws IOException {
    if (!(file.entry().kind() instanceof Kind.RegularFile regular)) {
      throw new IllegalArgumentException("'" + file.entry().name() + "' is no regular file");
    }
    return source.stream(regular.offset(), regular.offset() + regular.size());
  }
}
