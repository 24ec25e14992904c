package io.reprise.datastore.catalog;

import io.reprise.datastore.FileName;
import io.reprise.datastore.Hex;
import io.reprise.datastore.catalog.CatalogEntry.Type;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes catalogs by the specification (datastore.md §4.2), for the tests of the reader. */
public final class CatalogBuilder {
  /** An entry; children are of directories, size and time of files. */
  public record Item(Type type, FileName name, long size, long mtime, List<Item> children) {
    public static Item directory(String name, Item... children) {
      return new Item(Type.DIRECTORY, FileName.of(name), 0, 0, List.of(children));
    }

    public static Item file(String name, long size, long mtime) {
      return new Item(Type.FILE, FileName.of(name), size, mtime, List.of());
    }

    public static Item other(Type type, String name) {
      return new Item(type, FileName.of(name), 0, 0, List.of());
    }
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private CatalogBuilder() {}

  public static byte[] catalog(Item... archives) {
    var builder = new CatalogBuilder();
    builder.out.writeBytes(Hex.bytes("91fd60f9c46758d5"));
    long root = builder.block(List.of(archives));
    builder.out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(root).array());
    return builder.out.toByteArray();
  }

  /** @return where the block begins */
  private long block(List<Item> items) {
    long[] blocks = new long[items.size()];
    for (int i = 0; i < blocks.length; i++) {
      if (items.get(i).type() == Type.DIRECTORY) blocks[i] = block(items.get(i).children());
    }
    long start = out.size();
    var table = new ByteArrayOutputStream();
    table.writeBytes(unsigned(items.size()));
    for (int i = 0; i < blocks.length; i++) {
      Item item = items.get(i);
      table.write(item.type().letter());
      table.writeBytes(unsigned(item.name().length()));
      table.writeBytes(item.name().bytes());
      if (item.type() == Type.DIRECTORY) table.writeBytes(unsigned(start - blocks[i]));
      if (item.type() == Type.FILE) {
        table.writeBytes(unsigned(item.size()));
        table.writeBytes(signed(item.mtime()));
      }
    }
    out.writeBytes(unsigned(table.size()));
    out.writeBytes(table.toByteArray());
    return start;
  }

  static byte[] unsigned(long value) {
    var bytes = new ByteArrayOutputStream();
    long left = value;
    while (left < 0 || left > 0x7f) {
      bytes.write((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    bytes.write((int) left);
    return bytes.toByteArray();
  }

  static byte[] signed(long value) {
    if (value >= 0) return unsigned(value);
    var bytes = new ByteArrayOutputStream();
    for (long left = -value; left != 0; left >>>= 7) bytes.write((int) (left & 0x7f) | 0x80);
    bytes.write(0);
    return bytes.toByteArray();
  }
}
