package io.reprise.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.FixtureStore.Place;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.chunker.Chunker;
import io.reprise.datastore.index.DynamicIndexReader;
import io.reprise.datastore.index.IndexedReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.Metadata.Permission;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarEntry;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import io.reprise.datastore.pxar.PxarEvent;
import io.reprise.datastore.pxar.PxarNode;
import io.reprise.datastore.pxar.PxarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file archives and catalogs that a real client wrote, plain, signed and encrypted, against the tree they are of. */
class FixtureArchivesTest {
  private static final ArchiveName PXAR = new ArchiveName("root.pxar.didx");

  @TempDir
  private static Path temp;

  private static FixtureStore fixture;

  @BeforeAll
  static void open() throws IOException {
    fixture = FixtureStore.in(temp);
  }

  @AfterAll
  static void close() throws IOException {
    if (fixture != null) fixture.close();
  }

  /** A line of tree.txt: type, permissions, owner, size, time, and where a link leads. */
  private record Line(
      String type, String mode, String owner, long size, String time, String target) {
    /** What an archive stores of it: no size of directories. */
    String stored() {
      return String.join(
          " ", type, mode, owner, type.equals("d") ? "-" : Long.toString(size), time, target);
    }
  }

  private static TreeMap<String, Line> tree() throws IOException {
    var tree = new TreeMap<String, Line>();
    for (String text : Files.readAllLines(Fixture.tree())) {
      String[] f = text.split(" ", 6);
      int arrow = f[5].lastIndexOf(" -> ");
      String path = f[5].substring(0, arrow).replaceFirst("^\\./?", "");
      tree.put(
          path,
          new Line(
              f[0],
              f[1],
              f[2],
              Long.parseLong(f[3]),
              f[4].substring(0, f[4].length() - 1),
              f[5].substring(arrow + 4)));
    }
    return tree;
  }

  private static String path(List<FileName> names) {
    return String.join("/", names.stream().map(FileName::toString).toList());
  }

  private static String stored(PxarEntry entry) {
    Metadata m = entry.metadata();
    String type = "f";
    String size = "0";
    String target = "";
    switch (entry.kind()) {
      case Kind.Directory directory -> {
        type = "d";
        size = "-";
      }
      case Kind.RegularFile file -> size = Long.toString(file.size());
      case Kind.Symlink link -> {
        type = "l";
        target = link.target().toString();
        size = Integer.toString(link.target().length());
      }
      case Kind.Device device -> type = device.block() ? "b" : "c";
      case Kind.Fifo fifo -> type = "p";
      case Kind.Socket socket -> type = "s";
      case Kind.Hardlink link -> throw new AssertionError(entry.name() + " is to be followed");
    }
    return "%s %04o %d:%d %s %d.%09d %s"
        .formatted(
            type,
            m.permissions(),
            m.uid(),
            m.gid(),
            size,
            m.mtimeSeconds(),
            m.mtimeNanos(),
            target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":host/srv1/2025-11-23T02:00:00Z",
        ":host/sign1/2025-11-23T06:00:00Z",
        ":host/enc1/2025-11-23T05:00:00Z",
        "site1/cluster-a:ct/200/2025-11-23T03:00:00Z"
      })
  void archiveReadFromFrontToBackIsTheTree(String where) throws IOException {
    var tree = tree();
    var sums = Fixture.sha256sums();
    String hardLink = null;
    int open = 0;
    int ends = 0;
    try (var archive = fixture.read(place(where), PXAR)) {
      var reader = new PxarReader(new BufferedInputStream(archive.stream(0, archive.size())));
      while (reader.next() instanceof PxarEvent event) {
        if (event instanceof PxarEvent.DirectoryEnd) {
          ends++;
          continue;
        }
        PxarEntry entry = (PxarEntry) event;
        String path = path(reader.path());
        if (entry.isDirectory()) open++;
        Line line = tree.remove(path);
        if (entry.kind() instanceof Kind.Hardlink link) {
          hardLink = path + " -> " + link.target();
          assertThat(entry.metadata()).isNull();
          continue;
        }
        assertThat(stored(entry)).as(path).isEqualTo(line.stored());
        if (entry.kind() instanceof Kind.RegularFile) {
          assertThat(Fixture.sha256(reader.content())).as(path).isEqualTo(sums.get(path));
        }
        extras(path, entry);
      }
    }
    assertThat(tree).isEmpty();
    assertThat(ends).isEqualTo(open);
    assertThat(hardLink).isEqualTo("var/hard -> etc/hostname");
  }

