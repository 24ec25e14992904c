package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.MIB4;
import static io.reprise.ingest.backup.RawBackup.bytes;
import static io.reprise.ingest.backup.RawBackup.fixedChecksum;
import static io.reprise.ingest.backup.RawBackup.ok;
import static io.reprise.ingest.backup.RawBackup.refused;
import static io.reprise.ingest.backup.RawBackup.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.upgrade.RawHttp2;
import io.reprise.ingest.upgrade.RawHttp2.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session takes over from the last backup (protocol.md §3.4, §7 items 40, 41, 45, 46). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class PreviousBackupTest extends SessionTest {
  @Test
  void aChunkOnDiskThatTheSessionDoesNotKnowCannotBeAppended() throws Exception {
    byte[] plain = bytes(100, 1);
    var first = backup(FIRST);
    first.finish(FIRST, first.image("a.img.fidx", plain));
    first.http().close();
    store.endedTask("backup");
    var second = backup(SECOND);
    long writer = second.fixedIndex("a.img.fidx", 100);
    refused(second.append("fixed", writer, List.of(sha256(plain)), 0L), "unknown");
    assertThat(second.http().call("GET", "/previous?archive-name=a.img.fidx").bytes())
        .isEqualTo(Files.readAllBytes(store.directory(FIRST).resolve("a.img.fidx")));
    ok(second.append("fixed", writer, List.of(sha256(plain)), 0L));
    ok(second.close("fixed", writer, 1, 100, fixedChecksum(sha256(plain))));
    second.finish(SECOND, RawBackup.entry("a.img.fidx", 100, fixedChecksum(sha256(plain))));
    assertThat(store.statistics(SECOND)).containsEntry("count", 0L);
  }

  @Test
  void previousKnowsBlobsIndexesAndNothingElse() throws Exception {
    var first = backup(FIRST);
    refused(first.http().call("GET", "/previous?archive-name=index.json.blob"));
    first.finish(FIRST, first.archive("a.pxar.didx", bytes(100, 1)));
    first.http().close();
    store.endedTask("backup");
    RawHttp2 second = store.backup(SECOND);
    Answer manifest = second.call("GET", "/previous?archive-name=index.json.blob");
    assertThat(manifest.type()).isEqualTo("application/octet-stream");
    assertThat(manifest.bytes())
        .isEqualTo(Files.readAllBytes(store.directory(FIRST).resolve("index.json.blob")));
    assertThat(second.call("GET", "/previous?archive-name=none.blob").status()).isEqualTo(404);
    refused(second.call("GET", "/previous?archive-name=none.pxar.didx"));
    refused(second.call("GET", "/previous?archive-name=owner"));
    refused(second.call("GET", "/previous?archive-name=..%2Fowner"));
    refused(second.call("GET", "/previous?archive-name=..%2F2026-01-01T00%3A00%3A00Z%2Fa.blob"));
    Files.write(store.directory(FIRST).resolve("broken.fidx"), new byte[5000]);
    refused(second.call("GET", "/previous?archive-name=broken.fidx"));
  }

  @Test
  void anImageWithoutChangesNeedsNoAppends() throws Exception {
    var first = backup(FIRST);
    byte[] one = bytes(MIB4, 1);
    byte[] two = bytes(100, 2);
    var image = first.image("a.img.fidx", one, two);
    first.finish(FIRST, image);
    first.http().close();
    store.endedTask("backup");

    var second = backup(SECOND);
    String begin = "/fixed_index?archive-name=%s.img.fidx&size=%d&reuse-csum=%s";
    Digest csum = image.csum();
    long size = MIB4 + 100L;
    refused(second.http().call("POST", begin.formatted("a", size, sha256(one))), "reuse-csum");
    refused(second.http().call("POST", begin.formatted("b", size, csum)));
    refused(second.http().call("POST", begin.formatted("a", MIB4, csum)));
    refused(second.http().call("POST", begin.formatted("a", 2L * MIB4 + 1, csum)));
    assertThat(store.directory(SECOND)).isEmptyDirectory();

    long writer = RawBackup.number(second.http().call("POST", begin.formatted("a", size, csum)));
    ok(second.close("fixed", writer, 0, 0, csum));
    second.finish(SECOND, image);
    assertThat(Files.readAllBytes(store.directory(SECOND).resolve("a.img.fidx")))
        .satisfies(bytes -> assertThat(Arrays.copyOfRange(bytes, 4096, bytes.length))
            .isEqualTo(entries(store.directory(FIRST).resolve("a.img.fidx"))));
  }

  @Test
  void withoutABaseNothingCanBeReused() throws Exception {
    var backup = backup(FIRST);
    refused(backup
        .http()
        .call(
            "POST",
            "/fixed_index?archive-name=a.img.fidx&size=1&reuse-csum=" + sha256(bytes(1, 1))));
    assertThat(store.directory(FIRST)).isEmptyDirectory();
  }

  @Test
  void aReusedImageTakesChangesAndTheirChecksum() throws Exception {
    var first = backup(FIRST);
    Digest one = sha256(bytes(MIB4, 1));
    Digest two = sha256(bytes(MIB4, 2));
    var image = first.image("a.img.fidx", bytes(MIB4, 1), bytes(MIB4, 1));
    first.finish(FIRST, image);
    first.http().close();
    store.endedTask("backup");
    var second = backup(SECOND);
    long writer = RawBackup.number(second
        .http()
        .call(
            "POST",
            "/fixed_index?archive-name=a.img.fidx&size=" + 2L * MIB4 + "&reuse-csum="
                + image.csum()));
    refused(second.append("fixed", writer, List.of(one), 0L), "unknown");
    second.chunk("fixed", writer, bytes(MIB4, 2));
    ok(second.append("fixed", writer, List.of(two), (long) MIB4));
    ok(second.close("fixed", writer, 1, MIB4, fixedChecksum(one, two)));
  }

  private static byte[] entries(Path index) throws IOException {
    byte[] bytes = Files.readAllBytes(index);
    return Arrays.copyOfRange(bytes, 4096, bytes.length);
  }
}
