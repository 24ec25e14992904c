/**
 * Sends this service's events to Kafka and says how that goes: the emitter, what of the datastores makes an event true,
 * health. Events, outbox and topics themselves live in {@code platform}.
 */
@NullMarked
package io.reprise.ingest.event;

import org.jspecify.annotations.NullMarked;
