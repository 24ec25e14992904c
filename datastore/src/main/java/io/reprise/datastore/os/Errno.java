package io.reprise.datastore.os;

/** Error numbers of Linux that are told apart; the same on x86_64 and aarch64. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ENOLCK = 37;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int EOPNOTSUPP = 95;
  public static final int ESTALE = 116;
  public static final int EDQUOT = 122;

  private Errno() {}

  /** The name with its meaning, e.g. {@code ENOSPC, no space left}. */
  public static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM, not permitted";
      case ENOENT -> "ENOENT, no such file or directory";
      case EINTR -> "EINTR, interrupted";
      case EIO -> "EIO, the device or file server reports an error";
      case ENXIO -> "ENXIO, no such device or address";
      case EBADF -> "EBADF, descriptor closed or opened for the wrong access";
      case EAGAIN -> "EAGAIN, busy";
      case EACCES -> "EACCES, access denied";
      case EBUSY -> "EBUSY, in use";
      case EEXIST -> "EEXIST, exists already";
      case EXDEV -> "EXDEV, not on the same file system";
      case ENOTDIR -> "ENOTDIR, not a directory";
      case EISDIR -> "EISDIR, is a directory";
      case EINVAL -> "EINVAL, not supported by this file system or kernel";
      case ENFILE -> "ENFILE, the system has too many open files";
      case EMFILE -> "EMFILE, this process has too many open files";
      case EFBIG -> "EFBIG, file too large";
      case ENOSPC -> "ENOSPC, no space left";
      case EROFS -> "EROFS, file system is read-only";
      case ENOLCK -> "ENOLCK, no locks available (is the NFS lock service running?)";
      case ENOSYS -> "ENOSYS, not known to this kernel";
      case ENOTEMPTY -> "ENOTEMPTY, directory not empty";
      case ELOOP -> "ELOOP, a symbolic link where none may be";
      case EOPNOTSUPP -> "EOPNOTSUPP, not supported by this file system";
      case ESTALE -> "ESTALE, the file server no longer knows this file";
      case EDQUOT -> "EDQUOT, quota exceeded";
      default -> "errno " + errno;
    };
  }
}
