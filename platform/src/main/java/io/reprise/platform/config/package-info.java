/** PBS's configuration files: read, checked, changed under their locks, replaced whole (config.md §3, §4). */
@NullMarked
package io.reprise.platform.config;

import org.jspecify.annotations.NullMarked;
