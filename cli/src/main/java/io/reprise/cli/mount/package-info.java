/** Words of PBS's client that show archives as file systems and block devices; here they say what to use for now. */
@NullMarked
package io.reprise.cli.mount;

import org.jspecify.annotations.NullMarked;
