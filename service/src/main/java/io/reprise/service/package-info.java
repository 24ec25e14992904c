/**
 * What every Quarkus service has in common: events to Kafka, health and figures of that, the end with its parent. What a
 * service does lives in the service; what needs no Quarkus lives in {@code platform}.
 */
@NullMarked
package io.reprise.service;

import org.jspecify.annotations.NullMarked;
