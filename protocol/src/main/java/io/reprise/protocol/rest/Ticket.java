package io.reprise.protocol.rest;

import io.reprise.datastore.AuthId;

/**
 * What a login gave (protocol.md §2.2): valid for two hours. The text form does not show it.
 *
 * @param id the user as the server writes it
 * @param csrfToken goes with the ticket in every request
 * @param epochSecond when it was received
 */
public record Ticket(AuthId id, String ticket, String csrfToken, long epochSecond) {
  @Override
  public String toString() {
    return "ticket of " + id;
  }
}
