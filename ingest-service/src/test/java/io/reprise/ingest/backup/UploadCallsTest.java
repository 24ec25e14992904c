package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.MIB4;
import static io.reprise.ingest.backup.RawBackup.blob;
import static io.reprise.ingest.backup.RawBackup.bytes;
import static io.reprise.ingest.backup.RawBackup.ok;
import static io.reprise.ingest.backup.RawBackup.refused;
import static io.reprise.ingest.backup.RawBackup.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.key.CryptKey;
import io.reprise.ingest.TemporaryDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chunks and blobs that come in (protocol.md §3.4, §7 items 38, 39, 47, 55). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class UploadCallsTest extends SessionTest {
  @Test
  void aWrongChunkIsRefusedAndTheSessionGoesOn() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.dynamicIndex("a.pxar.didx");
    byte[] plain = bytes(1000, 1);
    Digest digest = sha256(plain);
    byte[] encoded = blob(plain);
    int length = encoded.length;
    byte[] longer = Arrays.copyOf(encoded, length + 1);
    refused(backup.chunk("dynamic", writer, digest, 1000, length + 1, encoded), "announced");
    refused(backup.chunk("dynamic", writer, digest, 1000, length - 1, encoded), "longer");
    refused(backup.chunk("dynamic", writer, digest, 1000, longer));
    refused(backup.chunk("dynamic", writer, sha256(bytes(1000, 2)), 1000, encoded), "digest");
    refused(backup.chunk("dynamic", writer, digest, 999, encoded));
    refused(backup.chunk("dynamic", writer, digest, 1001, encoded));
    byte[] magic = encoded.clone();
    magic[0] ^= 1;
    refused(backup.chunk("dynamic", writer, digest, 1000, magic), "magic");
    byte[] content = encoded.clone();
    content[length - 1] ^= 1;
    refused(backup.chunk("dynamic", writer, digest, 1000, content));
    refused(backup.chunk("dynamic", writer, digest, 0, encoded), "size");
    refused(backup.chunk("dynamic", writer, digest, (16 << 20) + 1, encoded), "size");
    refused(backup.chunk("dynamic", writer, digest, 1000, 12, new byte[12]), "encoded-size");
    refused(
        backup.chunk("dynamic", writer, digest, 1000, (16 << 20) + 45, encoded), "encoded-size");
    assertThat(store.chunkFile(digest)).doesNotExist();
    assertThat(backup.chunk("dynamic", writer, plain)).isEqualTo(digest);
    assertThat(store.chunkFile(digest)).hasBinaryContent(encoded);
  }

  @Test
  void aBombIsNotDecompressedFurtherThanItsAnnouncedSize() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.dynamicIndex("a.pxar.didx");
    byte[] bomb = blob(new byte[64 << 20]); // 64 MiB in a few KiB
    assertThat(bomb.length).isLessThan(64 << 10);
    refused(backup.chunk("dynamic", writer, sha256(new byte[1000]), 1000, bomb));
    refused(backup.chunk("dynamic", writer, sha256(new byte[16 << 20]), 16 << 20, bomb));
    ok(backup.putBlob("index.json.blob", bomb)); // looked into at finish
    refused(backup.finish());
    assertThat(backup.chunk("dynamic", writer, bytes(10, 1))).isNotNull();
  }

  @Test
  void aChunkWithABadChecksumIsStoredWithTheRightOne() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.dynamicIndex("a.pxar.didx");
    byte[] plain = bytes(1000, 1);
    byte[] encoded = blob(plain);
    byte[] bad = encoded.clone();
    bad[8] ^= 1;
    assertThat(backup.chunk("dynamic", writer, sha256(plain), 1000, bad).status())
        .isEqualTo(200);
    assertThat(store.chunkFile(sha256(plain))).hasBinaryContent(encoded);
    byte[] encrypted = blob(plain, CryptKey.generate());
    byte[] badEncrypted = encrypted.clone();
    badEncrypted[9] ^= 1;
    Digest any = sha256(encrypted);
    assertThat(backup.chunk("dynamic", writer, any, 1000, badEncrypted).status())
        .isEqualTo(200);
    assertThat(store.chunkFile(any)).hasBinaryContent(encrypted);
    BlobCrc.check(ByteBuffer.wrap(Files.readAllBytes(store.chunkFile(any))));
  }

  @Test
  void aChunkNeedsAWriterOfItsKind() throws Exception {
    var backup = backup(FIRST);
    long fixed = backup.fixedIndex("a.img.fidx", 100);
    long dynamic = backup.dynamicIndex("a.pxar.didx");
    byte[] plain = bytes(100, 1);
    byte[] encoded = blob(plain);
    Digest digest = sha256(plain);
    refused(backup.chunk("dynamic", fixed, digest, 100, encoded));
    refused(backup.chunk("fixed", dynamic, digest, 100, encoded));
    refused(backup.chunk("fixed", 3, digest, 100, encoded));
    refused(backup.chunk("fixed", 0, digest, 100, encoded), "wid");
    refused(backup.chunk("fixed", 257, digest, 100, encoded), "wid");
    // It lies there, but nobody knows it in this session.
    assertThat(store.chunkFile(digest)).exists();
    refused(backup.append("fixed", fixed, List.of(digest), 0L), "unknown");
    refused(backup.append("fixed", dynamic, List.of(), new Long[0]));
    refused(backup.append("dynamic", 9, List.of(), new Long[0]));
    refused(backup.close("fixed", dynamic, 0, 0, digest));
    refused(backup.close("dynamic", 9, 1, 1, digest));
  }

  @Test
  void anImageHasOneShortChunkAndNoneAbove4MiB() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.fixedIndex("a.img.fidx", MIB4 + 10L);
    byte[] large = bytes(MIB4 + 1, 1);
    refused(backup.chunk("fixed", writer, sha256(large), large.length, blob(large)), "size");
    backup.chunk("fixed", writer, bytes(10, 1));
    byte[] second = bytes(11, 2);
    refused(backup.chunk("fixed", writer, sha256(second), 11, blob(second)));
    backup.chunk("fixed", writer, bytes(MIB4, 3));
  }

  @Test
  void twoUploadsOfOneChunkAreOneFileAndADuplicate() throws Exception {
    var backup = backup(FIRST);
    byte[] plain = bytes(MIB4, 1);
    var first = backup.image("a.img.fidx", plain);
    var second = backup.image("b.img.fidx", plain);
    backup.finish(FIRST, first, second);
    assertThat(store.statistics(FIRST)).containsEntry("count", 2L).containsEntry("duplicates", 1L);
  }

  @Test
  void aHundredChunksAtOnceSomeOfTheLargestDoNotStall() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.dynamicIndex("a.pxar.didx");
    var key = CryptKey.generate(); // not compressible then
    byte[] small = blob(new byte[1 << 20], key);
    byte[] large = blob(RawBackup.random(16 << 20, 1), key);
    assertThat(large).hasSize((16 << 20) + 44);
    var streams = new ArrayList<Integer>();
    var senders = new ArrayList<Thread>();
    for (int i = 0; i < 100; i++) {
      byte[] encoded = i % 25 == 0 ? large : small;
      int plainSize = i % 25 == 0 ? 16 << 20 : 1 << 20;
      String path =
          RawBackup.chunkPath("dynamic", writer, sha256(bytes(10, i)), plainSize, encoded.length);
      int stream = backup.http().headers("POST", path, false);
      streams.add(stream);
      senders.add(Thread.ofVirtual().start(() -> {
        try {
          backup.http().body(stream, encoded, true);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }));
    }
    for (int stream : streams) assertThat(backup.http().answer(stream).status()).isEqualTo(200);
    for (Thread sender : senders) sender.join();
    ok(backup.append("dynamic", writer, List.of(sha256(bytes(10, 0))), 0L));
  }

  @Test
  void aBlobIsCheckedAndReplacesTheOneBefore() throws Exception {
    var backup = backup(FIRST);
    byte[] first = blob(bytes(100, 1));
    byte[] second = blob(bytes(200, 2));
    Path file = store.directory(FIRST).resolve("a.conf.blob");
    byte[] badCrc = first.clone();
    badCrc[8] ^= 1;
    refused(backup.putBlob("a.conf.blob", badCrc), "CRC");
    byte[] badMagic = first.clone();
    badMagic[7] ^= 1;
    refused(backup.putBlob("a.conf.blob", badMagic), "magic");
    refused(backup.http().upload("POST", "/blob?file-name=a.conf.blob&encoded-size=50", first));
    refused(backup.http().upload("POST", "/blob?file-name=a.conf.blob&encoded-size=500", first));
    refused(backup.http().upload("POST", "/blob?file-name=a.conf.blob", first), "encoded-size");
    refused(backup.putBlob("a.conf.fidx", first));
    refused(backup.putBlob("a.conf", first));
    assertThat(file).doesNotExist();
    ok(backup.putBlob("a.conf.blob", first));
    assertThat(file).hasBinaryContent(first);
    ok(backup.putBlob("a.conf.blob", second));
    assertThat(file).hasBinaryContent(second);
  }
}
