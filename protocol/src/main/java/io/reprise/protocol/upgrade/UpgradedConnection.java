package io.reprise.protocol.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.reprise.protocol.connect.ConnectionLost;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An upgraded connection: requests in parallel over HTTP/2 (protocol.md §3.1, §3.2), from any thread. Endpoints are named
 * without leading slash. The server may refuse single requests ({@link RestFailure}); when the connection goes, all
 * requests under way fail with {@link ConnectionLost}, and so does every later one.
 */
public final class UpgradedConnection implements AutoCloseable {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";
  private static final String BYTES = "application/octet-stream";
  private static final int MAX_JSON_BYTES = 1 << 20;
  private static final int MAX_UPLOADING_BYTES = 64 << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Channel channel;
  private final Http2Client http2;
  private final Semaphore uploading = new Semaphore(MAX_UPLOADING_BYTES, true);

  private UpgradedConnection(Channel channel, Http2Client http2) {
    this.channel = channel;
    this.http2 = http2;
  }

  /** @param protocol value of the {@code Upgrade} header */
  public static UpgradedConnection open(
      RestClient rest, String path, Parameters parameters, String protocol) throws IOException {
    var http2 = Http2Client.create();
    return new UpgradedConnection(rest.upgrade(path, parameters, protocol, http2), http2);
  }

  /** A call with its parameters in the query; gives the member {@code data} of the answer. */
  public CompletableFuture<JsonNode> call(String method, String endpoint, Parameters parameters) {
    return json(send(head(method, endpoint, parameters, FORM), null, MAX_JSON_BYTES));
  }

  /** PUT with the parameters as a JSON body. */
  public CompletableFuture<JsonNode> put(String endpoint, Parameters parameters) {
    byte[] body = parameters.json().toString().getBytes(StandardCharsets.UTF_8);
    ByteBuf copy = channel.alloc().buffer(body.length).writeBytes(body);
    return json(send(head("PUT", endpoint, Parameters.none(), JSON), copy, MAX_JSON_BYTES));
  }

  /**
   * POST of raw bytes with the parameters in the query. Waits while 64 MiB are on their way; then the bytes are copied and
   * the buffer may be used again.
   */
  public CompletableFuture<JsonNode> upload(
      String endpoint, Parameters parameters, ByteBuffer bytes) throws IOException {
    int permits = Math.min(bytes.remaining(), MAX_UPLOADING_BYTES);
    try {
      uploading.acquire(permits);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to upload");
    }
    ByteBuf copy = channel.alloc().directBuffer(bytes.remaining()).writeBytes(bytes.duplicate());
    var answer = json(send(head("POST", endpoint, parameters, BYTES), copy, MAX_JSON_BYTES));
    return answer.whenComplete((data, failure) -> uploading.release(permits));
  }

  /**
   * GET of a body of bounded size.
   *
   * @return the body in one buffer, to be released; it completes on the event loop, where nothing may wait or compute long
   */
  public CompletableFuture<ByteBuf> fetch(String endpoint, Parameters parameters, int maxBytes) {
    return send(head("GET", endpoint, parameters, FORM), null, maxBytes);
  }

  /** GET of a body of any size; returns when the server has agreed. Close the stream. */
  public InputStream download(String endpoint, Parameters parameters) throws IOException {
    var stream = new AtomicInteger();
    var answer = new StreamedAnswer(
        bytes -> channel.eventLoop().execute(() -> http2.giveBack(stream.get(), bytes)),
        () -> channel.eventLoop().execute(() -> http2.cancel(stream.get())));
    var head = head("GET", endpoint, parameters, FORM);
    channel.eventLoop().execute(() -> stream.set(http2.send(head, null, answer)));
    int status = await(answer.status());
    if (status == 200) return answer.body();
    try (var body = answer.body()) {
      throw new RestFailure(status, new String(body.readNBytes(65_536), StandardCharsets.UTF_8));
    }
  }

  /** Waits for an answer; failures come out as what they are. */
  public static <T> T await(Future<T> answer) throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      while (cause instanceof CompletionException && cause.getCause() != null)
        cause = cause.getCause();
      if (cause instanceof IOException failure) throw failure;
      throw new IOException(cause == null ? e.getMessage() : cause.getMessage(), cause);
    }
  }

  public boolean isOpen() {
    return channel.isActive();
  }

  /** Ends the connection; requests under way fail. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private CompletableFuture<ByteBuf> send(Http2Headers head, @Nullable ByteBuf body, int maxBytes) {
    var answer = new WholeAnswer(channel.alloc(), maxBytes);
    channel.eventLoop().execute(() -> http2.send(head, body, answer));
    return answer.result();
  }

  private static Http2Headers head(
      String method, String endpoint, Parameters parameters, String contentType) {
    String query = parameters.query();
    return new DefaultHttp2Headers()
        .method(method)
        .scheme("https")
        .authority("localhost:8007")
        .path("/" + endpoint + (query.isEmpty() ? "" : "?" + query))
        .add("user-agent", RestClient.AGENT)
        .add("content-type", contentType);
  }

  private static CompletableFuture<JsonNode> json(CompletableFuture<ByteBuf> answer) {
    return answer.thenApply(body -> {
      try (var in = new ByteBufInputStream(body, true)) {
        JsonNode data = MAPPER.readTree((InputStream) in).path("data");
        return data.isMissingNode() ? NullNode.instance : data;
      } catch (IOException e) {
        throw new CompletionException(new IOException("the server's answer is no JSON", e));
      }
    });
  }
}
