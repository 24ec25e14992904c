package io.reprise.protocol.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.reprise.protocol.connect.ConnectionLost;
import io.reprise.protocol.connect.Connector;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of one server for one login (protocol.md §1, §2.2, §2.3). Paths are below {@code /api2/json} without a
 * leading slash, e.g. {@code admin/datastore/s1/groups}; {@link #path} encodes components. Blocking, for any thread; logs in
 * at the first request and renews the ticket every 15 minutes until closed.
 *
 * <p>All calls throw {@link RestFailure} when the server refuses, {@link ConnectionLost} when it cannot be reached or goes
 * away, and {@link IOException} when its answer makes no sense.
 */
public final class RestClient implements AutoCloseable {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";
  private static final String BYTES = "application/octet-stream";
  public static final String AGENT = "reprise/0.1";
  private static final long ANSWER_SECONDS = 120;
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long MAX_ANSWER_BYTES = 64L << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Connector connector;
  private final Login login;
  private final AtomicReference<@Nullable HttpConnection> idle = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * @param credentials null: requests go out without a login (GET /ping only)
   * @param onTicket told every ticket received, at login and at each renewal, e.g. to cache it
   */
  public RestClient(
      Connector connector, @Nullable Credentials credentials, Consumer<Ticket> onTicket) {
    this.connector = connector;
    this.login = new Login(credentials, onTicket, this::requestTicket);
  }

  /** Joins path components, each percent-encoded. */
  public static String path(String... components) {
    var path = new StringJoiner("/");
    for (String component : components) {
      path.add(URLEncoder.encode(component, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    return path.toString();
  }

  /** A fixed path, and below it components as by {@link #path}. */
  public static String below(String fixed, String... components) {
    return components.length == 0 ? fixed : fixed + "/" + path(components);
  }

  /**
   * Logs in now instead of at the first request.
   *
   * @return null for API tokens, which need no login
   */
  public @Nullable Ticket login() throws IOException {
    return login.ticket();
  }

  /** @return the member {@code data} of the answer; a JSON null if there is none */
  public JsonNode get(String path, Parameters parameters) throws IOException {
    return data(call("GET", path, parameters));
  }

  public JsonNode post(String path, Parameters parameters) throws IOException {
    return data(call("POST", path, parameters));
  }

  public JsonNode put(String path, Parameters parameters) throws IOException {
    return data(call("PUT", path, parameters));
  }

  public JsonNode delete(String path, Parameters parameters) throws IOException {
    return data(call("DELETE", path, parameters));
  }

  /** The whole answer, for attributes beside {@code data}: {@code digest}, {@code total}, {@code active} (protocol.md §1.3). */
  public ObjectNode call(String method, String path, Parameters parameters) throws IOException {
    return envelope(request(method, path, parameters, true));
  }

  /**
   * As {@link #call}, with the parameters of a POST as a form too: there the server finds out whether {@code 1} is a
   * number, a flag or a text.
   */
  public ObjectNode form(String method, String path, Parameters parameters) throws IOException {
    if (!method.equals("POST")) return call(method, path, parameters);
    byte[] form = parameters.query().getBytes(StandardCharsets.UTF_8);
    return envelope(exchange(prepared(method, path, "", FORM, Unpooled.wrappedBuffer(form), true)));
  }

  /** GET of a list of any length: each element of {@code data} is given away as soon as it is there. */
  public void forEach(String path, Parameters parameters, Consumer<JsonNode> element)
      throws IOException {
    try (var body = request("GET", path, parameters, true);
        JsonParser in = MAPPER.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) throw notJson(null);
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean list = in.currentName().equals("data");
        if (in.nextToken() == JsonToken.START_ARRAY && list) {
          while (in.nextToken() != JsonToken.END_ARRAY) element.accept(in.readValueAsTree());
        } else {
          in.skipChildren();
        }
      }
      while (body.read() >= 0) {} // blanks behind the object; then the connection can be used again
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  /** POST of raw bytes with the parameters in the query, e.g. {@code upload-backup-log}. */
  public JsonNode upload(String path, Parameters parameters, ByteBuffer body) throws IOException {
    return data(envelope(exchange(
        prepared("POST", path, parameters.query(), BYTES, Unpooled.wrappedBuffer(body), true))));
  }

  /** GET of raw bytes, e.g. {@code download}; reading waits at most 120 s for the next bytes. Close it. */
  public InputStream download(String path, Parameters parameters) throws IOException {
    return request("GET", path, parameters, true);
  }

  /**
   * Asks to change the protocol on a connection of its own (protocol.md §3.1).
   *
   * @param next speaks the new protocol on the connection from its first byte
   * @return the connection, independent of this client
   */
  public Channel upgrade(String path, Parameters parameters, String protocol, ChannelHandler next)
      throws IOException {
    var request = prepared("GET", path, parameters.query(), FORM, Unpooled.EMPTY_BUFFER, true);
    request.headers().set(HttpHeaderNames.CONNECTION, "upgrade");
    request.headers().set(HttpHeaderNames.UPGRADE, protocol);
    var connection = HttpConnection.on(connector.connect(), c -> c.channel().close());
    try (var body = await(connection, request, next).body()) {
      if (connection.channel().isActive() && body.read() < 0) return connection.channel();
    }
    throw new IOException("the server answers an upgrade to " + protocol + " without switching");
  }

  /** Ends renewal and open connections; upgraded sessions go on. */
  @Override
  public void close() {
    closed = true;
    login.close();
    var connection = idle.getAndSet(null);
    if (connection != null) connection.channel().close();
  }

  private Ticket requestTicket(Credentials.Password credentials) throws IOException {
    var parameters = Parameters.of("username", credentials.id().toString())
        .with("password", credentials.password());
    JsonNode data = data(envelope(request("POST", "access/ticket", parameters, false)));
    return Ticket.of(data);
  }

  /** The body of a successful answer. POST sends its parameters as JSON, all others in the query (protocol.md §1.5). */
  private InputStream request(String method, String path, Parameters parameters, boolean authorized)
      throws IOException {
    if (method.equals("POST") && !parameters.isEmpty()) {
      byte[] json = MAPPER.writeValueAsBytes(parameters.json());
      return exchange(prepared(method, path, "", JSON, Unpooled.wrappedBuffer(json), authorized));
    }
    return exchange(
        prepared(method, path, parameters.query(), FORM, Unpooled.EMPTY_BUFFER, authorized));
  }

  private FullHttpRequest prepared(
      String method,
      String path,
      String query,
      String contentType,
      ByteBuf body,
      boolean authorized)
      throws IOException {
    String uri = "/api2/json/" + path + (query.isEmpty() ? "" : "?" + query);
    var request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), uri, body);
    var headers = request.headers();
    headers.set(HttpHeaderNames.HOST, connector.server().toString());
    headers.set(HttpHeaderNames.USER_AGENT, AGENT);
    headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
    if (body.isReadable() || method.equals("POST")) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    if (authorized) login.authorize(headers);
    return request;
  }

  /** Uses the idle connection if it is fresh. */
  private InputStream exchange(FullHttpRequest request) throws IOException {
    if (closed) throw new IOException("this client is closed");
    var connection = idle.getAndSet(null);
    if (connection == null || !connection.isFresh(MAX_IDLE_NANOS)) {
      if (connection != null) connection.channel().close();
      connection = HttpConnection.on(connector.connect(), this::keep);
    }
    return await(connection, request, null).body();
  }

  private void keep(HttpConnection connection) {
    var other = idle.getAndSet(connection);
    if (other != null) other.channel().close();
    if (closed) close();
  }

  /** @throws RestFailure if the answer is neither 200 nor 101 */
  private static HttpConnection.Answer await(
      HttpConnection connection, FullHttpRequest request, @Nullable ChannelHandler next)
      throws IOException {
    try {
      var answer = connection.send(request, next).get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (answer.status() == 200 || answer.status() == 101) return answer;
      try (var body = answer.body()) {
        throw failure(answer.status(), body);
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new ConnectionLost(cause == null ? "no answer" : cause.getMessage(), cause);
    } catch (TimeoutException e) {
      connection.channel().close();
      throw new ConnectionLost("the server did not answer within " + ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      connection.channel().close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer");
    }
  }

  private static RestFailure failure(int status, InputStream body) throws IOException {
    byte[] text = body.readNBytes(65_536);
    return new RestFailure(status, new String(text, StandardCharsets.UTF_8));
  }

  private static ObjectNode envelope(InputStream body) throws IOException {
    try (body) {
      byte[] text = body.readNBytes((int) MAX_ANSWER_BYTES);
      if (body.read() >= 0) {
        throw new IOException(
            "answer longer than " + MAX_ANSWER_BYTES + " bytes: ask for less at a time");
      }
      return MAPPER.readTree(text) instanceof ObjectNode object ? object : throwNotJson();
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  private static JsonNode data(ObjectNode envelope) {
    JsonNode data = envelope.path("data");
    return data instanceof MissingNode ? NullNode.instance : data;
  }

  private static ObjectNode throwNotJson() throws IOException {
    throw notJson(null);
  }

  private static IOException notJson(@Nullable Throwable cause) {
    return new IOException(
        "the answer is no JSON object: is this a backup server? Check host and port", cause);
  }
}
