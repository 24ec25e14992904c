package io.reprise.datastore.pxar;

/** What a stream yields next. */
public sealed interface PxarEvent permits PxarEntry, PxarEvent.DirectoryEnd {
  /** The innermost open directory is complete: now its times can be set. */
  record DirectoryEnd() implements PxarEvent {}
}
