package io.reprise.protocol.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.datastore.AuthId;
import java.io.IOException;

/**
 * What a login gave (protocol.md §2.2): valid for two hours. The text form does not show it.
 *
 * @param id the user as the server writes it
 * @param csrfToken goes with the ticket in every request
 * @param epochSecond when it was received
 */
public record Ticket(AuthId id, String ticket, String csrfToken, long epochSecond) {
  /** Reads the answer to a login. */
  static Ticket of(JsonNode data) throws IOException {
    String ticket = data.path("ticket").asText();
    String csrf = data.path("CSRFPreventionToken").asText();
    if (ticket.isEmpty() || csrf.isEmpty()) {
      throw new IOException("the answer to the login holds no ticket: is this a backup server?");
    }
    if (ticket.startsWith("PBS:!tfa!")) {
      throw new IOException(
          "the server asks for a second factor, which cannot be given here: use an API token");
    }
    return new Ticket(
        AuthId.parse(data.path("username").asText()),
        ticket,
        csrf,
        System.currentTimeMillis() / 1000);
  }

  @Override
  public String toString() {
    return "ticket of " + id;
  }
}
