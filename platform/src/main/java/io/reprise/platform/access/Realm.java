package io.reprise.platform.access;

import org.jspecify.annotations.Nullable;

/**
 * What users belong to (protocol.md §2.5).
 *
 * @param type {@code pam}, {@code pbs}, {@code openid}, {@code ldap} or {@code ad}
 */
public record Realm(String name, String type, @Nullable String comment) {}
