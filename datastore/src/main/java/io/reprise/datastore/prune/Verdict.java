package io.reprise.datastore.prune;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a snapshot, and why.
 *
 * @param rule the rule that keeps it; null if none does, or nothing is pruned at all
 */
public record Verdict(
    Candidate snapshot, Mark mark, @Nullable KeepRule rule) {}
