package io.reprise.datastore.catalog;

import static io.reprise.datastore.catalog.CatalogBuilder.Item.directory;
import static io.reprise.datastore.catalog.CatalogBuilder.Item.file;
import static io.reprise.datastore.catalog.CatalogBuilder.Item.other;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.FileName;
import io.reprise.datastore.Hex;
import io.reprise.datastore.catalog.CatalogBuilder.Item;
import io.reprise.datastore.catalog.CatalogEntry.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Catalogs: the vectors of datastore.md §14.6, generated ones, and forged ones. */
@ExtendWith(InstancioExtension.class)
class CatalogTest {
  static final byte[] VECTOR = Hex.bytes("""
      91fd60f9c46758d5 0a 01 66 01 78 03 d8ff8daa05
      18 03 66 05 612e747874 06 d8ff8daa05 64 03 737562 0b 6c 02 6c6e
      12 01 64 0e 726f6f742e707861722e64696478 19 2c00000000000000""");

  private static CatalogReader reader(byte[] bytes) throws IOException {
    return new CatalogReader(ByteSource.of(bytes));
  }

  private static List<String> walk(byte[] bytes) throws IOException {
    var reader = reader(bytes);
    var lines = new ArrayList<String>();
    reader.walk(
        reader.root(),
        (path, e) -> lines.add(e.type().letter() + " "
            + String.join("/", path.stream().map(FileName::toString).toList())
            + " " + Long.toUnsignedString(e.size()) + " " + e.mtime()));
    return lines;
  }

  // vectors

