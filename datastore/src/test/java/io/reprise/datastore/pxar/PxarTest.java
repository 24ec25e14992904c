package io.reprise.datastore.pxar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.FileName;
import io.reprise.datastore.Hex;
import io.reprise.datastore.pxar.PxarBuilder.Node;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives: the vectors of datastore.md §14.7, generated trees read both ways, and forged ones. */
@ExtendWith(InstancioExtension.class)
class PxarTest {
  static final byte[] SMALLEST = Hex.bytes("""
      efac88e5746495d5 3800000000000000 ed41000000000000 0000000000000000 e8030000 e8030000
      d87f435500000000 f4010000 00000000
      b317390621117016 1200000000000000 6100
      efac88e5746495d5 3800000000000000 a481000000000000 0000000000000000 e8030000 e8030000
      d87f435500000000 f4010000 00000000
      251a7c0b1b7a1428 1200000000000000 6869
      1d73d542a64fec2f 4000000000000000 cf7b2c7c06e9260c 5c00000000000000 5c00000000000000
      55153e755bed5eef 9400000000000000 4000000000000000""");

  private static PxarReader stream(byte[] archive) {
    return new PxarReader(new ByteArrayInputStream(archive));
  }

  private static PxarArchive archive(byte[] archive) throws IOException {
    return new PxarArchive(ByteSource.of(archive));
  }

  private static Node.File file(String content) {
    return new Node.File(
        RandomTree.plain(Metadata.REGULAR | 0644), content.getBytes(StandardCharsets.UTF_8));
  }

  private static Node.Directory directory(Map<FileName, Node> children) {
    return new Node.Directory(RandomTree.plain(Metadata.DIRECTORY | 0755), children);
  }

  // vectors

  @Test
  void smallestArchiveOfTheSpecificationIsWrittenAndRead() throws Exception {
    assertThat(PxarBuilder.archive(directory(Map.of(FileName.of("a"), file("hi")))))
        .isEqualTo(SMALLEST);
    assertThat(SMALLEST).hasSize(212);

    var reader = stream(SMALLEST);
    var root = (PxarEntry) reader.next();
    assertThat(reader.path()).isEmpty();
    assertThat(root.metadata()).isEqualTo(RandomTree.plain(Metadata.DIRECTORY | 0755));
    var file = (PxarEntry) reader.next();
    assertThat(file.name()).hasToString("a");
    assertThat(reader.path()).containsExactly(FileName.of("a"));
    assertThat(file.metadata()).isEqualTo(RandomTree.plain(Metadata.REGULAR | 0644));
    assertThat(reader.content()).hasContent("hi");
    assertThat(reader.next()).isInstanceOf(PxarEvent.DirectoryEnd.class);
    assertThat(reader.path()).isEmpty();
    assertThat(reader.next()).isNull();
    assertThat(reader.next()).isNull();

    var archive = archive(SMALLEST);
    var node = archive.find(List.of(FileName.of("a"))).orElseThrow();
    assertThat(node.start()).isEqualTo(56);
    assertThat(archive.content(node)).hasContent("hi");
    assertThat(archive.find(List.of())).contains(archive.root());
  }

