package io.reprise.protocol.rest;

import java.io.IOException;

/** The server refused a request (protocol.md §1.4). The message is the server's own text. */
public final class RestFailure extends IOException {
  private static final long serialVersionUID = 1;
  private final int status;

  /** @param text body of the answer; a standard phrase takes its place when it is empty */
  public RestFailure(int status, String text) {
    super(text.isBlank() ? "server answered with status " + status : text.strip());
    this.status = status;
  }

  /** HTTP status: 400 for most, 401 login, 403 privilege, 404 not there. */
  public int status() {
    return status;
  }
}
