/** What garbage collection costs, on a datastore made for it: {@code ./reprise bench gc}. */
@NullMarked
package io.reprise.bench.gc;

import org.jspecify.annotations.NullMarked;
