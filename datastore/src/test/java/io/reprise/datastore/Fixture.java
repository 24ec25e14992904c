package io.reprise.datastore;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a real PBS 3.2.4 wrote: datastore, configuration, key, and the source it was made from. The archive lies beside the
 * checkout, in {@code ../shared/fixtures}; a test that asks for it where it is absent is skipped and says so. Unpacked once
 * into a directory that all modules share: read it, and take {@link #copyOfStore} to write.
 */
public final class Fixture {
  private static final String ARCHIVE = "pbs-3.2.tar.zst";
  private static final int WINDOW_LOG = 27;

  private static Path unpacked;

  private Fixture() {}

  /** Directory with {@code store}, {@code config}, {@code key.json}, …; skips the test if there is no archive. */
  public static synchronized Path root() {
    if (unpacked == null) {
      Path archive = archive();
      assumeTrue(
          Files.isRegularFile(archive),
          "no fixture at " + archive + ": put the shared directory beside the checkout");
      try {
        unpacked = unpackOnce(archive);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return unpacked;
  }

  /** The datastore; nobody may write into it. */
  public static Path store() {
    return root().resolve("store");
  }

  /** The configuration directory; nobody may write into it. */
  public static Path config() {
    return root().resolve("config");
  }

  /** The key file of the encrypted and the signed snapshots, without a passphrase. */
  public static Path key() {
    return root().resolve("key.json");
  }

  /** Metadata of the source tree, a line each. */
  public static Path tree() {
    return root().resolve("tree.txt");
  }

  /** SHA-256 of the sources: name as in {@code sha256sums.txt} without a leading {@code ./}, to 64 hex digits. */
  public static Map<String, String> sha256sums() throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    for (String line : Files.readAllLines(root().resolve("sha256sums.txt"))) {
      sums.put(line.substring(66).replaceFirst("^\\./", ""), line.substring(0, 64));
    }
    return sums;
  }

  /**
   * A copy of the datastore to write into. Prefix directories without chunks are missing, in this as in the archive.
   *
   * @param target made, with all that is in it the caller's to remove
   */
  public static Path copyOfStore(Path target) throws IOException {
    copy(store(), target);
    return target;
  }

  private static Path archive() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return at.resolveSibling("shared").resolve("fixtures").resolve(ARCHIVE);
      }
    }
    return Path.of(ARCHIVE);
  }

  private static Path unpackOnce(Path archive) throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path target = temporary.resolve("reprise-fixture-" + sha256(archive).substring(0, 16));
    if (Files.isDirectory(target)) return target;
    Path work = Files.createTempDirectory(temporary, "reprise-fixture-");
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        var zstd = new ZstdInputStream(file).setLongMax(WINDOW_LOG)) {
      unpack(new BufferedInputStream(zstd), work);
    }
    try {
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      delete(work); // another module was faster
    } catch (IOException e) {
      delete(work);
      if (!Files.isDirectory(target)) throw e;
    }
    return target;
  }

  /** Directories and regular files of a tar archive; modes and owners are not taken over. */
  private static void unpack(InputStream tar, Path target) throws IOException {
    byte[] header = new byte[512];
    String longName = null;
    while (tar.readNBytes(header, 0, 512) == 512 && header[0] != 0) {
      long size = Long.parseLong(text(header, 124, 12).trim(), 8);
      String prefix = text(header, 345, 155);
      String name = longName != null
          ? longName
          : (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
      longName = null;
      Path file = target.resolve(name).normalize();
      if (!file.startsWith(target)) throw new IOException("tar: path leads out: " + name);
      switch (header[156]) {
        case '5' -> Files.createDirectories(file);
        case '0', 0 -> {
          Files.createDirectories(file.getParent());
          try (var out = Files.newOutputStream(file)) {
            out.write(tar.readNBytes((int) size));
          }
        }
        case 'L' -> longName = text(tar.readNBytes((int) size), 0, (int) size);
        default -> throw new IOException("tar: unexpected kind of entry " + (char) header[156]);
      }
      if (header[156] != '5') tar.skipNBytes((512 - size % 512) % 512);
    }
  }

  private static String text(byte[] bytes, int offset, int length) {
    int end = offset;
    while (end < offset + length && bytes[end] != 0) end++;
    return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
  }

  /** Hex of a file's SHA-256. */
  public static String sha256(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  /** Hex of the SHA-256 of all that is left in a stream. */
  public static String sha256(InputStream in) throws IOException {
    try {
      var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (var files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) Files.createDirectories(to);
        else Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
