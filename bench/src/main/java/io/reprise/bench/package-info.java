/** To be filled. */
@NullMarked
package io.reprise.bench;

import org.jspecify.annotations.NullMarked;
