package io.reprise.ingest.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.ingest.rest.Endpoint.Method;
import io.reprise.ingest.rest.EndpointTable.Match;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes every request of port 8007 (protocol.md §1): finds its endpoint, the caller and the parameters, lets the endpoint
 * work, and puts the answer into its envelope. Each request has a virtual thread; event loops never block.
 */
final class HttpFront implements Handler<HttpServerRequest> {
  private static final Logger LOG = Logger.getLogger(HttpFront.class);

  private final Vertx vertx;
  private final EndpointTable table;
  private final Authenticator authenticator;
  private final RequestLog log;
  private final Delay delay;
  private final byte[] openApi;
  private final Executor threads;
  private final Duration patience;

  HttpFront(
      Vertx vertx,
      EndpointTable table,
      Authenticator authenticator,
      RequestLog log,
      Delay delay,
      Executor threads,
      Duration patience) {
    this.vertx = vertx;
    this.table = table;
    this.authenticator = authenticator;
    this.log = log;
    this.delay = delay;
    this.threads = threads;
    this.patience = patience;
    this.openApi = OpenApi.describe(table.endpoints());
  }

  @Override
  public void handle(HttpServerRequest request) {
    long start = System.nanoTime();
    request.pause();
    request.exceptionHandler(ignored -> {}); // told by the write that fails
    var exchange = new Exchange(request, Vertx.currentContext(), start);
    threads.execute(exchange::serve);
  }

  /** One request on its way to an answer. */
  private final class Exchange {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final BodyReader body;
    private final long start;
    private final @Nullable Peer peer;
    private @Nullable AuthId who;
    private Envelope asked = Envelope.JSON;
    private Envelope envelope = Envelope.JSON; // what was asked for once the caller is let in

    Exchange(HttpServerRequest request, Context context, long start) {
      this.request = request;
      this.response = request.response();
      this.context = context;
      this.body = new BodyReader(vertx, context, request, patience);
      this.start = start;
      this.peer = Peer.of(request.remoteAddress());
    }

