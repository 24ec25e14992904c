package io.reprise.datastore.pxar;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.FileName;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads records one after another: header first, then as much of the content as is asked for. */
final class RecordInput {
  static final int HEADER = 16;

  private final InputStream in;
  private final byte[] small = new byte[64];
  private final ByteBuffer fields = ByteBuffer.wrap(small).order(ByteOrder.LITTLE_ENDIAN);
  private long position;
  private boolean peeked;
  private long recordStart;
  private long type;
  private long length;

  /** @param position of the stream's first byte in the archive */
  RecordInput(InputStream in, long position) {
    this.in = in;
    this.position = position;
  }

  /** The type of the next record, whose content then begins at {@link #position}; again the same until it is consumed. */
  long peek() throws IOException {
    long next = peekOrEnd();
    if (!peeked) throw cutOff();
    return next;
  }

  /** As {@link #peek}, and {@link RecordType#NONE} where the stream ends. */
  long peekOrEnd() throws IOException {
    if (!peeked) {
      recordStart = position;
      int read = in.readNBytes(small, 0, HEADER);
      if (read == 0) return RecordType.NONE;
      if (read < HEADER) throw cutOff();
      position += HEADER;
      type = fields.getLong(0);
      long full = fields.getLong(8);
      if (full < HEADER) {
        throw new BadFormat("pxar: %s at %d has impossible size %s"
            .formatted(RecordType.name(type), recordStart, Long.toUnsignedString(full)));
      }
      length = full - HEADER;
      peeked = true;
    }
    return type;
  }

  /** Where the record begins whose type {@link #peek} told. */
  long recordStart() {
    return recordStart;
  }

  /** Length of the content of the record whose type {@link #peek} told. */
  long length() {
    return length;
  }

  /** Place in the archive. */
  long position() {
    return position;
  }

  /** Takes a record that consists of these 8-byte fields: read them with {@link #field}. */
  void fields(int bytes) throws IOException {
    if (length != bytes) {
      throw new BadFormat("pxar: %s at %d has %d bytes, expected %d"
          .formatted(RecordType.name(type), recordStart, length, bytes));
    }
    fill(bytes);
    peeked = false;
  }

  long field(int offset) {
    return fields.getLong(offset);
  }

  int field32(int offset) {
    return fields.getInt(offset);
  }

  /** Takes the content whole. */
  byte[] content(int max) throws IOException {
    if (length > max) {
      throw new BadFormat("pxar: %s at %d has %d bytes, at most %d are possible"
          .formatted(RecordType.name(type), recordStart, length, max));
    }
    byte[] content = new byte[(int) length];
    read(content, content.length);
    peeked = false;
    return content;
  }

  /** Takes a content that is text and a zero byte; the text has no other one, and is not empty. */
  FileName text(int max) throws IOException {
    byte[] content = content(max);
    return text(content, 0);
  }

  private FileName text(byte[] content, int from) throws BadFormat {
    int end = content.length - 1;
    if (end <= from || content[end] != 0) throw badText();
    for (int i = from; i < end; i++) {
      if (content[i] == 0) throw badText();
    }
    return FileName.of(java.util.Arrays.copyOfRange(content, from, end));
  }

  private BadFormat badText() {
    return new BadFormat("pxar: %s at %d is no text ended by a zero byte"
        .formatted(RecordType.name(type), recordStart));
  }

  /** Takes a content that is a number, then text and a zero byte. The number is {@link #field} 0. */
  FileName numberAndText(int max) throws IOException {
    byte[] content = content(max);
    if (content.length < Long.BYTES) throw badText();
    System.arraycopy(content, 0, small, 0, Long.BYTES);
    return text(content, Long.BYTES);
  }

  /** Takes the header only; the content is the caller's to read or skip. */
  void open() {
    peeked = false;
  }

  /** Reads some bytes of an opened content. */
  int readSome(byte[] target, int offset, int max) throws IOException {
    int n = in.read(target, offset, max);
    if (n < 0) throw cutOff();
    position += n;
    return n;
  }

  void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      throw cutOff();
    }
    position += bytes;
  }

  private void fill(int bytes) throws IOException {
    read(small, bytes);
  }

  private void read(byte[] target, int bytes) throws IOException {
    if (in.readNBytes(target, 0, bytes) < bytes) throw cutOff();
    position += bytes;
  }

  BadFormat cutOff() {
    return new BadFormat("pxar: archive is cut off in the record at " + recordStart);
  }

  BadFormat unexpected(String where) {
    return new BadFormat(
        type == RecordType.FORMAT_VERSION
            ? "pxar: version 2 (split archive): use a client of version 3.3 or newer"
            : "pxar: unexpected %s at %d %s".formatted(RecordType.name(type), recordStart, where));
  }
}
