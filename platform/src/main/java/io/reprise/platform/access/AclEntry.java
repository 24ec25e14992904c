package io.reprise.platform.access;

/**
 * One role given to one user, token or group on one path.
 *
 * @param who a user or token id, or a group with {@code @} in front, which never has an effect
 * @param propagate whether it holds below the path too
 */
public record AclEntry(String path, String who, Role role, boolean propagate) {}
