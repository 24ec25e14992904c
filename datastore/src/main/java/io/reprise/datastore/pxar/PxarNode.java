package io.reprise.datastore.pxar;

/**
 * An entry and where it lies in the archive.
 *
 * @param start its FILENAME record; for the root its ENTRY record
 * @param end the byte behind it, a directory's GOODBYE table included
 */
public record PxarNode(PxarEntry entry, long start, long end) {}
