package io.reprise.cli.restore;

import io.reprise.datastore.os.Errno;
import java.io.IOException;

/** A system call on something that is being restored failed. */
final class CallFailed extends IOException {
  private static final long serialVersionUID = 1;
  private final int errno;

  CallFailed(String call, String object, int errno) {
    super(call + " " + object + ": " + Errno.describe(errno));
    this.errno = errno;
  }

  int errno() {
    return errno;
  }
}
