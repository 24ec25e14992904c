package io.reprise.datastore.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Hex;
import io.reprise.datastore.key.CryptKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(InstancioExtension.class)
class BlobTest {
  private static final CryptKey KEY = new CryptKey(Hex.counting(32));
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final String HELLO_ENCRYPTED = """
      7b6785be222d4cf0 784eea93 000102030405060708090a0b0c0d0e0f
      0c84c431837297c0b19e77e5608162ea 0f09cc1a56""";

  private final BlobEncoder encoder = new BlobEncoder();
  private final BlobDecoder decoder = new BlobDecoder();

  @AfterEach
  void close() {
    encoder.close();
    decoder.close();
  }

  private byte[] encode(byte[] data, boolean compress, CryptKey key) {
    return rest(encoder.encode(data, 0, data.length, compress, key));
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  private byte[] decode(byte[] blob, CryptKey key) throws BadFormat {
    return rest(decoder.decode(ByteBuffer.wrap(blob), key, 16 << 20));
  }

  private static Digest sha256(byte[] data) throws Exception {
    return Digest.of(MessageDigest.getInstance("SHA-256").digest(data));
  }

  @Test
  void plainBlobsAreThoseOfTheSpecification() throws Exception {
    assertThat(encode(new byte[0], false, null)).isEqualTo(Hex.bytes("42ab3807be8370a1 00000000"));
    byte[] hello = encode(HELLO, false, null);
    assertThat(hello).isEqualTo(Hex.bytes("42ab3807be8370a1 86a61036 68656c6c6f"));
    assertThat(sha256(hello))
        .hasToString("9c5944aba3379b450612203cafb5bf60c2358103550b7f799d197f4668f169d5");
  }

  @Test
  void crcIsThatOfTheSpecification() throws Exception {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(BlobCrc.compute(ByteBuffer.wrap(encode(digits, false, null)))).isEqualTo(0xcbf43926);
    assertThat(BlobCrc.compute(ByteBuffer.wrap(encode(HELLO, false, null)))).isEqualTo(0x3610a686);
  }

  @Test
  void encryptedBlobOfTheSpecificationOpens() throws Exception {
    byte[] blob = Hex.bytes(HELLO_ENCRYPTED);
    assertThat(blob).hasSize(49);
    BlobCrc.check(ByteBuffer.wrap(blob));
    assertThat(decode(blob, KEY)).isEqualTo(HELLO);
  }

  @Test
  void zeroChunkStartsAsPbsWritesItAndIsTiny() throws Exception {
    byte[] blob = encode(new byte[4 << 20], true, null);
    assertThat(Arrays.copyOf(blob, 8)).isEqualTo(Hex.bytes("31b958426fb6a37f"));
    assertThat(Arrays.copyOfRange(blob, 12, 18)).isEqualTo(Hex.bytes("28b52ffd 0048"));
    assertThat(blob.length).isLessThan(1_000);
    assertThat(decode(blob, null)).isEqualTo(new byte[4 << 20]);
  }

  @Test
  void incompressibleDataStaysPlain() throws Exception {
    byte[] noise = noise(1, 100_000);
    assertThat(BlobKind.of(ByteBuffer.wrap(encode(noise, true, null)))).isEqualTo(BlobKind.PLAIN);
    assertThat(BlobKind.of(ByteBuffer.wrap(encode(noise, true, KEY))))
        .isEqualTo(BlobKind.ENCRYPTED);
  }

  @Test
  void emptyPayloadIsLegalInEveryForm() throws Exception {
    for (CryptKey key : Arrays.asList(null, KEY)) {
      for (boolean compress : List.of(true, false)) {
        byte[] blob = encode(new byte[0], compress, key);
        BlobCrc.check(ByteBuffer.wrap(blob));
        assertThat(decode(blob, key)).isEmpty();
      }
    }
  }

  @Test
  void sameDataNeverGivesTheSameCipherText() {
    assertThat(encode(HELLO, false, KEY)).isNotEqualTo(encode(HELLO, false, KEY));
  }

  /** Any data, any buffer, any kind: what went in comes out. */
  @ParameterizedTest
  @InstancioSource(samples = 8)
  void decodingUndoesEncoding(long seed) throws Exception {
    var random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      byte[] data = mixed(random, random.nextInt(1 << random.nextInt(1, 20)));
      boolean compress = random.nextBoolean();
      CryptKey key = random.nextBoolean() ? KEY : null;
      byte[] blob = encode(data, compress, key);
      ByteBuffer in = placed(random, blob);
      int position = in.position();
      int limit = in.limit();

      BlobCrc.check(in);
      assertThat(rest(decoder.decode(in, key, data.length)))
          .as("seed %d round %d", seed, i)
          .isEqualTo(data);
      Digest digest = key == null ? sha256(data) : key.digest(data, 0, data.length);
      assertThat(rest(decoder.decodeChunk(in, digest, data.length, key))).isEqualTo(data);
      assertThat(in.position()).isEqualTo(position);
      assertThat(in.limit()).isEqualTo(limit);
    }
  }

