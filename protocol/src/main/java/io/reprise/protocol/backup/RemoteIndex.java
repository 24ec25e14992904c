package io.reprise.protocol.backup;

/**
 * An open index of a backup session.
 *
 * @param writerId the server's name for it (protocol.md §3.3)
 * @param fixed {@code .fidx} or {@code .didx}
 * @param archiveName with its extension
 */
public record RemoteIndex(int writerId, boolean fixed, String archiveName) {
  /** As in the names of the endpoints. */
  String kind() {
    return fixed ? "fixed" : "dynamic";
  }
}
