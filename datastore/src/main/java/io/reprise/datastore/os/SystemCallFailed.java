package io.reprise.datastore.os;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** A system call failed for a reason that {@code java.nio.file} has no exception for. */
public final class SystemCallFailed extends IOException {
  private final int errno;

  private SystemCallFailed(String call, Object object, int errno) {
    super(call + " " + object + ": " + Errno.describe(errno));
    this.errno = errno;
  }

  /** See {@link Errno}. */
  public int errno() {
    return errno;
  }

  /** True if the file system or the quota is full. */
  public boolean isFull() {
    return errno == Errno.ENOSPC || errno == Errno.EDQUOT;
  }

  /** The exception that {@link java.nio.file.Files} would throw for the errno where it has one, else this one. */
  static IOException of(String call, Object object, int errno) {
    return switch (errno) {
      case Errno.ENOENT -> new NoSuchFileException(object.toString());
      case Errno.EEXIST -> new FileAlreadyExistsException(object.toString());
      case Errno.ENOTDIR -> new NotDirectoryException(object.toString());
      case Errno.EACCES, Errno.EPERM ->
        new AccessDeniedException(object.toString(), null, call + ": " + Errno.describe(errno));
      default -> new SystemCallFailed(call, object, errno);
    };
  }
}
