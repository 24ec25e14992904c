package io.reprise.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Tells whoever started a service that it serves: one line, there as a whole or not at all. */
public record ReadyFile(Path file) {
  public void write(String line) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporary, line + "\n");
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
