/**
 * DataBlobs: the envelope of every chunk and every {@code .blob} file (datastore.md §2): magic, CRC, compression,
 * encryption. Where blobs are stored lives in {@code chunk} and {@code snapshot}.
 */
@NullMarked
package io.reprise.datastore.blob;

import org.jspecify.annotations.NullMarked;
