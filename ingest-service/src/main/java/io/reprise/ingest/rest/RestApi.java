package io.reprise.ingest.rest;

import io.quarkus.arc.All;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** The whole API: every endpoint of every package in one table, and the handler that serves it. */
@ApplicationScoped
public class RestApi {
  /** What a request may take to come in, its body apart from what is long. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final EndpointTable table;
  private final Authenticator authenticator;
  private final RequestLog log;
  private final Delay delay;

  RestApi(
      Vertx vertx,
      SignIn authenticator,
      AccessLog log,
      Delay delay,
      @All List<EndpointGroup> groups) {
    this.vertx = vertx;
    this.authenticator = authenticator;
    this.log = log;
    this.delay = delay;
    var endpoints = new ArrayList<Endpoint>();
    groups.forEach(group -> endpoints.addAll(group.endpoints()));
    this.table = new EndpointTable(List.copyOf(endpoints));
  }

  /** Serves the requests of port 8007. */
  public Handler<HttpServerRequest> requestHandler() {
    return new HttpFront(
        vertx,
        table,
        authenticator,
        log,
        delay,
        Executors.newVirtualThreadPerTaskExecutor(),
        PATIENCE);
  }

  /** Watches over the connections of port 8007. */
  public Handler<HttpConnection> connectionHandler() {
    return new HeadDeadline(PATIENCE);
  }
}
