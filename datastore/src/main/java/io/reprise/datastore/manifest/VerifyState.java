package io.reprise.datastore.manifest;

/**
 * The result of a snapshot's last verification (datastore.md §5.1, §9.1).
 *
 * @param upid the task that found it
 */
public record VerifyState(boolean ok, String upid) {}
