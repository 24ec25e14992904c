package io.reprise.datastore.manifest;

/**
 * What a backup moved, as the server notes it at finish (datastore.md §5.1).
 *
 * @param count chunks registered
 * @param size their plain bytes, and the bytes of blobs
 * @param compressedSize encoded bytes of chunks that were new
 * @param duplicates chunks that were there already
 */
public record UploadStatistics(long count, long size, long compressedSize, long duplicates) {}
