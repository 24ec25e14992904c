package io.reprise.ingest;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.ingest.rest.RestApi;
import io.reprise.ingest.tls.ServerCertificate;
import io.reprise.platform.ServiceDirectories;
import io.reprise.service.ReadyFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Port 8007 (protocol.md §1.1): TLS without ALPN, HTTP/1.1. Opened by Vert.x itself and not by Quarkus's own server,
 * because the certificate may have to be made first and is exchanged while the service runs.
 */
@ApplicationScoped
public class Server {
  private static final Logger LOG = Logger.getLogger(Server.class);
  private static final int IDLE_SECONDS = 300;
  private static final long RELOAD_MILLIS = 60_000;

  private final IngestConfig settings;
  private final Directories directories;
  private final Vertx vertx;
  private final RestApi api;
  private final ReadyFile ready;
  private @Nullable HttpServer http;
  private int port;
  private String certificateState = "";

  Server(IngestConfig settings, Directories directories, Vertx vertx, RestApi api) {
    this.settings = settings;
    this.directories = directories;
    this.vertx = vertx;
    this.api = api;
    ready = new ReadyFile(directories.run().resolve("ingest.port"));
  }

  void start(@Observes StartupEvent event) throws IOException {
    ServerCertificate certificate =
        ServerCertificate.loadOrMake(directories.config(), ServiceDirectories.hostName());
    certificateState = ServerCertificate.state(directories.config());
    HttpServer server = vertx
        .createHttpServer(options(certificate))
        .connectionHandler(api.connectionHandler())
        .requestHandler(api.requestHandler());
    http = server;
    port = done(server.listen(settings.port(), settings.listen())).actualPort();
    ready.write(Integer.toString(port));
    vertx.setPeriodic(RELOAD_MILLIS, timer -> Thread.ofVirtual().start(this::reloadCertificate));
    LOG.infof("listening on %s port %d, TLS by %s", settings.listen(), port, engine());
    LOG.infof(
        "certificate fingerprint%s: %s",
        certificate.made() ? " (made now)" : "", certificate.fingerprint());
  }

  void stop(@Observes ShutdownEvent event) throws IOException {
    ready.delete();
    if (http != null) done(http.close());
  }

  /** The port that is open; the one asked for, or the free one that was taken instead of 0. */
  public int port() {
    return port;
  }

  private static HttpServerOptions options(ServerCertificate certificate) {
    return new HttpServerOptions()
        .setSsl(true)
        .setUseAlpn(false)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
        .setKeyCertOptions(pem(certificate))
        .setSslEngineOptions(
            OpenSSLEngineOptions.isAvailable()
                ? new OpenSSLEngineOptions()
                : new JdkSSLEngineOptions())
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxInitialLineLength(16_384) // longer than the API's limit, so that it can say 414
        .setHandle100ContinueAutomatically(true)
        .setCompressionSupported(false);
  }

  private static PemKeyCertOptions pem(ServerCertificate certificate) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(certificate.chain()))
        .setKeyValue(Buffer.buffer(certificate.key()));
  }

  /** New connections get a certificate that was put in place of the old one; a broken one is only reported. */
  private void reloadCertificate() {
    HttpServer server = http;
    if (server == null) return;
    try {
      String state = ServerCertificate.state(directories.config());
      if (state.equals(certificateState)) return;
      certificateState = state;
      ServerCertificate certificate =
          ServerCertificate.loadOrMake(directories.config(), ServiceDirectories.hostName());
      done(server.updateSSLOptions(options(certificate).getSslOptions()));
      LOG.infof("certificate fingerprint (new file): %s", certificate.fingerprint());
    } catch (IOException e) {
      LOG.errorf("the new certificate is not used: %s", e.getMessage());
    }
  }

  private static String engine() {
    return OpenSSLEngineOptions.isAvailable() ? "OpenSSL" : "the JDK";
  }

  private static <T> T done(Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), cause);
    }
  }
}
