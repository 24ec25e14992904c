package io.reprise.cli.restore;

import java.io.IOException;

/** Something that a restore has made and that gets its metadata now: by descriptor, or by name where it cannot be opened. */
sealed interface MadeFile {
  /** Path below the target, for messages. */
  String shown();

  void owner(int uid, int gid) throws IOException;

  void mode(int permissions) throws IOException;

  void attribute(byte[] name, byte[] value) throws IOException;

  void modified(long seconds, long nanos) throws IOException;

  /** A file or directory. */
  record Opened(int fd, String shown) implements MadeFile {
    @Override
    public void owner(int uid, int gid) throws IOException {
      Posix.changeOwner(fd, uid, gid, shown);
    }

    @Override
    public void mode(int permissions) throws IOException {
      Posix.changeMode(fd, permissions, shown);
    }

    @Override
    public void attribute(byte[] name, byte[] value) throws IOException {
      Posix.setAttribute(fd, name, value, shown);
    }

    @Override
    public void modified(long seconds, long nanos) throws IOException {
      Posix.modified(fd, seconds, nanos, shown);
    }
  }

  /** A symbolic link, device, fifo or socket. */
  record Named(int directory, byte[] name, boolean symlink, String shown) implements MadeFile {
    @Override
    public void owner(int uid, int gid) throws IOException {
      Posix.changeOwner(directory, name, uid, gid, shown);
    }

    /** A symbolic link has no mode of its own. */
    @Override
    public void mode(int permissions) throws IOException {
      if (!symlink) Posix.changeMode(directory, name, permissions, shown);
    }

    @Override
    public void attribute(byte[] attribute, byte[] value) throws IOException {
      Posix.setAttribute(directory, name, attribute, value, shown);
    }

    @Override
    public void modified(long seconds, long nanos) throws IOException {
      Posix.modified(directory, name, seconds, nanos, shown);
    }
  }
}
