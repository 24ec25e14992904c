package io.reprise.platform.log;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file and its predecessors: {@code log}, {@code log.1}, {@code log.2.zst}, … (config.md §7.5). */
public final class Rotation {
  private final Path file;

  public Rotation(Path file) {
    this.file = file;
  }

  /** @param number 0 for the file itself, 1 for the newest that was set aside */
  public Path numbered(int number) {
    String suffix = number == 0 ? "" : number == 1 ? ".1" : "." + number + ".zst";
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /**
   * Makes each file one older; after that there is no file number 0.
   *
   * @return number of the oldest
   */
  public int shift() throws IOException {
    int last = 0;
    while (Files.exists(numbered(last + 1))) last++;
    for (int number = last; number >= 0; number--) shift(number);
    return last + 1;
  }

  private void shift(int number) throws IOException {
    Path from = numbered(number);
    Path to = numbered(number + 1);
    if (number != 1) {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".2.tmp");
    try (var out = new ZstdOutputStream(Files.newOutputStream(temporary))) {
      Files.copy(from, out);
    }
    Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(from);
  }
}
