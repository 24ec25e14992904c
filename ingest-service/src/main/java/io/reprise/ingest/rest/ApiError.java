package io.reprise.ingest.rest;

import java.util.Map;

/** An answer that is an error: status and a sentence for the client (protocol.md §1.4). An expected outcome, so without a stack trace. */
public final class ApiError extends RuntimeException {
  private final int status;
  private final Map<String, String> fields;

  public ApiError(int status, String message) {
    this(status, message, Map.of());
  }

  private ApiError(int status, String message, Map<String, String> fields) {
    super(message, null, false, false);
    this.status = status;
    this.fields = Map.copyOf(fields);
  }

  /** 400: the code of every error that has none of its own. */
  public static ApiError badRequest(String message) {
    return new ApiError(400, message);
  }

  /** 400 that names parameters. @param fields what is wrong with each */
  public static ApiError parameters(Map<String, String> fields) {
    var text = new StringBuilder("parameter verification failed:");
    fields.forEach(
        (name, wrong) -> text.append("\n'").append(name).append("': ").append(wrong));
    return new ApiError(400, text.toString(), fields);
  }

  /** HTTP status, 400 and above. */
  public int status() {
    return status;
  }

  /** Per parameter what is wrong with it; empty for errors that are not about parameters. */
  public Map<String, String> fields() {
    return fields;
  }
}
