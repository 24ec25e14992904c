package io.reprise.protocol.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.protocol.connect.Connector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of one server for one login (protocol.md §1, §2.2, §2.3). Paths are below {@code /api2/json} without a
 * leading slash, e.g. {@code admin/datastore/s1/groups}; {@link #path} encodes components. Blocking, for any thread; logs in
 * at the first request and renews the ticket every 15 minutes until closed.
 *
 * <p>All calls throw {@link RestFailure} when the server refuses, {@link io.reprise.protocol.connect.ConnectionLost} when it
 * cannot be reached or goes away, and {@link IOException} when its answer makes no sense.
 */
public final class RestClient implements AutoCloseable {
  /**
   * @param credentials null: requests go out without a login (GET /ping only)
   * @param onTicket told every ticket received, at login and at each renewal, e.g. to cache it
   */
  public RestClient(
      Connector connector, @Nullable Credentials credentials, Consumer<Ticket> onTicket) {}

  /** Joins path components, each percent-encoded. */
  public static String path(String... components) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Logs in now instead of at the first request.
   *
   * @return null for API tokens, which need no login
   */
  public @Nullable Ticket login() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** @return the member {@code data} of the answer; a JSON null if there is none */
  public JsonNode get(String path, Parameters parameters) throws IOException {
    return call("GET", path, parameters).path("data");
  }

  public JsonNode post(String path, Parameters parameters) throws IOException {
    return call("POST", path, parameters).path("data");
  }

  public JsonNode put(String path, Parameters parameters) throws IOException {
    return call("PUT", path, parameters).path("data");
  }

  public JsonNode delete(String path, Parameters parameters) throws IOException {
    return call("DELETE", path, parameters).path("data");
  }

  /** The whole answer, for attributes beside {@code data}: {@code digest}, {@code total}, {@code active} (protocol.md §1.3). */
  public ObjectNode call(String method, String path, Parameters parameters) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** GET of a list of any length: each element of {@code data} is given away as soon as it is there. */
  public void forEach(String path, Parameters parameters, Consumer<JsonNode> element)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** POST of raw bytes with the parameters in the query, e.g. {@code upload-backup-log}. */
  public JsonNode upload(String path, Parameters parameters, ByteBuffer body) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** GET of raw bytes, e.g. {@code download}; reading waits at most 120 s for the next bytes. Close it. */
  public InputStream download(String path, Parameters parameters) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Ends renewal and open connections; upgraded sessions go on. */
  @Override
  public void close() {}
}
