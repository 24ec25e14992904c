package io.reprise.protocol.backup;

/**
 * An open index of a backup session (the writer id of protocol.md §3.3).
 *
 * @param fixed {@code .fidx} or {@code .didx}
 * @param archiveName with its extension
 */
public record RemoteIndex(int writerId, boolean fixed, String archiveName) {}
