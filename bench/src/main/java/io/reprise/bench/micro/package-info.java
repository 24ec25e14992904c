/** JMH benchmarks of single operations on a chunk or an index: {@code ./reprise bench micro}. */
@NullMarked
package io.reprise.bench.micro;

import org.jspecify.annotations.NullMarked;
