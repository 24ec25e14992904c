/**
 * The reader protocol (protocol.md §4): its calls, chunks for random access, and restores of whole images that keep every
 * core busy. Never writes file trees: extraction is the caller's.
 */
@NullMarked
package io.reprise.protocol.reader;

import org.jspecify.annotations.NullMarked;
