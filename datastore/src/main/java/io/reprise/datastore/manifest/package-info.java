/**
 * What a snapshot says of itself: {@code index.json.blob} with its signature, and the names of a snapshot's files
 * (datastore.md §5.1, §5.2, §6). Locking and replacing the file lives in {@code snapshot}.
 */
@NullMarked
package io.reprise.datastore.manifest;

import org.jspecify.annotations.NullMarked;