  @Test
  void catalogOfTheSpecificationIsWrittenAndRead() throws Exception {
    assertThat(CatalogBuilder.catalog(directory(
            "root.pxar.didx",
            file("a.txt", 6, 1_430_487_000),
            directory("sub", file("x", 3, 1_430_487_000)),
            other(Type.SYMLINK, "ln"))))
        .isEqualTo(VECTOR)
        .hasSize(71);
    assertThat(walk(VECTOR))
        .containsExactly(
            "d root.pxar.didx 0 0",
            "f root.pxar.didx/a.txt 6 1430487000",
            "d root.pxar.didx/sub 0 0",
            "f root.pxar.didx/sub/x 3 1430487000",
            "l root.pxar.didx/ln 0 0");
    var reader = reader(VECTOR);
    assertThat(reader.root().block()).isEqualTo(44);
    assertThat(reader.list(reader.root())).extracting(CatalogEntry::block).containsExactly(19L);
    var sub = List.of(FileName.of("root.pxar.didx"), FileName.of("sub"));
    assertThat(reader.find(sub).orElseThrow().block()).isEqualTo(8);
    assertThat(reader.find(List.of())).contains(reader.root());
    assertThat(reader.find(List.of(FileName.of("x")))).isEmpty();
    assertThat(reader.find(
            List.of(FileName.of("root.pxar.didx"), FileName.of("ln"), FileName.of("x"))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 00", "127, 7f", "128, 8001", "300, ac02", "-1, ffffffffffffffffff01" // 2^64 − 1
  })
  void unsignedNumbersAreThoseOfTheSpecification(long value, String hex) throws Exception {
    assertThat(Hex.text(CatalogBuilder.unsigned(value))).isEqualTo(hex);
    assertThat(cursor(Hex.bytes(hex)).unsigned()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "127, 7f",
    "128, 8001",
    "-1, 8100",
    "-126, fe00",
    "-128, 808100",
    "-129, 818100",
    "-9223372036854775808, 8080808080808080808100"
  })
  void signedNumbersAreThoseOfTheSpecification(long value, String hex) throws Exception {
    assertThat(Hex.text(CatalogBuilder.signed(value))).isEqualTo(hex);
    assertThat(cursor(Hex.bytes(hex)).signed()).isEqualTo(value);
  }

  @ParameterizedTest
  @InstancioSource(samples = 500)
  void everyNumberComesBack(long value) throws Exception {
    for (long v : new long[] {value, value >> 20, value >>> 40, value >> 55}) {
      assertThat(cursor(CatalogBuilder.unsigned(v)).unsigned()).isEqualTo(v);
      assertThat(cursor(CatalogBuilder.signed(v)).signed()).isEqualTo(v);
    }
  }

  private static Cursor cursor(byte[] bytes) {
    return new Cursor(ByteSource.of(bytes), 0, bytes.length, 16);
  }

  // generated

  @ParameterizedTest
  @InstancioSource(samples = 200)
  void everyCatalogComesBack(long seed) throws Exception {
    var random = new Random(seed);
    Item[] archives =
        items(random, 3).stream().filter(i -> i.type() == Type.DIRECTORY).toArray(Item[]::new);
    var expected = new ArrayList<String>();
    flatten("", List.of(archives), expected);
    byte[] bytes = CatalogBuilder.catalog(archives);
    assertThat(walk(bytes)).isEqualTo(expected);
    var reader = reader(bytes);
    reader.walk(reader.root(), (path, entry) -> assertThat(reader.find(path)).contains(entry));
  }

  private static List<Item> items(Random random, int depth) {
    var items = new ArrayList<Item>();
    for (int i = random.nextInt(12); i > 0; i--) {
      String name = "n" + i + "é".repeat(random.nextInt(3));
      Type type = Type.values()[random.nextInt(Type.values().length)];
      items.add(
          switch (type) {
            case DIRECTORY ->
              new Item(
                  type, FileName.of(name), 0, 0, depth == 0 ? List.of() : items(random, depth - 1));
            case FILE -> file(name, random.nextLong(), random.nextInt() * 3L);
            default -> other(type, name);
          });
    }
    return items;
  }

  private static void flatten(String path, List<Item> items, List<String> into) {
    for (Item item : items) {
      into.add(item.type().letter() + " " + path + item.name() + " "
          + Long.toUnsignedString(item.size()) + " " + item.mtime());
      flatten(path + item.name() + "/", item.children(), into);
    }
  }

  @Test
  void bigDirectoryAndLongNamesCrossTheWindow() throws Exception {
    Item[] files = new Item[3_000];
    for (int i = 0; i < files.length; i++) files[i] = file("f" + "x".repeat(i % 100) + i, i, -i);
    files[7] = file("l".repeat(4_095), 1, 1);
    byte[] bytes = CatalogBuilder.catalog(directory("root.pxar.didx", files));
    assertThat(walk(bytes)).hasSize(3_001);
    byte[] tooLong =
        CatalogBuilder.catalog(directory("root.pxar.didx", file("l".repeat(4_096), 1, 1)));
    assertThatThrownBy(() -> walk(tooLong)).hasMessageContaining("name of 4096 bytes");
  }

  // forged

  @Test
  void everyCutIsTold() {
    for (int length = 0; length < VECTOR.length; length++) {
      byte[] cut = Arrays.copyOf(VECTOR, length);
      assertThatThrownBy(() -> walk(cut)).as("cut at " + length).isInstanceOf(BadFormat.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a directory that is its own parent, 62, 00",
    "a child before the file, 62, 2d",
    "an unknown type, 46, 7a",
    "a longer table, 44, 13",
    "a shorter table, 44, 11",
    "a table without end, 44, ff",
    "more entries than there are, 45, 02",
    "fewer entries than there are, 45, 00",
    "a longer name, 47, 7f",
    "a root outside, 63, 3f",
    "a root in the magic, 63, 07",
    "another magic, 0, 90"
  })
  void forgedCatalogsAreRefused(String what, int offset, String value) {
    byte[] forged = VECTOR.clone();
    forged[offset] = Hex.bytes(value)[0];
    assertThatThrownBy(() -> walk(forged)).isInstanceOf(BadFormat.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffffffffffffffff01", "8080808080808080808080", ""})
  void numbersWithoutEndAreRefused(String hex) {
    assertThatThrownBy(() -> cursor(Hex.bytes(hex)).unsigned()).isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> cursor(Hex.bytes(hex + "808080")).signed())
        .isInstanceOf(BadFormat.class);
  }

  /** 2^30 paths in 400 bytes: each directory names the one before it twice. */
  @Test
  void directoriesThatShareTheirTablesDoNotKeepAWalkBusyForEver() throws Exception {
    var out = new java.io.ByteArrayOutputStream();
    out.writeBytes(Hex.bytes("91fd60f9c46758d5 0100"));
    out.writeBytes(Hex.bytes("09 02 64 01 61 02 64 01 62 02"));
    for (int i = 0; i < 30; i++) out.writeBytes(Hex.bytes("09 02 64 01 61 0a 64 01 62 0a"));
    int root = out.size() - 10;
    out.writeBytes(new byte[] {(byte) root, (byte) (root >> 8), 0, 0, 0, 0, 0, 0});
    assertThatThrownBy(() -> walk(out.toByteArray())).hasMessageContaining("share their tables");
  }
}