  /** What tree.txt does not say, see the fixture's README. */
  private static void extras(String path, PxarEntry entry) {
    Metadata m = entry.metadata();
    var xattrs = m.xattrs().stream()
        .map(x -> x.name() + "=" + new String(x.value(), StandardCharsets.UTF_8))
        .toList();
    if (path.equals("etc/hostname")) assertThat(xattrs).containsExactly("user.note=hello");
    else assertThat(xattrs).as(path).isEmpty();
    if (path.equals("etc/deep/text")) {
      assertThat(m.acl().users()).extracting(Permission::id).containsExactly(1234L);
      assertThat(m.acl().groupObject()).isNotNull();
    } else {
      assertThat(m.acl().users()).as(path).isEmpty();
    }
    if (path.equals("var/null")) {
      assertThat(entry.kind()).isEqualTo(new Kind.Device(false, 1, 3));
    }
    assertThat(m.fileCapabilities()).isNull();
    assertThat(m.projectId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {":host/srv1/2025-11-23T02:00:00Z", ":host/enc1/2025-11-23T05:00:00Z"})
  void everyPlaceOfTheArchiveIsFound(String where) throws IOException {
    var tree = tree();
    var sums = Fixture.sha256sums();
    try (var source = fixture.read(place(where), PXAR)) {
      var archive = new PxarArchive(source);
      var found = new TreeSet<String>();
      walk(archive, archive.root(), List.of(), found);
      assertThat(found).containsExactlyElementsOf(tree.keySet());
      for (String path : tree.keySet()) {
        PxarNode node = archive.find(names(path)).orElseThrow();
        if (node.entry().kind() instanceof Kind.Hardlink) node = archive.follow(node);
        assertThat(stored(node.entry())).as(path).isEqualTo(tree.get(path).stored());
        if (node.entry().kind() instanceof Kind.RegularFile) {
          assertThat(Fixture.sha256(archive.content(node))).as(path).isEqualTo(sums.get(path));
        }
      }
      for (String missing : List.of("etc/none", "none", "etc/hostname/x", "var/empty/f300")) {
        assertThat(archive.find(names(missing))).isEmpty();
      }
    }
  }

  private static void walk(
      PxarArchive archive, PxarNode directory, List<FileName> path, TreeSet<String> found)
      throws IOException {
    found.add(path(path));
    PxarNode before = null;
    for (PxarNode node : archive.list(directory)) {
      if (before != null)
        assertThat(before.entry().name()).isLessThan(node.entry().name());
      before = node;
      var names = new ArrayList<>(path);
      names.add(node.entry().name());
      if (node.entry().isDirectory()) walk(archive, node, names, found);
      else found.add(path(names));
      assertThat(archive.find(directory, node.entry().name()).orElseThrow())
          .usingRecursiveComparison()
          .isEqualTo(node);
    }
  }

  private static List<FileName> names(String path) {
    if (path.isEmpty()) return List.of();
    return List.of(path.split("/")).stream().map(FileName::of).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":host/srv1/2025-11-23T02:00:00Z",
        ":host/sign1/2025-11-23T06:00:00Z",
        ":host/enc1/2025-11-23T05:00:00Z",
        "site1/cluster-a:ct/200/2025-11-23T03:00:00Z"
      })
  void catalogIsTheTree(String where) throws IOException {
    var tree = tree();
    try (var source = fixture.read(place(where), ArchiveName.CATALOG)) {
      var catalog = new CatalogReader(source);
      assertThat(catalog.list(catalog.root()))
          .extracting(e -> e.name().toString())
          .containsExactly("root.pxar.didx");
      catalog.walk(catalog.root(), (path, entry) -> {
        Line line = tree.remove(path(path.subList(1, path.size())));
        assertThat(line).as(path(path)).isNotNull();
        boolean hardLink = path(path).endsWith("var/hard");
        assertThat(Character.toString(entry.type().letter()))
            .isEqualTo(hardLink ? "h" : line.type());
        if (entry.type() == CatalogEntry.Type.FILE) {
          assertThat(entry.size()).isEqualTo(line.size());
          assertThat(entry.mtime())
              .isEqualTo(Long.parseLong(line.time().substring(0, line.time().indexOf('.'))));
        }
        assertThat(catalog.find(path)).contains(entry);
      });
    }
    assertThat(tree).isEmpty();
  }

  /** Our chunker cuts where the real client's did, so that both know each other's chunks. */
  @ParameterizedTest
  @ValueSource(strings = {"root.pxar.didx 4194304", "catalog.pcat1.didx 524288"})
  void chunkerCutsWhereTheRealClientDid(String archive) throws IOException {
    var place = place(":host/srv1/2025-11-23T02:00:00Z");
    var name = new ArchiveName(archive.split(" ")[0]);
    var chunker = new Chunker(Integer.parseInt(archive.split(" ")[1]));
    var cuts = new ArrayList<Long>();
    var ends = new ArrayList<Long>();
    try (IndexedReader source = fixture.read(place, name);
        var index = DynamicIndexReader.open(fixture.file(place, name))) {
      byte[] all = new byte[(int) source.size()];
      source.read(0, ByteBuffer.wrap(all));
      for (int at = 0; at < all.length; ) {
        int n = chunker.scan(all, at, all.length - at);
        at = n == 0 ? all.length : at + n;
        cuts.add((long) at);
      }
      for (long i = 0; i < index.entryCount(); i++) ends.add(index.end(i));
    }
    assertThat(cuts).isEqualTo(ends);
  }

  private static Place place(String where) {
    int colon = where.indexOf(':');
    return Place.of(where.substring(0, colon), where.substring(colon + 1));
  }
}
