package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.MIB4;
import static io.reprise.ingest.backup.RawBackup.blob;
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
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes that a session begins, fills and closes (protocol.md §3.4, §7 items 37, 42 to 44). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class IndexCallsTest extends SessionTest {
  @Test
  void writersCountFromOneForBothKindsTogether() throws Exception {
    var backup = backup(FIRST);
    assertThat(backup.fixedIndex("a.img.fidx", 1)).isEqualTo(1);
    assertThat(backup.dynamicIndex("a.pxar.didx")).isEqualTo(2);
    assertThat(backup.fixedIndex("a.img.fidx", 1)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.img.didx",
        "a.img.blob",
        "a.img",
        "..%2Fa.fidx",
        "%2Fa.fidx",
        "a%2Fb.fidx",
        "..fidx",
        ".fidx",
        "a%00.fidx",
        "a%0A.fidx",
        "a.tmp_fidx",
        ""
      })
  void aFixedIndexNeedsANameOfItsKindThatLeadsNowhereElse(String name) throws Exception {
    var backup = backup(FIRST);
    refused(backup.http().call("POST", "/fixed_index?size=1&archive-name=" + name));
    refused(backup.http().call("POST", "/dynamic_index?archive-name=" + name.replace("didx", "x")));
    if (!name.endsWith(".blob")) refused(backup.putBlob(name, blob(bytes(10, 1))));
    assertThat(store.directory(FIRST)).isEmptyDirectory();
    assertThat(backup.fixedIndex("a.img.fidx", 1)).isEqualTo(1);
  }

  @Test
  void anIndexThatIsWrittenIsInNoList() throws Exception {
    var backup = backup(FIRST);
    backup.fixedIndex("a.img.fidx", MIB4);
    backup.dynamicIndex("a.pxar.didx");
    try (var files = Files.list(store.directory(FIRST))) {
      assertThat(files).noneMatch(file -> file.toString().matches(".*\\.([fd]idx|blob)"));
    }
    assertThat(store.snapshots()).singleElement().satisfies(listed -> {
      assertThat(listed).doesNotContainKey("size");
      assertThat((List<?>) listed.get("files")).isEmpty();
    });
  }

  @Test
  void anImageOfImpossibleSizeIsRefused() throws Exception {
    var backup = backup(FIRST);
    for (String size :
        List.of("0", "-1", "9223372036854775807", "9223372036854775808", "1.5", "x")) {
      refused(backup.http().call("POST", "/fixed_index?archive-name=a.img.fidx&size=" + size));
    }
    assertThat(store.directory(FIRST)).isEmptyDirectory();
  }

  @Test
  void moreThan256IndexesAreTooMany() throws Exception {
    var backup = backup(FIRST);
    for (int i = 1; i <= 256; i++) assertThat(backup.dynamicIndex("a.didx")).isEqualTo(i);
    refused(backup.http().call("POST", "/dynamic_index?archive-name=a.didx"), "256");
    try (var files = Files.list(store.directory(FIRST))) {
      assertThat(files).hasSize(256);
    }
  }

  @Test
  void aDynamicIndexHasNoGaps() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.dynamicIndex("a.pxar.didx");
    Digest a = backup.chunk("dynamic", writer, bytes(100, 1));
    Digest b = backup.chunk("dynamic", writer, bytes(50, 2));
    refused(backup.append("dynamic", writer, List.of(a), 1L));
    ok(backup.append("dynamic", writer, List.of(a), 0L));
    refused(backup.append("dynamic", writer, List.of(b), 0L));
    refused(backup.append("dynamic", writer, List.of(b), 99L));
    refused(backup.append("dynamic", writer, List.of(b), 101L));
    refused(backup.append("dynamic", writer, List.of(b), -1L));
    refused(backup.append("dynamic", writer, List.of(a, b), 100L));
    // What comes before the bad entry stays.
    refused(backup.append("dynamic", writer, List.of(b, b), 100L, 151L));
    ok(backup.append("dynamic", writer, List.of(a), 150L));
    ok(backup.append("dynamic", writer, List.of(), new Long[0]));
    ok(backup.close(
        "dynamic", writer, 3, 250, RawBackup.dynamicChecksum(new long[] {100, 150, 250}, a, b, a)));
  }

  @Test
  void aFixedIndexTakesEntriesInAnyOrderButNotAnywhere() throws Exception {
    var backup = backup(FIRST);
    long size = 2L * MIB4 + 10;
    long writer = backup.fixedIndex("a.img.fidx", size);
    Digest full = backup.chunk("fixed", writer, bytes(MIB4, 1));
    Digest tail = backup.chunk("fixed", writer, bytes(10, 2));
    ok(backup.append("fixed", writer, List.of(tail), 2L * MIB4));
    refused(backup.append("fixed", writer, List.of(full), 1L));
    refused(backup.append("fixed", writer, List.of(full), MIB4 - 1L));
    refused(backup.append("fixed", writer, List.of(full), 2L * MIB4));
    refused(backup.append("fixed", writer, List.of(full), 3L * MIB4));
    refused(backup.append("fixed", writer, List.of(full), Long.MAX_VALUE / MIB4 * MIB4));
    refused(backup.append("fixed", writer, List.of(full), Long.MAX_VALUE));
    refused(backup.append("fixed", writer, List.of(tail), 0L));
    refused(backup.append("fixed", writer, List.of(tail), (long) MIB4));
    ok(backup.append("fixed", writer, List.of(full, full), (long) MIB4, 0L));
    ok(backup.close("fixed", writer, 3, size, fixedChecksum(full, full, tail)));
  }

  @Test
  void appendsInBrokenJsonAreRefused() throws Exception {
    var backup = backup(FIRST);
    long writer = backup.dynamicIndex("a.pxar.didx");
    for (String json : List.of(
        "{",
        "[]",
        "{\"wid\":\"1\",\"digest-list\":[],\"offset-list\":[]}",
        "{\"wid\":1.5,\"digest-list\":[],\"offset-list\":[]}",
        "{\"wid\":1,\"digest-list\":{},\"offset-list\":[]}",
        "{\"wid\":1,\"digest-list\":[1],\"offset-list\":[0]}",
        "{\"wid\":1,\"digest-list\":[\"x\"],\"offset-list\":[0]}",
        "{\"wid\":1,\"wid\":1,\"digest-list\":[],\"offset-list\":[]}",
        "{\"wid\":1,\"digest-list\":[],\"offset-list\":[],\"more\":1}",
        "{\"wid\":1,\"digest-list\":[],\"offset-list\":[]} x",
        "[".repeat(30_000))) {
      refused(backup.http().json("PUT", "/dynamic_index", json));
    }
    byte[] noText = {'{', (byte) 0xff, (byte) 0xfe, '}'};
    refused(
        backup.http().upload("PUT", "/dynamic_index", noText, "content-type", "application/json"));
    ok(backup.append("dynamic", writer, List.of(), new Long[0]));
  }

  @Test
  void aDynamicCloseThatIsWrongTakesTheWriterAway() throws Exception {
    var backup = backup(FIRST);
    Digest digest = sha256(bytes(100, 1));
    Digest right = RawBackup.dynamicChecksum(new long[] {100}, digest);
    for (Object[] wrong :
        new Object[][] {{2, 100, right}, {1, 99, right}, {1, 101, right}, {1, 100, digest}}) {
      long writer = backup.dynamicIndex("a.pxar.didx");
      backup.chunk("dynamic", writer, bytes(100, 1));
      ok(backup.append("dynamic", writer, List.of(digest), 0L));
      refused(backup.close("dynamic", writer, (int) wrong[0], (int) wrong[1], (Digest) wrong[2]));
      refused(backup.close("dynamic", writer, 1, 100, right), "no open");
      refused(backup.append("dynamic", writer, List.of(digest), 100L), "no open");
      assertThat(store.directory(FIRST)).isEmptyDirectory();
    }
  }

  @Test
  void aFixedCloseThatIsWrongTakesTheWriterAway() throws Exception {
    var backup = backup(FIRST);
    Digest digest = sha256(bytes(100, 1));
    Digest right = fixedChecksum(digest);
    for (Object[] wrong :
        new Object[][] {{0, 100, right}, {2, 100, right}, {1, 99, right}, {1, 100, digest}}) {
      long writer = backup.fixedIndex("a.img.fidx", 100);
      backup.chunk("fixed", writer, bytes(100, 1));
      ok(backup.append("fixed", writer, List.of(digest), 0L));
      refused(backup.close("fixed", writer, (int) wrong[0], (int) wrong[1], (Digest) wrong[2]));
      refused(backup.close("fixed", writer, 1, 100, right), "no open");
      assertThat(store.directory(FIRST)).isEmptyDirectory();
    }
    long twoChunks = backup.fixedIndex("a.img.fidx", MIB4 + 100L);
    backup.chunk("fixed", twoChunks, bytes(100, 1));
    ok(backup.append("fixed", twoChunks, List.of(digest), (long) MIB4));
    refused(backup.close("fixed", twoChunks, 1, MIB4 + 100L, right));
  }
}
