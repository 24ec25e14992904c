/** To be filled. */
@NullMarked
package io.reprise.protocol;

import org.jspecify.annotations.NullMarked;
