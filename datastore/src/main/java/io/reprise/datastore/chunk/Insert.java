package io.reprise.datastore.chunk;

/**
 * What became of an inserted chunk (datastore.md §2.6).
 *
 * @param duplicate true if a chunk was there and was kept, and touched
 * @param storedBytes encoded size of the file that is there now
 */
public record Insert(boolean duplicate, long storedBytes) {}
