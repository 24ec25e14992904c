/** Health and figures of this service. */
@NullMarked
package io.reprise.gc.observe;

import org.jspecify.annotations.NullMarked;
