/** The garbage collection service: retention, reference index, orphan sweep, verification. */
@NullMarked
package io.reprise.gc;

import org.jspecify.annotations.NullMarked;
