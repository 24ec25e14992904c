/**
 * Looking at files of a datastore without a server (cli.md §4.2): chunks, blobs, indexes, and whole archives put together
 * again from a directory of chunks. Only reads, but for what it is told to write.
 */
@NullMarked
package io.reprise.cli.inspect;

import org.jspecify.annotations.NullMarked;
