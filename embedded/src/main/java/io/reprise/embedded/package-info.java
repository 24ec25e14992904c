/** To be filled. */
@NullMarked
package io.reprise.embedded;

import org.jspecify.annotations.NullMarked;
