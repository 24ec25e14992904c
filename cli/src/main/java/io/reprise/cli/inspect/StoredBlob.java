package io.reprise.cli.inspect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A chunk or blob as it lies on disk, at most as large as one may be. */
record StoredBlob(ByteBuffer bytes, BlobKind kind) {
  /** @throws BadFormat if it is none, or too large */
  static StoredBlob read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BlobDecoder.MAX_ENCODED_CHUNK + 1);
    }
    if (bytes.length > BlobDecoder.MAX_ENCODED_CHUNK) {
      throw new BadFormat(file + " has more than 16 MiB: it is neither chunk nor blob");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new StoredBlob(buffer, BlobKind.of(buffer));
  }

  void checkCrc() throws BadFormat {
    BlobCrc.check(bytes);
  }

  byte[] decode(@Nullable CryptKey key) throws BadFormat {
    try (var decoder = new BlobDecoder()) {
      return copy(decoder.decode(bytes, key, BlobDecoder.MAX_CHUNK));
    }
  }

  /** A chunk's content. @throws BadFormat if it is not what digest and length say */
  byte[] decode(@Nullable CryptKey key, Digest digest, int length) throws BadFormat {
    try (var decoder = new BlobDecoder()) {
      return copy(decoder.decodeChunk(bytes, digest, length, key));
    }
  }

  /** The digest that content of this chunk has. */
  Digest digest(byte[] content, @Nullable CryptKey key) {
    if (kind.encrypted() && key != null) return key.digest(content, 0, content.length);
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static byte[] copy(ByteBuffer plain) {
    byte[] content = new byte[plain.remaining()];
    plain.get(content);
    return content;
  }

  /** What its header says. */
  ObjectNode described() throws BadFormat {
    return JsonNodeFactory.instance
        .objectNode()
        .put("size", bytes.remaining())
        .put("crc", String.format(Locale.ROOT, "0x%08x", BlobCrc.stored(bytes)))
        .put("encryption", kind.encrypted() ? "encrypt" : "none")
        .put("compressed", kind.compressed());
  }
}
