package io.reprise.gc.verify;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.os.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads chunks, past the page cache where the store does so, and checks them. Keeps its buffers from chunk to chunk: about
 * twice the largest chunk that it met, at most 33 MiB. One thread at a time.
 */
final class ChunkProver implements AutoCloseable {
  private static final int USUAL = blocks((4 << 20) + BlobKind.ENCRYPTED.headerBytes());
  private static final int LARGEST = blocks(ChunkStore.MAX_ENCODED);

  private final BlobDecoder decoder = new BlobDecoder();
  private ByteBuffer buffer = allocate(USUAL);

  /** Whole blocks, one more than the bytes need: a read that leaves room has met the end of the file. */
  private static int blocks(int bytes) {
    return (bytes / Descriptor.BLOCK + 2) * Descriptor.BLOCK;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes + Descriptor.BLOCK)
        .alignedSlice(Descriptor.BLOCK)
        .limit(bytes);
  }

  ChunkVerdict prove(ChunkStore chunks, Digest digest) {
    ChunkVerdict verdict = once(chunks, digest);
    // Memory, a cable or a writer in between may have been at fault the first time.
    return verdict instanceof ChunkVerdict.Corrupt ? once(chunks, digest) : verdict;
  }

  private ChunkVerdict once(ChunkStore chunks, Digest digest) {
    Path path = chunks.path(digest);
    try (var file = Descriptor.openForReading(path)) {
      if (!read(chunks, file)) {
        return corrupt(file, false, "more than " + ChunkStore.MAX_ENCODED + " bytes, no chunk");
      }
      return check(file, digest);
    } catch (NoSuchFileException missing) {
      return new ChunkVerdict.Missing();
    } catch (IOException e) {
      return new ChunkVerdict.Unreadable(e);
    }
  }

  private ChunkVerdict check(Descriptor file, Digest digest) throws IOException {
    BlobKind kind;
    try {
      kind = BlobKind.of(buffer);
      BlobCrc.check(buffer);
    } catch (BadFormat e) {
      return corrupt(file, false, String.valueOf(e.getMessage()));
    }
    if (kind.encrypted()) return new ChunkVerdict.Good(kind, buffer.remaining(), -1);
    try {
      int plain = decoder.proveChunk(buffer, digest);
      return new ChunkVerdict.Good(kind, buffer.remaining(), plain);
    } catch (BadFormat e) {
      return corrupt(file, true, String.valueOf(e.getMessage()));
    }
  }

  private static ChunkVerdict corrupt(Descriptor file, boolean loads, String problem)
      throws IOException {
    return new ChunkVerdict.Corrupt(file.status().inode(), loads, problem);
  }

  /** @return false if the file is larger than any chunk */
  private boolean read(ChunkStore chunks, Descriptor file) throws IOException {
    buffer.clear();
    chunks.read(file, buffer);
    if (!buffer.hasRemaining()) {
      if (file.status().size() > ChunkStore.MAX_ENCODED) return false;
      buffer = allocate(LARGEST);
      chunks.read(file, buffer);
    }
    buffer.flip();
    return true;
  }

  @Override
  public void close() {
    decoder.close();
  }
}
