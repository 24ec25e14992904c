package io.reprise.datastore.snapshot;

import io.reprise.datastore.InvalidName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A datastore's maintenance mode (datastore.md §1.7).
 *
 * @param message shown to users; empty if none
 */
public record Maintenance(Mode mode, String message) {
  public enum Mode {
    READ_ONLY("read-only"),
    OFFLINE("offline"),
    DELETE("delete");

    private final String text;

    Mode(String text) {
      this.text = text;
    }

    /** As in {@code datastore.cfg}. */
    @Override
    public String toString() {
      return text;
    }
  }

  /** What somebody wants to do with the datastore: look it up, read content, or change it. */
  public enum Operation {
    LOOKUP,
    READ,
    WRITE
  }

  /**
   * @param properties the parsed property string, the default key as {@code type}; null or empty if there is no mode
   * @return null if there is no mode
   * @throws InvalidName for an unknown mode
   */
  public static @Nullable Maintenance of(@Nullable Map<String, String> properties) {
    String type = properties == null ? null : properties.get("type");
    if (properties == null || type == null) return null;
    Mode mode = switch (type) {
      case "read-only" -> Mode.READ_ONLY;
      case "offline" -> Mode.OFFLINE;
      case "delete" -> Mode.DELETE;
      default -> throw new InvalidName("maintenance mode", type, "read-only, offline or delete");
    };
    return new Maintenance(mode, properties.getOrDefault("message", ""));
  }

  /** As in {@code datastore.cfg}, and as lists show it: {@code read-only,message=disk%20swap}. */
  public String text() {
    if (message.isEmpty()) return mode.toString();
    String value = message.matches(".*[\"\\\\,].*")
        ? '"' + message.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : message;
    return mode + ",message=" + value;
  }

  /** @return null if the operation is allowed, else PBS's words for the refusal */
  public @Nullable String refusal(String store, Operation operation) {
    boolean allowed = switch (mode) {
      case READ_ONLY -> operation != Operation.WRITE;
      case OFFLINE -> operation == Operation.LOOKUP;
      case DELETE -> false;
    };
    if (allowed) return null;
    return "datastore '"
        + store
        + "' is in "
        + switch (mode) {
          case READ_ONLY -> "read-only maintenance mode: " + message;
          case OFFLINE -> "offline maintenance mode: " + message;
          case DELETE -> "datastore is being deleted";
        };
  }
}
