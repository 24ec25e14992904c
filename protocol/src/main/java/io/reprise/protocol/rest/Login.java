package io.reprise.protocol.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Proves to the server who calls: a token with every request, or a ticket that is kept young (protocol.md §2.2, §2.3). */
final class Login implements AutoCloseable {
  private static final long RENEWAL_MINUTES = 15;

  /** Asks the server for a ticket. */
  @FunctionalInterface
  interface TicketRequest {
    Ticket send(Credentials.Password credentials) throws IOException;
  }

  private final @Nullable Credentials credentials;
  private final Consumer<Ticket> onTicket;
  private final TicketRequest request;
  private @Nullable Ticket ticket;
  private @Nullable ScheduledExecutorService renewal;

  Login(@Nullable Credentials credentials, Consumer<Ticket> onTicket, TicketRequest request) {
    this.credentials = credentials;
    this.onTicket = onTicket;
    this.request = request;
  }

  /** The ticket in use, fetched if there is none; null if none is needed. */
  synchronized @Nullable Ticket ticket() throws IOException {
    if (ticket == null && credentials instanceof Credentials.Password password) {
      ticket = request.send(password);
      onTicket.accept(ticket);
      renewal = Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("ticket-renewal").factory());
      var unused = renewal.scheduleWithFixedDelay(
          this::renew, RENEWAL_MINUTES, RENEWAL_MINUTES, TimeUnit.MINUTES);
    }
    return ticket;
  }

  /** A ticket serves as the password for the next one. Failing is no harm while it is valid: the next try may succeed. */
  private void renew() {
    try {
      Ticket old = ticket();
      if (old == null) return;
      Ticket young = request.send(new Credentials.Password(old.id(), old.ticket()));
      synchronized (this) {
        ticket = young;
      }
      onTicket.accept(young);
    } catch (IOException e) {
      // Valid for two hours: seven more attempts.
    }
  }

  void authorize(HttpHeaders headers) throws IOException {
    if (credentials instanceof Credentials.Token token) {
      headers.set(
          HttpHeaderNames.AUTHORIZATION,
          "PBSAPIToken=" + token.id() + ":" + encoded(token.secret()));
      return;
    }
    Ticket current = ticket();
    if (current == null) return;
    headers.set(HttpHeaderNames.COOKIE, "PBSAuthCookie=" + encoded(current.ticket()));
    headers.set("CSRFPreventionToken", current.csrfToken());
  }

  /** Percent-encodes what would break a header or a cookie; servers decode. */
  private static String encoded(String secret) {
    var text = new StringBuilder();
    for (byte b : secret.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b > ' ' && b < 0x7f && "\"#<>`?{}%;,".indexOf(b) < 0;
      if (plain) text.append((char) b);
      else text.append(String.format("%%%02X", b));
    }
    return text.toString();
  }

  @Override
  public synchronized void close() {
    if (renewal != null) renewal.shutdownNow();
  }
}