  @ParameterizedTest
  @CsvSource({"a, 0c26e9067c2c7bcf", "a.txt, dc392d66b611aa72", "'', 76614015f8d1bb6c"})
  void hashesOfNamesAreThoseOfTheSpecification(String name, String hash) {
    assertThat(Long.toHexString(SipHash.of(name.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(hash.replaceFirst("^0", ""));
  }

  @Test
  void typesOfRecordsAreTheHashesOfTheirNames() {
    var types = Map.ofEntries(
        Map.entry("ENTRY", RecordType.ENTRY_V1),
        Map.entry("ENTRY_V2", RecordType.ENTRY),
        Map.entry("FILENAME", RecordType.FILENAME),
        Map.entry("SYMLINK", RecordType.SYMLINK),
        Map.entry("DEVICE", RecordType.DEVICE),
        Map.entry("XATTR", RecordType.XATTR),
        Map.entry("ACL_USER", RecordType.ACL_USER),
        Map.entry("ACL_GROUP", RecordType.ACL_GROUP),
        Map.entry("ACL_GROUP_OBJ", RecordType.ACL_GROUP_OBJ),
        Map.entry("ACL_DEFAULT", RecordType.ACL_DEFAULT),
        Map.entry("ACL_DEFAULT_USER", RecordType.ACL_DEFAULT_USER),
        Map.entry("ACL_DEFAULT_GROUP", RecordType.ACL_DEFAULT_GROUP),
        Map.entry("FCAPS", RecordType.FCAPS),
        Map.entry("QUOTA_PROJID", RecordType.QUOTA_PROJID),
        Map.entry("HARDLINK", RecordType.HARDLINK),
        Map.entry("PXAR_PAYLOAD", RecordType.PAYLOAD),
        Map.entry("GOODBYE", RecordType.GOODBYE),
        Map.entry("PXAR_GOODBYE_TAIL_MARKER", RecordType.GOODBYE_TAIL));
    types.forEach((name, type) -> assertThat(
            SipHash.of(("__PROXMOX_FORMAT_" + name + "__").getBytes(StandardCharsets.UTF_8)))
        .as(name)
        .isEqualTo(type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1,0",
        "1,0,2",
        "2,1,3,0",
        "3,1,4,0,2",
        "3,1,5,0,2,4",
        "3,1,5,0,2,4,6",
        "4,2,6,1,3,5,7,0"
      })
  void searchOrderIsThatOfTheSpecification(String order) {
    int[] expected = Arrays.stream(order.split(",")).mapToInt(Integer::parseInt).toArray();
    assertThat(PxarBuilder.searchOrder(expected.length)).isEqualTo(expected);
  }

  // generated

  @ParameterizedTest
  @InstancioSource(samples = 300)
  void everyTreeComesBackFromTheStreamAndFromEveryPlace(long seed) throws Exception {
    Node.Directory tree = new RandomTree(seed).root();
    byte[] bytes = PxarBuilder.archive(tree);

    var found = new HashMap<String, Node>();
    flatten("", tree, found);
    var inOrder = new ArrayList<String>();
    var reader = stream(bytes);
    while (reader.next() instanceof PxarEvent event) {
      if (!(event instanceof PxarEntry entry)) continue;
      String path = path(reader.path());
      inOrder.add(path);
      byte[] content =
          entry.kind() instanceof Kind.RegularFile ? reader.content().readAllBytes() : null;
      check(found.get(path), entry, content);
    }
    assertThat(inOrder).containsExactlyInAnyOrderElementsOf(found.keySet());

    var archive = archive(bytes);
    var walked = new ArrayList<String>();
    walk(archive, archive.root(), List.of(), walked, found);
    assertThat(walked).isEqualTo(inOrder);
    for (String path : found.keySet()) {
      var names = path.isEmpty()
          ? List.<FileName>of()
          : Arrays.stream(path.split("/")).map(FileName::of).toList();
      assertThat(archive.find(names)).isPresent();
    }
    assertThat(archive.find(List.of(FileName.of("0")))).isEmpty();
  }

  private static void flatten(String path, Node node, Map<String, Node> into) {
    into.put(path, node);
    if (node instanceof Node.Directory directory) {
      directory
          .children()
          .forEach((name, child) ->
              flatten(path.isEmpty() ? name.toString() : path + "/" + name, child, into));
    }
  }

  private static void walk(
      PxarArchive archive,
      PxarNode node,
      List<FileName> path,
      List<String> walked,
      Map<String, Node> expected)
      throws IOException {
    walked.add(path(path));
    Kind kind = node.entry().kind();
    byte[] content = kind instanceof Kind.RegularFile ? archive.content(node).readAllBytes() : null;
    check(expected.get(path(path)), node.entry(), content);
    if (kind instanceof Kind.Hardlink link) {
      PxarNode target = archive.follow(node);
      var file = (Node.File) expected.get(link.target().toString());
      check(file, target.entry(), archive.content(target).readAllBytes());
    }
    if (!node.entry().isDirectory()) return;
    for (PxarNode child : archive.list(node)) {
      var names = new ArrayList<>(path);
      names.add(child.entry().name());
      assertThat(archive.find(node, child.entry().name()).orElseThrow())
          .usingRecursiveComparison()
          .isEqualTo(child);
      walk(archive, child, names, walked, expected);
    }
  }

  private static String path(List<FileName> names) {
    return String.join("/", names.stream().map(FileName::toString).toList());
  }

  private static void check(Node expected, PxarEntry entry, byte[] content) {
    Metadata metadata = switch (expected) {
      case Node.Directory d -> {
        assertThat(entry.kind()).isEqualTo(new Kind.Directory());
        yield d.metadata();
      }
      case Node.File f -> {
        assertThat(content).isEqualTo(f.content());
        yield f.metadata();
      }
      case Node.Symlink l -> {
        assertThat(entry.kind()).isEqualTo(new Kind.Symlink(l.target()));
        yield l.metadata();
      }
      case Node.Device d -> {
        boolean block = d.metadata().type() == Metadata.BLOCK_DEVICE;
        assertThat(entry.kind()).isEqualTo(new Kind.Device(block, d.major(), d.minor()));
        yield d.metadata();
      }
      case Node.Special s -> {
        assertThat(entry.kind())
            .isEqualTo(s.metadata().type() == Metadata.FIFO ? new Kind.Fifo() : new Kind.Socket());
        yield s.metadata();
      }
      case Node.Hardlink l -> {
        assertThat(((Kind.Hardlink) entry.kind()).target()).hasToString(l.target());
        yield null;
      }
    };
    assertThat(entry.metadata()).usingRecursiveComparison().isEqualTo(metadata);
  }

  @Test
  void oldEntriesHaveTheirTimeInNanoseconds() throws Exception {
    var out = new ByteArrayOutputStream();
    out.writeBytes(PxarBuilder.longs(RecordType.ENTRY_V1, 48));
    out.writeBytes(PxarBuilder.longs(040755, 0, 1000L | 1001L << 32, 1_430_487_000_000_000_500L));
    out.writeBytes(PxarBuilder.longs(RecordType.GOODBYE, 40, RecordType.GOODBYE_TAIL, 48, 40));
    for (PxarEntry root : List.of(
        (PxarEntry) stream(out.toByteArray()).next(),
        archive(out.toByteArray()).root().entry())) {
      assertThat(root.metadata().mtimeSeconds()).isEqualTo(1_430_487_000);
      assertThat(root.metadata().mtimeNanos()).isEqualTo(500);
      assertThat(root.metadata().gid()).isEqualTo(1001);
    }
  }

  @Test
  void contentThatIsNotReadIsSkippedAndGoneAfterwards() throws Exception {
    var reader = stream(SMALLEST);
    reader.next();
    assertThatThrownBy(reader::content).isInstanceOf(IllegalStateException.class);
    reader.next();
    var content = reader.content();
    assertThat(content.read()).isEqualTo('h');
    assertThat(reader.next()).isInstanceOf(PxarEvent.DirectoryEnd.class);
    assertThatThrownBy(content::read).isInstanceOf(IllegalStateException.class);
  }

  // forged

  @Test
  void everyCutIsTold() {
    for (int length = 0; length < SMALLEST.length; length++) {
      byte[] cut = Arrays.copyOf(SMALLEST, length);
      assertThatThrownBy(() -> readAll(cut)).as("cut at " + length).isInstanceOf(BadFormat.class);
      assertThatThrownBy(() -> archive(cut)).isInstanceOf(BadFormat.class);
    }
  }

  private static void readAll(byte[] bytes) throws IOException {
    var reader = stream(bytes);
    while (reader.next() != null) {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/etc", "a\u0000b"})
  void namesThatLeadElsewhereAreRefused(String name) throws Exception {
    byte[] bytes = PxarBuilder.archive(directory(Map.of(FileName.of(name), file("x"))));
    assertThatThrownBy(() -> readAll(bytes)).isInstanceOf(BadFormat.class);
    var archive = archive(bytes);
    assertThatThrownBy(() -> archive.list(archive.root())).isInstanceOf(BadFormat.class);
  }

  @Test
  void impossibleValuesAreRefused() {
    long sizeOfPayload = 56 + 18 + 56 + 8;
    assertThatThrownBy(() -> readAll(with(8, 15))).hasMessageContaining("impossible size 15");
    assertThatThrownBy(() -> readAll(with(8, -1))).hasMessageContaining("18446744073709551615");
    assertThatThrownBy(() -> readAll(with(16, 0010644))).hasMessageContaining("not a directory");
    assertThatThrownBy(() -> readAll(with(48, 1_000_000_000L)))
        .hasMessageContaining("impossible time");
    assertThatThrownBy(() -> readAll(with(sizeOfPayload, Long.MAX_VALUE)))
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> readAll(with(0, RecordType.FORMAT_VERSION)))
        .hasMessageContaining("version 3.3");
    assertThatThrownBy(() -> archive(with(SMALLEST.length - 16, 0)))
        .as("the table ends where its directory begins")
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> archive(with(SMALLEST.length - 8, Long.MIN_VALUE)))
        .isInstanceOf(BadFormat.class);
  }

  private static byte[] with(long offset, long value) {
    byte[] changed = SMALLEST.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong((int) offset, value);
    return changed;
  }

  @Test
  void hardLinksMustPointBackAtAFile() throws Exception {
    var children = new HashMap<FileName, Node>();
    children.put(FileName.of("a"), file("hi"));
    children.put(FileName.of("b"), new Node.Hardlink("a"));
    byte[] bytes = PxarBuilder.archive(directory(children));
    var archive = archive(bytes);
    PxarNode link = archive.find(List.of(FileName.of("b"))).orElseThrow();
    assertThat(((Kind.Hardlink) link.entry().kind()).distance()).isEqualTo(92);
    assertThat(archive.content(archive.follow(link))).hasContent("hi");
    int distance = (int) link.start() + 18 + 16;
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
      byte[] forged = bytes.clone();
      ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putLong(distance, wrong);
      assertThatThrownBy(() -> readAll(forged)).hasMessageContaining("does not point back");
    }
    for (long wrong : new long[] {1, 91, 148, 149, Long.MAX_VALUE}) {
      byte[] forged = bytes.clone();
      ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putLong(distance, wrong);
      var other = archive(forged);
      PxarNode bad = other.find(List.of(FileName.of("b"))).orElseThrow();
      assertThatThrownBy(() -> other.follow(bad)).isInstanceOf(BadFormat.class);
    }
  }

  /** datastore.md §14.7: FILENAME of a.txt at 56, that of the link at 755. */
  @Test
  void hardLinkOfTheSpecificationPoints699BytesBack() throws Exception {
    var children = new HashMap<FileName, Node>();
    children.put(FileName.of("a.txt"), file("x".repeat(699 - 22 - 56 - 16)));
    children.put(FileName.of("b"), new Node.Hardlink("a.txt"));
    var archive = archive(PxarBuilder.archive(directory(children)));
    PxarNode link = archive.find(List.of(FileName.of("b"))).orElseThrow();
    assertThat(link.start()).isEqualTo(755);
    assertThat(link.entry().kind()).isEqualTo(new Kind.Hardlink(FileName.of("a.txt"), 699));
    assertThat(archive.follow(link).start()).isEqualTo(56);
  }

  @Test
  void attributesBeyondAllReasonAreRefused() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(Arrays.copyOf(SMALLEST, 56));
    byte[] xattr = new byte[65_791];
    Arrays.fill(xattr, 0, 10, (byte) 'u');
    for (int i = 0; i < 300; i++) {
      out.writeBytes(PxarBuilder.longs(RecordType.XATTR, 16 + xattr.length));
      out.writeBytes(xattr);
    }
    assertThatThrownBy(() -> readAll(out.toByteArray())).hasMessageContaining("16 MiB");
    out.reset();
    out.writeBytes(Arrays.copyOf(SMALLEST, 56));
    out.writeBytes(PxarBuilder.longs(RecordType.QUOTA_PROJID, 24, 1));
    out.writeBytes(PxarBuilder.longs(RecordType.QUOTA_PROJID, 24, 1));
    assertThatThrownBy(() -> readAll(out.toByteArray())).hasMessageContaining("twice");
  }

  @Test
  void nestingBeyondAllReasonIsRefused() {
    // The builder recurses, so the records are repeated instead.
    byte[] level = Arrays.copyOfRange(SMALLEST, 56, 56 + 18 + 56);
    level[18 + 16] = (byte) 0xed; // a directory
    level[18 + 17] = 0x41;
    var out = new ByteArrayOutputStream();
    out.writeBytes(Arrays.copyOf(SMALLEST, 56));
    for (int i = 0; i < 5_000; i++) out.writeBytes(level);
    assertThatThrownBy(() -> readAll(out.toByteArray())).hasMessageContaining("4096 deep");
  }
}
