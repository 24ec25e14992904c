/** To be filled. */
@NullMarked
package io.reprise.cli;

import org.jspecify.annotations.NullMarked;
