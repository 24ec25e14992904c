package io.reprise.gc.references;

import io.reprise.platform.config.Replace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.jboss.logging.Logger;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library, unpacked once and used again at each start. RocksDB itself unpacks its 17 MB into the temporary
 * directory each time, and leaves them there when its process is killed.
 */
public final class RocksLibrary {
  private static final Logger LOG = Logger.getLogger(RocksLibrary.class);
  private static final int MODE = 0500;

  private RocksLibrary() {}

  /**
   * Loads it; one that is loaded already stays.
   *
   * @param directory which only this service writes; if it does not allow programs, the temporary directory is used
   */
  public static void load(Path directory) {
    try {
      RocksDB.loadLibrary(List.of(unpacked(directory).toString()));
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.warnf(
          "RocksDB's library cannot be used from %s, it is unpacked into %s: %s",
          directory, System.getProperty("java.io.tmpdir"), e.getMessage());
      RocksDB.loadLibrary();
    }
  }

  /** @return the folder that it is in, named by its content: replicas of another version have another one */
  static Path unpacked(Path directory) throws IOException {
    byte[] content = content(Environment.getJniLibraryFileName("rocksdb"));
    var crc = new CRC32();
    crc.update(content);
    Path folder = Files.createDirectories(
        directory.toAbsolutePath().resolve(".rocksdb-%08x".formatted(crc.getValue())));
    // The name that RocksDB looks for in a folder is not that in its jar.
    Path file = folder.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
    if (Files.notExists(file) || Files.size(file) != content.length) {
      Replace.file(file, content, MODE);
    }
    return folder;
  }

  private static byte[] content(String name) throws IOException {
    try (InputStream in = RocksDB.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) throw new FileNotFoundException(name + " is not in RocksDB's jar");
      return in.readAllBytes();
    }
  }
}
