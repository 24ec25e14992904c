package io.reprise.protocol.backup;

import io.reprise.datastore.chunker.Chunker;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes an archive as a stream, cuts it into chunks by content and uploads them (datastore.md §4.1). {@link #finish} makes
 * the index; closing without it leaves none. For one thread.
 */
public final class ArchiveUpload extends OutputStream {
  private final ChunkUploader uploader;
  private final IndexUpload upload;
  private final Chunker chunker;
  private final ChunkBuffers buffers;
  private byte[] buffer;
  private int filled;

  /** @param count how many of the largest chunk may be held in memory */
  ArchiveUpload(ChunkUploader uploader, IndexUpload upload, int averageChunkBytes, int count)
      throws IOException {
    this.uploader = uploader;
    this.upload = upload;
    chunker = new Chunker(averageChunkBytes);
    buffers = new ChunkBuffers(count, 4 * averageChunkBytes);
    buffer = buffers.take();
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
    upload.add(uploader.send(upload.index(), buffer, filled, buffers));
    filled = 0;
    buffer = buffers.take();
  }

  /** Uploads the rest and closes the index. The archive must not be empty (protocol.md §3.4). */
  public UploadResult finish() throws IOException {
    if (filled > 0) submit();
    return upload.close();
  }
}
