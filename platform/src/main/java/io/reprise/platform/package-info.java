/** To be filled. */
@NullMarked
package io.reprise.platform;

import org.jspecify.annotations.NullMarked;
