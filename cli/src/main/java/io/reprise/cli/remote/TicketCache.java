package io.reprise.cli.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.output.JsonText;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tickets of logins, in the file that PBS's client uses too (cli.md §1.3). A ticket is used for 7,140 seconds, a minute
 * less than the server takes it. Without {@code XDG_RUNTIME_DIR} nothing is kept.
 */
public final class TicketCache {
  static final long LIFETIME_SECONDS = 7_140;
  private static final long MAX_BYTES = 1 << 20;

  private final @Nullable Path file;

  /** @param ticket is sent as password to get a new one */
  public record Ticket(String ticket, String csrf) {}

  public TicketCache(Surroundings at) {
    file = Xdg.runtime(at, "tickets");
  }

  /** False means that logins are asked for again and again: worth a word on a terminal. */
  public boolean available() {
    return file != null;
  }

  /** @param host as in the repository, without port, brackets kept */
  public @Nullable Ticket find(String host, String user, long now) throws IOException {
    JsonNode entry = read().path(host).path(user);
    return fresh(entry, now) && entry.path("ticket").isTextual()
        ? new Ticket(entry.path("ticket").textValue(), entry.path("token").asText())
        : null;
  }

  public void store(String host, String user, Ticket ticket, long now) throws IOException {
    if (file == null) return;
    ObjectNode hosts = withoutStale(now);
    ObjectNode users = hosts.get(host) instanceof ObjectNode known ? known : hosts.putObject(host);
    users
        .putObject(user)
        .put("timestamp", now)
        .put("ticket", ticket.ticket)
        .put("token", ticket.csrf);
    write(file, hosts);
  }

  /** @return false if there was none */
  public boolean remove(String host, String user, long now) throws IOException {
    if (file == null) return false;
    ObjectNode hosts = withoutStale(now);
    boolean known = read().path(host).has(user);
    if (hosts.get(host) instanceof ObjectNode users) {
      users.remove(user);
      if (users.isEmpty()) hosts.remove(host);
    }
    if (known) write(file, hosts);
    return known;
  }

  private ObjectNode withoutStale(long now) throws IOException {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (var host : read().properties()) {
      var users = JsonNodeFactory.instance.objectNode();
      for (var user : host.getValue().properties()) {
        if (fresh(user.getValue(), now)) users.set(user.getKey(), user.getValue());
      }
      if (!users.isEmpty()) kept.set(host.getKey(), users);
    }
    return kept;
  }

  private static boolean fresh(JsonNode entry, long now) {
    long age = now - entry.path("timestamp").asLong(Long.MIN_VALUE / 2);
    return age >= 0 && age < LIFETIME_SECONDS;
  }

  /** What cannot be read as JSON counts as empty: it is only a cache. */
  private JsonNode read() throws IOException {
    if (file == null) return JsonNodeFactory.instance.objectNode();
    try {
      if (Files.size(file) > MAX_BYTES) return JsonNodeFactory.instance.objectNode();
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException | JsonProcessingException none) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private static void write(Path file, ObjectNode hosts) throws IOException {
    StateFile.replace(file, JsonText.compact(hosts).getBytes(StandardCharsets.UTF_8));
  }
}
