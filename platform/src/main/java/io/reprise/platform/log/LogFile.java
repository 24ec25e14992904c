package io.reprise.platform.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A log of lines. Other processes may append too, and may set the file aside: then the next line begins a new one. */
public final class LogFile {
  private static final long ROTATE_BYTES = 33_554_431;
  private static final int FILES = 14;

  private final Path path;
  private final boolean rotates;
  private @Nullable FileChannel channel;
  private @Nullable Object identity;

  /** @param rotates whether this process sets the file aside when it has grown; beside a PBS that is the PBS's work */
  public LogFile(Path path, boolean rotates) {
    this.path = path;
    this.rotates = rotates;
  }

  /** Appends a line; control characters in it become blanks. */
  public synchronized void append(String line) throws IOException {
    FileChannel out = open();
    out.write(ByteBuffer.wrap(
        (line.replaceAll("\\p{Cntrl}", " ") + "\n").getBytes(StandardCharsets.UTF_8)));
    if (rotates && out.size() > ROTATE_BYTES) {
      close();
      var rotation = new Rotation(path);
      for (int last = rotation.shift(); last >= FILES; last--) {
        Files.deleteIfExists(rotation.numbered(last));
      }
    }
  }

  private FileChannel open() throws IOException {
    FileChannel current = channel;
    if (current != null && Objects.equals(identity, identityOnDisk())) return current;
    close();
    FileChannel opened = FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    channel = opened;
    identity = identityOnDisk();
    return opened;
  }

  private @Nullable Object identityOnDisk() throws IOException {
    try {
      return Files.readAttributes(path, "fileKey").get("fileKey");
    } catch (NoSuchFileException setAside) {
      return null;
    }
  }

  private void close() throws IOException {
    FileChannel current = channel;
    channel = null;
    if (current != null) current.close();
  }
}
