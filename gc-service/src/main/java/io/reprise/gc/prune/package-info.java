/** Retention as this service does it: prune jobs, and what they would do. How pruning goes lives in {@code platform.prune}. */
@NullMarked
package io.reprise.gc.prune;

import org.jspecify.annotations.NullMarked;
