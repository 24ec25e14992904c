package io.reprise.ingest.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.ingest.upgrade.RawHttp2;
import io.reprise.ingest.upgrade.RawHttp2.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The calls of a backup session by a raw client: right ones from values, wrong ones by saying something else. */
public record RawBackup(RawHttp2 http) {
  public static final int MIB4 = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Bytes that the server has not seen under that seed, compressible a little. */
  public static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    var random = new SplittableRandom(seed);
    for (int i = 0; i < length; i += 64) {
      byte value = (byte) random.nextInt();
      Arrays.fill(bytes, i, Math.min(length, i + 48), value);
      for (int j = i + 48; j < Math.min(length, i + 64); j++) bytes[j] = (byte) random.nextInt();
    }
    return bytes;
  }

  /** Bytes that cannot be compressed. */
  public static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  public static Digest sha256(byte[]... parts) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) sha.update(part);
      return Digest.of(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public static byte[] blob(byte[] plain, @Nullable CryptKey key) {
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(plain, 0, plain.length, true, key);
      byte[] bytes = new byte[blob.remaining()];
      blob.get(bytes);
      return bytes;
    }
  }

  public static byte[] blob(byte[] plain) {
    return blob(plain, null);
  }

  /** What a fixed index of these chunks has as its checksum. */
  public static Digest fixedChecksum(Digest... digests) {
    return sha256(Arrays.stream(digests).map(Digest::bytes).toArray(byte[][]::new));
  }

  /** What a dynamic index of these chunks has as its checksum. */
  public static Digest dynamicChecksum(long[] ends, Digest... digests) {
    var entries = ByteBuffer.allocate(40 * ends.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ends.length; i++) entries.putLong(ends[i]).put(digests[i].bytes());
    return sha256(entries.array());
  }

  public static long number(Answer answer) throws IOException {
    JsonNode data = JSON.readTree(answer.bytes()).get("data");
    if (answer.status() != 200 || !data.isIntegralNumber()) {
      throw new AssertionError("no number: " + answer);
    }
    return data.longValue();
  }

  public long fixedIndex(String name, long size) throws IOException {
    return number(http.call("POST", "/fixed_index?archive-name=" + name + "&size=" + size));
  }

  public long dynamicIndex(String name) throws IOException {
    return number(http.call("POST", "/dynamic_index?archive-name=" + name));
  }

  /** A chunk as it should be. @return its digest */
  public Digest chunk(String kind, long writer, byte[] plain) throws IOException {
    Digest digest = sha256(plain);
    Answer answer = chunk(kind, writer, digest, plain.length, blob(plain));
    if (!answer.text().equals("{\"data\":\"" + digest + "\"}")) {
      throw new AssertionError("refused: " + answer);
    }
    return digest;
  }

  public Answer chunk(String kind, long writer, Digest digest, long size, byte[] encoded)
      throws IOException {
    return chunk(kind, writer, digest, size, encoded.length, encoded);
  }

  public Answer chunk(
      String kind, long writer, Digest digest, long size, long encodedSize, byte[] body)
      throws IOException {
    return http.upload("POST", chunkPath(kind, writer, digest, size, encodedSize), body);
  }

  public static String chunkPath(
      String kind, long writer, Digest digest, long size, long encodedSize) {
    return "/%s_chunk?wid=%d&digest=%s&size=%d&encoded-size=%d"
        .formatted(kind, writer, digest, size, encodedSize);
  }

  public Answer append(String kind, long writer, List<Digest> digests, Long... offsets)
      throws IOException {
    return http.json(
        "PUT",
        "/" + kind + "_index",
        "{\"wid\":%d,\"digest-list\":[%s],\"offset-list\":[%s]}"
            .formatted(
                writer,
                digests.stream().map(d -> "\"" + d + "\"").collect(Collectors.joining(",")),
                Arrays.stream(offsets).map(String::valueOf).collect(Collectors.joining(","))));
  }

  public Answer close(String kind, long writer, long chunks, long size, Digest checksum)
      throws IOException {
    return http.call(
        "POST",
        "/%s_close?wid=%d&chunk-count=%d&size=%d&csum=%s"
            .formatted(kind, writer, chunks, size, checksum));
  }

  /** @param name as it stands in the query, encoded or not */
  public Answer putBlob(String name, byte[] encoded) throws IOException {
    return http.upload(
        "POST", "/blob?file-name=" + name + "&encoded-size=" + encoded.length, encoded);
  }

  /** A whole image of these chunks, all 4 MiB but perhaps the last. */
  public FileEntry image(String name, byte[]... chunks) throws IOException {
    long size = Arrays.stream(chunks).mapToLong(chunk -> chunk.length).sum();
    long writer = fixedIndex(name, size);
    var digests = new Digest[chunks.length];
    for (int i = 0; i < chunks.length; i++) {
      digests[i] = chunk("fixed", writer, chunks[i]);
      ok(append("fixed", writer, List.of(digests[i]), (long) i * MIB4));
    }
    ok(close("fixed", writer, chunks.length, size, fixedChecksum(digests)));
    return entry(name, size, fixedChecksum(digests));
  }

  /** A whole archive of these chunks. */
  public FileEntry archive(String name, byte[]... chunks) throws IOException {
    long writer = dynamicIndex(name);
    var digests = new Digest[chunks.length];
    var ends = new long[chunks.length];
    long end = 0;
    for (int i = 0; i < chunks.length; i++) {
      digests[i] = chunk("dynamic", writer, chunks[i]);
      ok(append("dynamic", writer, List.of(digests[i]), end));
      end += chunks[i].length;
      ends[i] = end;
    }
    Digest checksum = dynamicChecksum(ends, digests);
    ok(close("dynamic", writer, chunks.length, end, checksum));
    return entry(name, end, checksum);
  }

  public static FileEntry entry(String name, long size, Digest checksum) {
    return new FileEntry(new ArchiveName(name), CryptMode.NONE, size, checksum);
  }

  public static byte[] manifest(SnapshotId snapshot, FileEntry... files) throws IOException {
    return blob(Manifest.of(snapshot, List.of(files)).toJson());
  }

  public Answer finish() throws IOException {
    return http.call("POST", "/finish");
  }

  /** Uploads the manifest and finishes. */
  public void finish(SnapshotId snapshot, FileEntry... files) throws IOException {
    ok(putBlob("index.json.blob", manifest(snapshot, files)));
    ok(finish());
  }

  /** @param words that the text must have */
  public static void refused(Answer answer, String... words) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    for (String word : words) assertThat(answer.text()).contains(word);
  }

  public static void ok(Answer answer) {
    if (!answer.text().equals("{\"data\":null}")) throw new AssertionError("refused: " + answer);
  }
}
