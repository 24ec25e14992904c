/**
 * Bringing back what a snapshot holds (cli.md §2.4, §5): images, blobs, and trees of files from archives. Everything that
 * an archive names is created relative to open directories, so that no hostile archive reaches beyond its target.
 */
@NullMarked
package io.reprise.cli.restore;

import org.jspecify.annotations.NullMarked;
