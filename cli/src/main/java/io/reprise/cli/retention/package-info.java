/** The words about which guest is kept how long, what that would remove, and what guests take on disk. */
@NullMarked
package io.reprise.cli.retention;

import org.jspecify.annotations.NullMarked;
