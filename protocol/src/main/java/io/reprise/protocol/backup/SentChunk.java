package io.reprise.protocol.backup;

import io.reprise.datastore.Digest;

/**
 * A chunk that the server has.
 *
 * @param sentBytes encoded size if it was uploaded for this entry, else 0
 */
record SentChunk(Digest digest, int plainBytes, int sentBytes) {}
