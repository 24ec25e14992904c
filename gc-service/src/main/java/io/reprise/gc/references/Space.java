package io.reprise.gc.references;

/**
 * What one group takes in the datastore, all in bytes.
 *
 * @param group {@code [ns/a/…/]type/id}; empty for index files outside the expected scheme
 * @param indexFiles of all its snapshots, removed ones too while they can be brought back
 * @param logical before deduplication, all snapshots together
 * @param stored encoded size of all chunks that it uses
 * @param exclusive encoded size of the chunks that no other group uses: what its removal frees
 * @param share each chunk's size divided among the groups that use it; all shares add up to the disk
 */
public record Space(
    String group, long indexFiles, long logical, long stored, long exclusive, long share) {}
