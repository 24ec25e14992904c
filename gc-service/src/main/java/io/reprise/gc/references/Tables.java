package io.reprise.gc.references;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The tables of a reference index in RocksDB, and how much memory they may take: a cache and two write buffers, whatever
 * the number of chunks. Keys sort as unsigned bytes.
 */
final class Tables implements AutoCloseable {
  private static final long CACHE = 64L << 20;
  private static final long WRITE_BUFFERS = 64L << 20;
  private static final int BLOOM_BITS = 10;

  static {
    RocksDB.loadLibrary();
  }

  /** A table; the name is on disk. */
  enum Table {
    /** Single values: walk number, next ids, epoch, totals. */
    META,
    /** File id → {@link FileRecord}. */
    FILES,
    /** Identity and place → file id. */
    IDENTITIES,
    /** Inode → file id, size, modification time. */
    INODES,
    /** Path → file id, inode, size, modification time. */
    PATHS,
    /** Group, archive, time, file id → nothing: who neighbours whom. */
    LINEAGES,
    /** Digest → {@link ChunkRecord}. */
    CHUNKS,
    /** Digest of an orphan → walk that had begun when it lost its last reference; not before which second to look again. */
    ORPHANS,
    /** Group number → name and {@link GroupSpace}. */
    GROUPS
  }

  private final List<AutoCloseable> resources = new ArrayList<>();
  private final RocksDB db;
  private final List<ColumnFamilyHandle> handles = new ArrayList<>();
  private final WriteOptions writeOptions;
  private final Runnable beforeWrite;

  private Tables(Path directory, Runnable beforeWrite) throws RocksDBException {
    this.beforeWrite = beforeWrite;
    var cache = keep(new LRUCache(CACHE));
    var bloom = keep(new BloomFilter(BLOOM_BITS));
    var table = new BlockBasedTableConfig()
        .setBlockCache(cache)
        .setCacheIndexAndFilterBlocks(true)
        .setFilterPolicy(bloom)
        .setBlockSize(4 << 10);
    var family = keep(new ColumnFamilyOptions()
        .setTableFormatConfig(table)
        .setCompressionType(CompressionType.NO_COMPRESSION) // digests do not compress
        .setWriteBufferSize(WRITE_BUFFERS / 4));
    var options = keep(new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setDbWriteBufferSize(WRITE_BUFFERS)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(256)
        .setKeepLogFileNum(2));
    writeOptions = keep(new WriteOptions());
    var families = new ArrayList<ColumnFamilyDescriptor>();
    families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family));
    for (Table t : Table.values()) {
      families.add(new ColumnFamilyDescriptor(
          t.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII), family));
    }
    try {
      db = RocksDB.open(options, directory.toString(), families, handles);
    } catch (RocksDBException e) {
      closeResources();
      throw e;
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    resources.add(resource);
    return resource;
  }

  /**
   * @param directory made when missing
   * @param beforeWrite called before each batch is written; may throw, as if the process had died
   * @throws IndexDamaged if something else lies there, or the files are damaged
   */
  static Tables open(Path directory, Runnable beforeWrite) throws IOException {
    Files.createDirectories(directory);
    try {
      return new Tables(directory, beforeWrite);
    } catch (RocksDBException e) {
      throw new IndexDamaged(directory + " cannot be opened (" + e.getMessage() + ")", e);
    }
  }

  /** Deletes everything in the directory; it is derived and can be made again. */
  static void destroy(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private ColumnFamilyHandle handle(Table table) {
    return handles.get(table.ordinal() + 1);
  }

  byte @Nullable [] get(Table table, byte[] key) throws IOException {
    try {
      return db.get(handle(table), key);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** A single value; 0 if it was never written. */
  long number(byte[] key) throws IOException {
    byte[] value = get(Table.META, key);
    return value == null ? 0 : Keys.number(value);
  }

  /** The values of many keys, sorted, null where there is none. */
  List<byte @Nullable []> getAll(Table table, List<byte[]> keys) throws IOException {
    var families = new ArrayList<ColumnFamilyHandle>(keys.size());
    for (int i = 0; i < keys.size(); i++) families.add(handle(table));
    try {
      return db.multiGetAsList(families, keys);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** To be closed; sees the table as it is now. */
  RocksIterator iterator(Table table) {
    return db.newIterator(handle(table));
  }

  /** As {@link #iterator}, for reading a whole table without pushing everything else out of the cache. */
  RocksIterator scan(Table table) {
    try (var options = new ReadOptions().setFillCache(false).setReadaheadSize(2 << 20)) {
      return db.newIterator(handle(table), options);
    }
  }

  /** @throws IOException what an iterator met; it ends as if nothing were left */
  static void check(RocksIterator iterator) throws IOException {
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.mismatch(key, 0, prefix.length, prefix, 0, prefix.length) < 0;
  }

  /** Changes that are written whole or not at all. */
  final class Batch implements AutoCloseable {
    private final WriteBatch batch = new WriteBatch();

    Batch put(Table table, byte[] key, byte[] value) throws IOException {
      try {
        batch.put(handle(table), key, value);
        return this;
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    Batch delete(Table table, byte[] key) throws IOException {
      try {
        batch.delete(handle(table), key);
        return this;
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    void write() throws IOException {
      beforeWrite.run();
      try {
        db.write(writeOptions, batch);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  Batch batch() {
    return new Batch();
  }

  /** Bytes of its files. */
  long diskBytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      long sum = 0;
      for (Path file : files.toList()) sum += Files.size(file);
      return sum;
    }
  }

  private static IOException failed(RocksDBException e) {
    var status = e.getStatus();
    if (status != null && status.getCode() == org.rocksdb.Status.Code.Corruption) {
      return new IndexDamaged("the reference index is damaged (" + e.getMessage() + ")", e);
    }
    return new IOException("reference index: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    closeResources();
  }

  private void closeResources() {
    for (AutoCloseable resource : resources.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