    void serve() {
      try {
        send(answer());
      } catch (ResponseStream.ClientGone e) {
        LOG.debugf("%s %s: %s", request.method(), request.path(), e.getMessage());
        request.connection().close();
      } catch (ApiError e) {
        fail(e);
      } catch (InvalidName | IOException e) {
        LOG.debugf(e, "%s %s failed", request.method(), request.path());
        fail(ApiError.badRequest(String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s %s failed", request.method(), request.path());
        fail(new ApiError(500, "internal error: the log of the server says more"));
      } finally {
        log.request(
            peer,
            who,
            request.method().name(),
            request.uri(),
            response.getStatusCode(),
            response.bytesWritten(),
            request.getHeader("user-agent"));
        if (!request.isEnded()) body.drop();
      }
    }

    private Answer answer() throws IOException {
      RequestPath path = RequestPath.parse(request.uri());
      List<String> components = path.components();
      if (components.isEmpty() || !components.getFirst().equals("api2")) {
        return outside(components);
      }
      asked = switch (components.size() < 2 ? "" : components.get(1)) {
        case "json" -> Envelope.JSON;
        case "extjs" -> Envelope.EXTJS;
        default -> throw ApiError.badRequest("unknown formatter: use /api2/json or /api2/extjs");
      };
      Method method = method();
      return switch (table.match(method, components.subList(2, components.size()))) {
        case Match.Found(Endpoint endpoint, Map<String, String> variables) ->
          call(endpoint, variables, path.query());
        case Match.Directory(List<String> names) -> {
          authenticate(false);
          yield directory(names);
        }
        case Match.Nothing ignored -> {
          authenticate(method != Method.GET);
          throw new ApiError(
              404, "no such call: " + request.method() + " /" + String.join("/", components));
        }
      };
    }

    private Answer outside(List<String> components) {
      if (method() != Method.GET) throw ApiError.badRequest("only GET is possible outside /api2");
      if (components.equals(List.of("openapi.json"))) {
        return new Answer.Content(
            Envelope.CONTENT_TYPE, openApi.length, null, out -> out.write(openApi));
      }
      throw new ApiError(404, "there is nothing here: the API is below /api2/json");
    }

    private Answer call(Endpoint endpoint, Map<String, String> variables, @Nullable String query)
        throws IOException {
      Caller caller;
      if (endpoint.rule() == Rule.WORLD) {
        caller = new Nobody();
        envelope = asked;
      } else {
        caller = authenticate(endpoint.method() != Method.GET);
      }
      if (!endpoint.rule().check().allows(caller, variables)) {
        delay.until(Delay.FORBIDDEN, start);
        throw new ApiError(
            403, "permission check failed: needs " + endpoint.rule().text());
      }
      byte[] bytes = new byte[0];
      if (endpoint.rawBytes() != 0) {
        bytes = body.read(endpoint.rawBytes() < 0 ? Parameters.BODY_LIMIT : endpoint.rawBytes());
      }
      Parameters parameters = endpoint.rawBytes() < 0
          ? Parameters.ofRequest(
              endpoint.params(), variables, query, request.getHeader("content-type"), bytes)
          : Parameters.ofQuery(endpoint.params(), variables, query);
      return endpoint
          .handler()
          .handle(new Call(caller, parameters, bytes, request::getHeader, peer));
    }

    private Caller authenticate(boolean changes) throws IOException {
      Caller caller = authenticator.authenticate(
          peer,
          request.getHeader("cookie"),
          request.getHeader("csrfpreventiontoken"),
          request.getHeader("authorization"),
          changes);
      who = caller.id();
      envelope = asked;
      return caller;
    }

    private @Nullable Method method() {
      return switch (request.method().name()) {
        case "GET" -> Method.GET;
        case "POST" -> Method.POST;
        case "PUT" -> Method.PUT;
        case "DELETE" -> Method.DELETE;
        default -> null;
      };
    }

    private void send(Answer answer) throws IOException {
      switch (answer) {
        case Answer.Json json -> {
          response.putHeader("content-type", Envelope.CONTENT_TYPE);
          var out = new ResponseStream(response);
          envelope.write(json, out);
          out.close();
        }
        case Answer.Rows rows -> {
          response.putHeader("content-type", Envelope.CONTENT_TYPE);
          var out = new ResponseStream(response);
          envelope.write(rows, out);
          out.close();
        }
        case Answer.Content content -> {
          response.putHeader("content-type", content.type());
          if (content.size() >= 0) {
            response.putHeader("content-length", Long.toString(content.size()));
          }
          if (content.fileName() != null) {
            response.putHeader(
                "content-disposition", "attachment; filename=\"" + content.fileName() + "\"");
          }
          var out = new ResponseStream(response);
          content.body().writeTo(out);
          out.close();
        }
        case Answer.Upgrade upgrade -> upgrade(upgrade);
      }
    }

    private void upgrade(Answer.Upgrade upgrade) {
      context.runOnContext(ignored -> {
        var channel =
            ((ConnectionBase) request.connection()).channelHandlerContext().channel();
        if (channel.isActive()) {
          request.resume();
          upgrade.session().takeOver(channel);
        } else {
          threads.execute(upgrade.session()::abandon);
        }
      });
    }

    /** Answers with the error, or breaks the connection if half of a good answer is out already. */
    private void fail(ApiError error) {
      if (error.status() == 401) delay.until(Delay.UNAUTHORIZED, start);
      if (response.headWritten()) {
        LOG.warnf("%s %s broke off: %s", request.method(), request.path(), error.getMessage());
        request.connection().close();
        return;
      }
      response.headers().clear();
      response
          .setStatusCode(envelope.statusLine(error))
          .putHeader(
              "content-type",
              envelope == Envelope.EXTJS ? Envelope.CONTENT_TYPE : "text/plain;charset=UTF-8")
          .end(Buffer.buffer(envelope.body(error)));
    }
  }

  private static Answer directory(List<String> names) {
    ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    names.forEach(name -> entries.addObject().put("subdir", name));
    return Answer.of(entries);
  }
}