  /** The same bytes somewhere in a heap, direct or read-only buffer of either byte order. */
  private static ByteBuffer placed(Random random, byte[] bytes) {
    int before = random.nextInt(20);
    ByteBuffer buffer = random.nextBoolean()
        ? ByteBuffer.allocate(bytes.length + before + 7)
        : ByteBuffer.allocateDirect(bytes.length + before + 7);
    buffer.put(before, bytes).position(before).limit(before + bytes.length);
    if (random.nextInt(4) == 0) buffer = buffer.asReadOnlyBuffer();
    return buffer.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] mixed(Random random, int length) {
    byte[] data = new byte[length];
    int noisy = length == 0 ? 0 : random.nextInt(length + 1);
    byte[] noise = new byte[noisy];
    random.nextBytes(noise);
    System.arraycopy(noise, 0, data, 0, noisy);
    return data;
  }

  private static byte[] noise(long seed, int length) {
    byte[] noise = new byte[length];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  @Test
  void severalFramesInARowAreOnePayload() throws Exception {
    byte[] first = Zstd.compress(new byte[100_000], 1);
    byte[] second = Zstd.compress(HELLO, 1);
    byte[] blob = blob(BlobKind.ZSTD, concat(first, second));
    assertThat(decode(blob, null)).isEqualTo(concat(new byte[100_000], HELLO));
  }

  @Test
  void streamedFramesWithoutAContentSizeDecode() throws Exception {
    var out = new ByteArrayOutputStream();
    try (var zstd = new com.github.luben.zstd.ZstdOutputStream(out, 1)) {
      new ByteArrayInputStream(new byte[3 << 20]).transferTo(zstd);
    }
    assertThat(decode(blob(BlobKind.ZSTD, out.toByteArray()), null)).isEqualTo(new byte[3 << 20]);
  }

  private static byte[] blob(BlobKind kind, byte[] data) throws BadFormat {
    ByteBuffer blob = ByteBuffer.allocate(12 + data.length)
        .putLong(kind.magic())
        .putInt(0)
        .put(data)
        .flip();
    BlobCrc.write(blob);
    return blob.array();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  void bombIsStoppedAtTheBound() throws Exception {
    byte[] bomb = blob(BlobKind.ZSTD, Zstd.compress(new byte[64 << 20], 1)); // 64 MiB in 6 KiB
    assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bomb), null, 16 << 20))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("more than the 16777216 bytes");
    byte[] many = blob(
        BlobKind.ZSTD, concat(Zstd.compress(new byte[900], 1), Zstd.compress(new byte[200], 1)));
    assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(many), null, 1_000))
        .isInstanceOf(BadFormat.class);
    assertThat(rest(decoder.decode(ByteBuffer.wrap(many), null, 1_100))).isEqualTo(new byte[1_100]);
  }

  @Test
  void forgedContentSizeCostsNothingAndIsRefused() throws Exception {
    // single segment frame, content size field of 8 bytes: 2^62
    byte[] frame = Hex.bytes("28b52ffd e0 0000000000000040 010000");
    byte[] blob = blob(BlobKind.ZSTD, frame);
    assertThatThrownBy(() -> decode(blob, null)).isInstanceOf(BadFormat.class);
  }

  @Test
  void boundHoldsForPlainAndEncryptedBlobs() {
    byte[] data = noise(3, 1_001);
    for (CryptKey key : Arrays.asList(null, KEY)) {
      byte[] blob = encode(data, false, key);
      assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(blob), key, 1_000))
          .isInstanceOf(BadFormat.class);
    }
  }

  @Test
  void everyChangedBitOfTheDataBreaksTheCrc() {
    for (CryptKey key : Arrays.asList(null, KEY)) {
      byte[] blob = encode(HELLO, false, key);
      int header = key == null ? 12 : 44;
      for (int bit = 8 * 8; bit < blob.length * 8; bit++) {
        byte[] changed = blob.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        boolean covered = bit >= header * 8 || bit < 12 * 8; // IV and tag are not
        assertThat(isCrcRight(changed)).as("bit %d", bit).isEqualTo(!covered);
      }
    }
  }

  private static boolean isCrcRight(byte[] blob) {
    try {
      BlobCrc.check(ByteBuffer.wrap(blob));
      return true;
    } catch (BadFormat e) {
      assertThat(e).hasMessage("Data blob has wrong CRC checksum.");
      return false;
    }
  }

  @Test
  void crcCanBeMadeAnewInBothByteOrders() throws Exception {
    byte[] blob = encode(HELLO, false, null);
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      byte[] wrong = blob.clone();
      wrong[9] ^= 1;
      BlobCrc.write(ByteBuffer.wrap(wrong).order(order));
      assertThat(wrong).isEqualTo(blob);
    }
    assertThat(BlobCrc.stored(ByteBuffer.wrap(blob))).isEqualTo(0x3610a686);
  }

  @Test
  void changedCipherTextOrTagOrIvDoesNotOpen() {
    byte[] blob = encode(HELLO, false, KEY);
    for (int i = 12; i < blob.length; i++) {
      byte[] changed = blob.clone();
      changed[i] ^= 4;
      assertThatThrownBy(() -> decode(changed, KEY))
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining("another key");
    }
  }

  @Test
  void encryptedBlobNeedsItsKey() {
    byte[] blob = encode(HELLO, true, KEY);
    assertThatThrownBy(() -> decode(blob, null))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("key is needed");
    assertThatThrownBy(() -> decode(blob, CryptKey.generate())).isInstanceOf(BadFormat.class);
  }

  @Test
  void chunkOfWrongDigestOrLengthIsRefused() throws Exception {
    ByteBuffer blob = ByteBuffer.wrap(encode(HELLO, false, null));
    Digest digest = sha256(HELLO);
    assertThatThrownBy(() -> decoder.decodeChunk(blob, new Digest(1, 2, 3, 4), 5, null))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("wrong digest");
    assertThatThrownBy(() -> decoder.decodeChunk(blob, digest, 4, null))
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> decoder.decodeChunk(blob, digest, 6, null))
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> decoder.decodeChunk(blob, digest, -1, null))
        .isInstanceOf(BadFormat.class);
    assertThat(rest(decoder.decodeChunk(blob, digest, 5, null))).isEqualTo(HELLO);
  }

  /** A chunk encrypted with a key has another name than the same data in the open. */
  @Test
  void digestOfAnEncryptedChunkIsTheKeyedOne() throws Exception {
    ByteBuffer blob = ByteBuffer.wrap(encode(HELLO, true, KEY));
    assertThatThrownBy(() -> decoder.decodeChunk(blob, sha256(HELLO), 5, KEY))
        .isInstanceOf(BadFormat.class);
    assertThat(rest(decoder.decodeChunk(blob, KEY.digest(HELLO, 0, 5), 5, KEY))).isEqualTo(HELLO);
  }

  /** A digest computed after a failure must not contain what was fed before it. */
  @Test
  void decoderIsUsableAfterAFailure() throws Exception {
    ByteBuffer blob = ByteBuffer.wrap(encode(HELLO, false, null));
    assertThatThrownBy(() -> decoder.decodeChunk(blob, new Digest(0, 0, 0, 0), 5, null))
        .isInstanceOf(BadFormat.class);
    assertThat(rest(decoder.decodeChunk(blob, sha256(HELLO), 5, null))).isEqualTo(HELLO);
  }

  @ParameterizedTest
  @EnumSource
  void headerCutOffIsRefused(BlobKind kind) {
    byte[] blob = ByteBuffer.allocate(kind.headerBytes()).putLong(kind.magic()).array();
    for (int length = 0; length < blob.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(blob, 0, length);
      assertThatThrownBy(() -> BlobKind.of(cut)).isInstanceOf(BadFormat.class);
      assertThatThrownBy(() -> BlobCrc.check(cut)).isInstanceOf(BadFormat.class);
    }
  }

  @Test
  void unknownMagicIsRefused() {
    assertThatThrownBy(() -> BlobKind.of(ByteBuffer.allocate(100)))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("unknown magic 0000000000000000");
  }

  @Test
  void magicsAreTheHashesOfTheirNames() throws Exception {
    assertThat(magic("uncompressed blob")).isEqualTo(BlobKind.PLAIN.magic());
    assertThat(magic("zstd compressed blob")).isEqualTo(BlobKind.ZSTD.magic());
    assertThat(magic("encrypted blob")).isEqualTo(BlobKind.ENCRYPTED.magic());
    assertThat(magic("zstd compressed encrypted blob")).isEqualTo(BlobKind.ZSTD_ENCRYPTED.magic());
  }

  private static long magic(String kind) throws Exception {
    return sha256(("Proxmox Backup " + kind + " v1.0").getBytes(StandardCharsets.US_ASCII))
        .a();
  }
}
