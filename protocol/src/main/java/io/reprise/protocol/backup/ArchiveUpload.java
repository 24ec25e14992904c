package io.reprise.protocol.backup;

import io.reprise.datastore.chunker.Chunker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Takes an archive as a stream, cuts it into chunks by content and uploads them (datastore.md §4.1). {@link #finish} makes
 * the index; closing without it leaves none. For one thread.
 */
public final class ArchiveUpload extends OutputStream {
  private final ChunkUploader uploader;
  private final IndexUpload upload;
  private final Chunker chunker;
  private final BlockingQueue<byte[]> free;
  private final int maxChunkBytes;
  private int buffersLeft;
  private byte[] buffer;
  private int filled;

  /** @param buffers how many chunks may be waiting for a worker, worked on, or being filled; each holds the largest chunk */
  ArchiveUpload(ChunkUploader uploader, IndexUpload upload, int averageChunkBytes, int buffers) {
    this.uploader = uploader;
    this.upload = upload;
    chunker = new Chunker(averageChunkBytes);
    maxChunkBytes = 4 * averageChunkBytes;
    free = new ArrayBlockingQueue<>(buffers);
    buffersLeft = buffers - 1;
    buffer = new byte[maxChunkBytes];
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Waits while all buffers are in use. */
  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, data.length);
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int cut = chunker.scan(data, at, end - at);
      int taken = cut == 0 ? end - at : cut;
      System.arraycopy(data, at, buffer, filled, taken);
      filled += taken;
      at += taken;
      if (cut != 0) submit();
    }
  }

  private void submit() throws IOException {
    byte[] chunk = buffer;
    int length = filled;
    upload.add(uploader.work(worker -> {
      try {
        return uploader.send(worker, upload.index(), chunk, length);
      } finally {
        free.add(chunk);
      }
    }));
    filled = 0;
    buffer = next();
  }

  private byte[] next() throws IOException {
    byte[] reused = free.poll();
    if (reused != null) return reused;
    if (buffersLeft > 0) {
      buffersLeft--;
      return new byte[maxChunkBytes];
    }
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while uploading an archive");
    }
  }

  /** Uploads the rest and closes the index. The archive must not be empty (protocol.md §3.4). */
  public UploadResult finish() throws IOException {
    if (filled > 0) submit();
    return upload.close();
  }
}
