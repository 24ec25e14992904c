/**
 * The {@code reprise} command: its entry point and the list of its words. What the words do lives in the packages
 * below; formats, protocol and server live in other modules.
 */
@NullMarked
package io.reprise.cli;

import org.jspecify.annotations.NullMarked;
