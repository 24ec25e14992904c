package io.reprise.datastore.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Golden;
import io.reprise.datastore.Hex;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;

/** Any bytes are a blob, or refused; any payload comes back. */
class BlobFuzzTest {
  private static final CryptKey KEY = new CryptKey(Hex.counting(32));
  private static final int MAX = 1 << 20;
  private static final byte[] TEXT =
      "a text that repeats, ".repeat(8).getBytes(StandardCharsets.US_ASCII);

  @FuzzTest
  void decode(byte[] data) {
    try (var decoder = new BlobDecoder()) {
      BlobKind kind = BlobKind.of(ByteBuffer.wrap(data));
      BlobCrc.write(ByteBuffer.wrap(data));
      BlobCrc.check(ByteBuffer.wrap(data));
      ByteBuffer plain = decoder.decode(ByteBuffer.wrap(data), KEY, MAX);
      assertThat(plain.remaining()).isLessThanOrEqualTo(MAX);
      byte[] payload = new byte[plain.remaining()];
      plain.get(payload);
      var digest =
          kind.encrypted() ? KEY.digest(payload, 0, payload.length) : Digest.of(sha256(payload));
      assertThat(decoder.decodeChunk(ByteBuffer.wrap(data), digest, payload.length, KEY))
          .isEqualTo(ByteBuffer.wrap(payload));
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageContaining("blob");
    }
  }

  /** The data of a compressed blob, sealed so that the decoder gets to see it. */
  @FuzzTest
  void sealedFrames(byte[] frames) {
    try (var encoder = new BlobEncoder();
        var decoder = new BlobDecoder()) {
      ByteBuffer blob = encoder.encode(frames, 0, frames.length, false, KEY);
      blob.putLong(0, BlobKind.ZSTD_ENCRYPTED.magic());
      assertThat(decoder.decode(blob, KEY, MAX).remaining()).isLessThanOrEqualTo(MAX);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageContaining("blob");
    }
  }

  @FuzzTest
  void comesBack(byte[] payload) throws BadFormat {
    try (var encoder = new BlobEncoder();
        var decoder = new BlobDecoder()) {
      for (CryptKey key : Arrays.asList(null, KEY)) {
        for (boolean compress : new boolean[] {true, false}) {
          ByteBuffer blob = encoder.encode(payload, 0, payload.length, compress, key);
          BlobCrc.check(blob);
          assertThat(decoder.decode(blob, key, payload.length)).isEqualTo(ByteBuffer.wrap(payload));
        }
      }
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Compressed bytes may change with zstd, so those files need only decode. */
  @Test
  void goldenFiles() throws IOException {
    var made = new LinkedHashMap<String, byte[]>();
    made.put("decode/plain", Hex.bytes("42ab3807be8370a1 86a61036 68656c6c6f"));
    made.put("decode/empty", Hex.bytes("42ab3807be8370a1 00000000"));
    made.put("decode/encrypted", Hex.bytes("""
        7b6785be222d4cf0 784eea93 000102030405060708090a0b0c0d0e0f
        0c84c431837297c0b19e77e5608162ea 0f09cc1a56"""));
    made.put("comesBack/text", TEXT);
    Golden.check(BlobFuzzTest.class, made);
    try (var encoder = new BlobEncoder();
        var decoder = new BlobDecoder()) {
      for (CryptKey key : Arrays.asList(null, KEY)) {
        ByteBuffer encoded = encoder.encode(TEXT, 0, TEXT.length, true, key);
        byte[] zstd = Arrays.copyOf(encoded.array(), encoded.limit());
        String name = key == null ? "decode/zstd" : "decode/zstd-encrypted";
        ByteBuffer blob = ByteBuffer.wrap(Golden.kept(BlobFuzzTest.class, name, zstd));
        BlobCrc.check(blob);
        assertThat(BlobKind.of(blob).compressed()).isTrue();
        assertThat(decoder.decode(blob, KEY, MAX)).isEqualTo(ByteBuffer.wrap(TEXT));
      }
    }
    byte[] frame = Golden.kept(BlobFuzzTest.class, "sealedFrames/frame", Zstd.compress(TEXT, 1));
    assertThat(Zstd.decompress(frame, MAX)).isEqualTo(TEXT);
  }
}
