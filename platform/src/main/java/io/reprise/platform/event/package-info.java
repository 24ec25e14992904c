/**
 * Events: topics, CloudEvents and what they carry (docs/asyncapi.yaml), the outbox that keeps them until Kafka has them, and
 * the one list from which topics are made. How a service sends them lives in the service.
 */
@NullMarked
package io.reprise.platform.event;

import org.jspecify.annotations.NullMarked;
