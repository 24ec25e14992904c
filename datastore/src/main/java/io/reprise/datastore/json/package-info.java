/**
 * JSON as PBS reads and writes it (datastore.md §5.1, §5.2): bounded parsing into trees, and the three text forms. What the
 * keys mean lives with those who use them; nothing here binds classes.
 */
@NullMarked
package io.reprise.datastore.json;

import org.jspecify.annotations.NullMarked;
