package io.reprise.datastore.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Hex;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chunk store: each row of datastore.md §2.6, durability levels, what is missing, full or in the way. */
@ExtendWith(InstancioExtension.class)
class ChunkStoreTest {
  private static final Digest DIGEST = Digest.parse("0a".repeat(32));
  private static final CryptKey KEY = new CryptKey(Hex.counting(32));
  private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

  private final BlobEncoder encoder = new BlobEncoder();

  @TempDir
  private Path base;

  private ChunkStore store;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectory(base.resolve(".chunks"));
    store = ChunkStore.open(base, SyncLevel.NONE, Reserve.NONE);
  }

  @AfterEach
  void close() {
    encoder.close();
  }

  /** Random bytes do not compress, zeros do: so the kind of blob is chosen. */
  private byte[] blob(int length, boolean compressible, boolean encrypted) {
    byte[] data = new byte[length];
    if (!compressible) new Random(length).nextBytes(data);
    ByteBuffer blob = encoder.encode(data, 0, length, true, encrypted ? KEY : null);
    return Arrays.copyOfRange(blob.array(), blob.position(), blob.limit());
  }

  private Path file() {
    return base.resolve(".chunks/0a0a/" + DIGEST);
  }

  private void put(byte[] content) throws IOException {
    Files.createDirectories(file().getParent());
    Files.write(file(), content);
    setTimes(LONG_AGO);
  }

  private void setTimes(Instant time) throws IOException {
    Files.getFileAttributeView(file(), java.nio.file.attribute.BasicFileAttributeView.class)
        .setTimes(FileTime.from(time), FileTime.from(time), null);
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(file().getParent())) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  // §2.6

  @Test
  void newChunkIsWrittenWithItsPrefixDirectoryWhereThatIsMissing() throws Exception {
    byte[] blob = blob(1_000, false, false);
    assertThat(store.insert(DIGEST, ByteBuffer.wrap(blob))).isEqualTo(new Insert(false, 1_012));
    assertThat(Files.readAllBytes(file())).isEqualTo(blob);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-r--r--");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
        .isEqualTo("rwxr-x---");
    assertThat(files()).containsExactly(DIGEST.toString());
  }

  @ParameterizedTest(name = "{0} bytes, {1} behind a block''s start")
  @CsvSource({"4096, 0", "8192, 0", "8191, 0", "12289, 0", "100, 0", "12289, 1", "8192, 512"})
  void chunkFromNativeMemoryIsTheSameWhereverItsBlocksBegin(int length, int offset)
      throws Exception {
    var written = store(length, offset);
    assertThat(Files.readAllBytes(file())).isEqualTo(written);
    assertThat(files()).containsExactly(DIGEST.toString());
    try (var arena = Arena.ofConfined()) {
      for (int room : new int[] {length, 5 * Descriptor.BLOCK}) {
        var memory = arena.allocate(offset + room, Descriptor.BLOCK).asSlice(offset);
        var buffer = memory.asByteBuffer();
        store.read(DIGEST, buffer);
        assertThat(MemorySegment.ofBuffer(buffer).toArray(ValueLayout.JAVA_BYTE))
            .isEqualTo(written);
      }
    }
  }

  private byte[] store(int length, int offset) throws IOException {
    byte[] blob = blob(length - 12, false, false);
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(offset + length, Descriptor.BLOCK).asSlice(offset);
      memory.copyFrom(MemorySegment.ofArray(blob));
      var buffer = memory.asByteBuffer();
      assertThat(store.insert(DIGEST, buffer)).isEqualTo(new Insert(false, length));
      assertThat(buffer.remaining()).isEqualTo(length);
    }
    return blob;
  }

  static Stream<Arguments> kept() {
    return Stream.of(
        Arguments.of("plain, same size", 1_000, false, false, 1_000, false, false),
        Arguments.of(
            "zstd, smaller than the new plain one", 1_000, true, false, 1_000, false, false),
        Arguments.of("plain, smaller", 900, false, false, 1_000, false, false),
        Arguments.of(
            "encrypted, smaller than the new plain one", 900, false, true, 1_000, false, false),
        Arguments.of("encrypted, same size", 1_000, false, true, 1_000, false, true),
        Arguments.of("encrypted zstd, new encrypted", 1_000, true, true, 1_000, false, true),
        Arguments.of("encrypted, new encrypted zstd", 1_000, false, true, 1_000, true, true),
        Arguments.of("encrypted zstd twice, smaller", 1_000, true, true, 300_000, true, true),
        Arguments.of("encrypted zstd twice, bigger", 300_000, true, true, 1_000, true, true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void kept(
      String name,
      int oldLength,
      boolean oldCompressed,
      boolean oldEncrypted,
      int length,
      boolean compressed,
      boolean encrypted)
      throws Exception {
    byte[] old = blob(oldLength, oldCompressed, oldEncrypted);
    put(old);
    Insert result = store.insert(DIGEST, ByteBuffer.wrap(blob(length, compressed, encrypted)));
    assertThat(result).isEqualTo(new Insert(true, old.length));
    assertThat(Files.readAllBytes(file())).isEqualTo(old);
    FileStatus status = FileStatus.of(file());
    assertThat(status.accessed()).as("touched").isAfter(Instant.now().minusSeconds(3_600));
    assertThat(status.modified()).isEqualTo(LONG_AGO);
    assertThat(files()).hasSize(1);
  }

  static Stream<Arguments> replaced() {
    return Stream.of(
        Arguments.of("empty, as a crash leaves it", -1, false, 1_000, false, false),
        Arguments.of("empty, new encrypted", -1, false, 1_000, false, true),
        Arguments.of("plain, new zstd is smaller", 1_000, false, 1_000, true, false),
        Arguments.of("plain, bigger", 1_100, false, 1_000, false, false),
        Arguments.of("encrypted, bigger than the new plain one", 1_000, true, 1_000, false, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void replaced(
      String name,
      int oldLength,
      boolean oldEncrypted,
      int length,
      boolean compressed,
      boolean encrypted)
      throws Exception {
    put(oldLength < 0 ? new byte[0] : blob(oldLength, false, oldEncrypted));
    byte[] blob = blob(length, compressed, encrypted);
    assertThat(store.insert(DIGEST, ByteBuffer.wrap(blob)))
        .isEqualTo(new Insert(false, blob.length));
    assertThat(Files.readAllBytes(file())).isEqualTo(blob);
    assertThat(files()).hasSize(1);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("encrypted over plain", 900, false, false, false),
        Arguments.of("encrypted over zstd", 1_000, true, false, false),
        Arguments.of("encrypted zstd over plain", 1_000, false, false, true),
        Arguments.of("encrypted over encrypted of another size", 900, false, true, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(
      String name, int oldLength, boolean oldCompressed, boolean oldEncrypted, boolean compressed)
      throws Exception {
    byte[] old = blob(oldLength, oldCompressed, oldEncrypted);
    put(old);
    byte[] blob = blob(1_000, compressed, true);
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.wrap(blob)))
        .isInstanceOf(ChunkConflict.class)
        .hasMessageContaining(DIGEST.toString());
    assertThat(Files.readAllBytes(file())).isEqualTo(old);
    assertThat(files()).hasSize(1);
  }

  @Test
  void encryptedChunkOverADamagedOneOfAnotherSizeIsRefused() throws Exception {
    put(new byte[100]);
    byte[] blob = blob(1_000, false, true);
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.wrap(blob)))
        .isInstanceOf(ChunkConflict.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void whatIsNoFileIsNeitherReplacedNorRead() throws Exception {
    Files.createDirectories(file());
    byte[] blob = blob(1_000, false, false);
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.wrap(blob)))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("no regular file");
    assertThat(store.exists(DIGEST)).isFalse();
    Files.delete(file());
    Files.createSymbolicLink(file(), Files.write(base.resolve("elsewhere"), blob));
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.wrap(blob)))
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> store.read(DIGEST)).isInstanceOf(IOException.class);
    assertThat(store.exists(DIGEST)).isFalse();
  }

  @Test
  void whatIsNoBlobOrTooBigIsNotInserted() {
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.wrap(new byte[100])))
        .isInstanceOf(BadFormat.class);
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.allocate(ChunkStore.MAX_ENCODED + 1)))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("more than 16777260");
    assertThat(base.resolve(".chunks")).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(SyncLevel.class)
  void everyLevelWritesTheSameFromDirectAndHeapBuffers(SyncLevel level) throws Exception {
    var levelled = ChunkStore.open(base, level, Reserve.NONE);
    byte[] blob = blob(700_000, false, false);
    var direct = ByteBuffer.allocateDirect(blob.length + 20).position(10);
    direct.put(blob).flip().position(10);
    levelled.insert(DIGEST, direct);
    assertThat(direct.position()).as("not moved").isEqualTo(10);
    Digest other = Digest.parse("0b".repeat(32));
    levelled.insert(other, ByteBuffer.wrap(blob));
    assertThat(levelled.read(DIGEST)).isEqualTo(blob).isEqualTo(levelled.read(other));
    var into = ByteBuffer.allocateDirect(ChunkStore.MAX_ENCODED);
    levelled.read(DIGEST, into);
    assertThat(into).isEqualTo(ByteBuffer.wrap(blob));
  }

  @Test
  void manyThreadsInsertOneChunkAndOneOfThemWritesIt() throws Exception {
    byte[] blob = blob(100_000, false, false);
    try (var threads = Executors.newFixedThreadPool(8)) {
      var results = new ArrayList<Future<Insert>>();
      for (int i = 0; i < 64; i++) {
        results.add(threads.submit(() -> store.insert(DIGEST, ByteBuffer.wrap(blob))));
      }
      int written = 0;
      for (var result : results) written += result.get().duplicate() ? 0 : 1;
      assertThat(written).isEqualTo(1);
    }
    assertThat(files()).hasSize(1);
  }

  // looking

  @Test
  void missingChunkIsTold() throws Exception {
    assertThat(store.exists(DIGEST)).isFalse();
    assertThat(store.touch(DIGEST)).isFalse();
    assertThatThrownBy(() -> store.read(DIGEST)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.size(DIGEST)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.read(DIGEST, ByteBuffer.allocate(10)))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void touchingSetsTheAccessTimeAlone() throws Exception {
    put(blob(10, false, false));
    assertThat(store.touch(DIGEST)).isTrue();
    FileStatus status = FileStatus.of(file());
    assertThat(status.accessed()).isAfter(LONG_AGO.plus(Duration.ofDays(1)));
    assertThat(status.modified()).isEqualTo(LONG_AGO);
    assertThat(store.size(DIGEST)).isEqualTo(22);
    assertThat(store.exists(DIGEST)).isTrue();
  }

  @Test
  void chunkThatDoesNotFitTheBufferIsRefusedAndOneThatFitsExactlyIsRead() throws Exception {
    byte[] blob = blob(1_000, false, false);
    put(blob);
    var exact = ByteBuffer.allocate(blob.length);
    store.read(DIGEST, exact);
    assertThat(exact).isEqualTo(ByteBuffer.wrap(blob));
    assertThatThrownBy(() -> store.read(DIGEST, ByteBuffer.allocate(blob.length - 1)))
        .isInstanceOf(BadFormat.class);
    try (var file = Files.newByteChannel(file(), java.nio.file.StandardOpenOption.WRITE)) {
      file.position(ChunkStore.MAX_ENCODED).write(ByteBuffer.wrap(new byte[1]));
    }
    assertThatThrownBy(() -> store.read(DIGEST)).isInstanceOf(BadFormat.class);
  }

  @Test
  void onlyChunksAreListed() throws Exception {
    put(blob(10, false, false));
    Path directory = file().getParent();
    for (String name : List.of(
        DIGEST + ".0.bad",
        DIGEST + ".tmp_aB3xYz",
        DIGEST + ".removing",
        "0A".repeat(32),
        "0a".repeat(31),
        "notes")) {
      Files.createFile(directory.resolve(name));
    }
    Digest last = Digest.parse("ff".repeat(32));
    store.insert(last, ByteBuffer.wrap(blob(10, false, false)));
    try (var chunks = store.list()) {
      assertThat(chunks).containsExactly(DIGEST, last);
    }
  }

  @ParameterizedTest
  @InstancioSource(samples = 50)
  void whatIsInsertedComesBack(long seed) throws Exception {
    var random = new Random(seed);
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    Digest digest = Digest.of(bytes);
    byte[] blob = blob(1 + random.nextInt(10_000), random.nextBoolean(), random.nextBoolean());
    store.insert(digest, ByteBuffer.wrap(blob));
    assertThat(store.insert(digest, ByteBuffer.wrap(blob)).duplicate()).isTrue();
    assertThat(store.read(digest)).isEqualTo(blob);
    assertThat(store.path(digest))
        .isEqualTo(base.resolve(".chunks")
            .resolve(digest.toString().substring(0, 4))
            .resolve(digest.toString()));
  }

  // leftovers

  @Test
  void onlyTemporaryChunkFilesOlderThanTheBoundAreRemoved() throws Exception {
    put(blob(10, false, false));
    Path directory = file().getParent();
    Path old = Files.createFile(directory.resolve(DIGEST + ".tmp_aB3xYz"));
    Files.setLastModifiedTime(old, FileTime.from(LONG_AGO));
    Path young = Files.createFile(directory.resolve(DIGEST + ".tmp_000000"));
    List<Path> strange = new ArrayList<>();
    for (String name : List.of(
        "owner.tmp_aB3xYz", DIGEST + ".tmp_aB3xY", DIGEST + ".tmp_aB3xYz1", DIGEST + ".0.bad")) {
      strange.add(Files.createFile(directory.resolve(name)));
      Files.setLastModifiedTime(strange.getLast(), FileTime.from(LONG_AGO));
    }
    Path link = directory.resolve(DIGEST + ".tmp_111111");
    Files.createSymbolicLink(link, old);

    assertThat(store.removeLeftovers(LONG_AGO)).as("not older").isZero();
    assertThat(store.removeLeftovers(LONG_AGO.plusSeconds(1))).isEqualTo(1);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(strange).allSatisfy(file -> assertThat(file).exists());
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(file()).exists();
  }

  // what is in the way

  @Test
  void placesWithoutAChunkStoreAreNotOpened() throws Exception {
    assertThatThrownBy(() -> ChunkStore.open(base.resolve("x"), SyncLevel.NONE, Reserve.NONE))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("is it mounted?");
    Path linked = Files.createDirectory(base.resolve("linked"));
    Files.createSymbolicLink(linked.resolve(".chunks"), base.resolve(".chunks"));
    assertThatThrownBy(() -> ChunkStore.open(linked, SyncLevel.NONE, Reserve.NONE))
        .isInstanceOf(NotDirectoryException.class)
        .hasMessageContaining("no symbolic link");
  }

  @Test
  void storeThatIsUnmountedUnderUsIsToldAndNothingIsMadeInItsPlace() throws Exception {
    Files.delete(base.resolve(".chunks"));
    byte[] blob = blob(10, false, false);
    assertThatThrownBy(() -> store.insert(DIGEST, ByteBuffer.wrap(blob)))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("is the datastore mounted?");
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void reserveOfBytesAndOfInodesIsLeftFree() throws Exception {
    byte[] blob = blob(10, false, false);
    for (Reserve reserve :
        List.of(new Reserve(Long.MAX_VALUE, 0), new Reserve(0, Long.MAX_VALUE))) {
      var full = ChunkStore.open(base, SyncLevel.NONE, reserve);
      assertThatThrownBy(() -> full.insert(DIGEST, ByteBuffer.wrap(blob)))
          .isInstanceOf(StoreFull.class)
          .hasMessageContaining("prune and collect garbage");
      assertThat(base.resolve(".chunks")).isEmptyDirectory();
    }
    put(blob);
    var full = ChunkStore.open(base, SyncLevel.NONE, new Reserve(Long.MAX_VALUE, 0));
    assertThat(full.insert(DIGEST, ByteBuffer.wrap(blob)).duplicate())
        .as("what is there needs no room")
        .isTrue();
  }

  @Test
  void creationMakesDirectoriesInOrderAndNeverTwice() throws Exception {
    Path made = base.resolve("new/store");
    var progress = new ArrayList<Integer>();
    assertThatThrownBy(() -> ChunkStore.create(made, n -> {
          progress.add(n);
          if (n == 300) throw new IllegalStateException("enough");
        }))
        .hasMessage("enough");
    assertThat(progress).hasSize(300).isSorted();
    assertThat(made.resolve(".lock")).isEmptyFile();
    try (var directories = Files.list(made.resolve(".chunks"))) {
      assertThat(directories.map(d -> d.getFileName().toString()).sorted())
          .hasSize(300)
          .startsWith("0000", "0001")
          .endsWith("012a", "012b");
    }
    assertThatThrownBy(() -> ChunkStore.create(made, n -> {}))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("add it instead");
  }

  /** In memory: on a busy disk 65,536 directories take minutes. */
  @Test
  void creationMakesAll65536Directories() throws Exception {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory), "no /dev/shm to make 65,536 directories in");
    Path made = Files.createTempDirectory(memory, "reprise-test-");
    try {
      var last = new AtomicInteger();
      ChunkStore.create(made, last::set);
      assertThat(last).hasValue(65_536);
      assertThat(made.resolve(".chunks/ffff")).isDirectory();
      try (var directories = Files.list(made.resolve(".chunks"))) {
        assertThat(directories).hasSize(65_536);
      }
    } finally {
      for (int i = 0; i < 65_536; i++) {
        Files.deleteIfExists(made.resolve(".chunks").resolve("%04x".formatted(i)));
      }
      Files.deleteIfExists(made.resolve(".chunks"));
      Files.deleteIfExists(made.resolve(".lock"));
      Files.delete(made);
    }
  }
}
