package io.reprise.datastore.prune;

/**
 * A snapshot of the group that is to be pruned.
 *
 * @param time seconds since 1970; distinct within a group
 * @param finished whether it has a manifest
 * @param locked whether it is protected against removal
 */
public record Candidate(long time, boolean finished, boolean locked) {}
