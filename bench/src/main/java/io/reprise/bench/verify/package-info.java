/** Verification of a datastore, ours and a PBS's: {@code ./reprise bench verify}. */
@NullMarked
package io.reprise.bench.verify;

import org.jspecify.annotations.NullMarked;
