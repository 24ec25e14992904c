/** What runs inside the broker's process; nothing else may use it. */
@NullMarked
package io.reprise.embedded.broker;

import org.jspecify.annotations.NullMarked;
