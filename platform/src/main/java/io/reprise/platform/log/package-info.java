/** Log files of PBS's form: rotated by size, the older ones compressed (config.md §7.5, §7.6). What is logged lives elsewhere. */
@NullMarked
package io.reprise.platform.log;

import org.jspecify.annotations.NullMarked;
