/**
 * What monitoring asks on the management port: health and metrics, under the names that users of PBS exporters have on their
 * dashboards, and our own ({@code reprise_}). Nothing is decided here.
 */
@NullMarked
package io.reprise.ingest.observe;

import org.jspecify.annotations.NullMarked;
