package io.reprise.ingest.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.index.DynamicIndexWriter;
import io.reprise.datastore.os.FileStatus;
import io.reprise.ingest.upgrade.UpgradeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that one user's backups of one group uploaded since the last one that finished: a session after one that broke
 * off need not get them again. A hint and no more: it may miss some, and each that it names is touched before anything
 * relies on it (I4). The group's lock makes sure that one session at a time has the file,
 * {@code <state>/uploads/<SHA-256 of store, namespace, group and user>}: 40 bytes a chunk, digest, plain and stored size.
 * It is there from the first chunk until a backup finishes.
 */
final class UploadJournal implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(UploadJournal.class);
  private static final int RECORD = 40;
  private static final long MAX_BYTES = 1_000_000L * RECORD;
  private static final int MAX_CHUNK = 16 << 20;
  private static final int BUFFER = 1_000 * RECORD;

  /** Garbage collection has taken the chunks of older ones long ago. */
  private static final Duration MAX_AGE = Duration.ofDays(30);

  private final Path file;
  private final ByteBuffer record = ByteBuffer.allocate(RECORD);
  private @Nullable FileChannel channel; // null until it is used
  private long end;
  private boolean closed;

  /** @param state shared by all hosts */
  UploadJournal(Path state, UpgradeRequest request) {
    String of = "%s\n%s\n%s\n%s"
        .formatted(
            request.datastore(), request.namespace(), request.snapshot().group(), request.caller());
    file = state.resolve("uploads").resolve(sha256(of));
  }

  private static String sha256(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** A chunk was stored. A failure is logged: it costs a later upload at most. */
  synchronized void add(Digest digest, int size, long storedBytes) {
    if (closed || end >= MAX_BYTES) return;
    try {
      FileChannel to = channel == null ? create() : channel;
      record.clear();
      digest.write(record);
      record.putInt(size).putInt((int) storedBytes).flip();
      while (record.hasRemaining()) to.write(record, end + record.position());
      end += RECORD;
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warnf("%s: %s: a backup that breaks off cannot go on from here", file, e.getMessage());
      closed = true;
    }
  }

  private FileChannel create() throws IOException {
    Path directory = Files.createDirectories(file.getParent());
    Instant limit = Instant.now().minus(MAX_AGE);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path old : files) {
        FileStatus status = FileStatus.find(old); // another session may remove the same
        if (status != null && status.modified().isBefore(limit)) Files.deleteIfExists(old);
      }
    }
    return open();
  }

  private FileChannel open() throws IOException {
    var opened = FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel = opened;
    end = opened.size() / RECORD * RECORD; // a write may have been cut off
    return opened;
  }

  /** Takes a chunk that is there. */
  interface Visitor {
    void visit(Digest digest, int size) throws IOException;
  }

  /**
   * What is still there of it, as an index, so that clients read it like the previous one. A file of another size is not what
   * was uploaded: emptied by a crash, or another's content under a digest that was a mere claim, as encrypted ones are. For
   * one thread at a time; chunks may be added meanwhile.
   *
   * @param found gets the chunks too, which are touched by then
   * @return a file, the caller's to remove; null if nothing is there
   */
  @Nullable
  Path index(ChunkStore chunks, Visitor found) throws IOException {
    FileChannel from;
    long until;
    synchronized (this) {
      if (channel == null && (closed || !Files.exists(file))) return null;
      from = channel == null ? open() : channel;
      until = end;
    }
    Path target = file.resolveSibling(file.getFileName() + ".didx");
    try (var index =
        DynamicIndexWriter.create(file.resolveSibling(file.getFileName() + ".tmp_didx"))) {
      var buffer = ByteBuffer.allocate(BUFFER);
      for (long at = 0; at < until; at += BUFFER) {
        buffer.clear().limit((int) Math.min(BUFFER, until - at));
        while (buffer.hasRemaining()) {
          if (from.read(buffer, at + buffer.position()) < 0) break;
        }
        buffer.flip();
        while (buffer.remaining() >= RECORD) {
          Digest digest = Digest.read(buffer);
          int size = buffer.getInt();
          int storedBytes = buffer.getInt();
          if (size < 1 || size > MAX_CHUNK) continue;
          FileStatus stored = FileStatus.find(chunks.path(digest));
          if (stored == null || stored.size() != storedBytes || !chunks.touch(digest)) continue;
          found.visit(digest, size);
          index.append(index.size() + size, digest);
        }
      }
      if (index.entryCount() == 0) return null;
      index.finish(target, false);
      return target;
    }
  }

  /** The backup is finished: what it uploaded is in its index. */
  synchronized void forget() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  /** Workers may come late: then nothing is written any more. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (channel != null) channel.close();
  }
}
