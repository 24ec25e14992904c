package io.reprise.gc.model;

/** What protects chunks. Taken out of a life, one at a time, to show that it is needed. */
enum Guard {
  /** The second walk, begun after the last reference was counted out. */
  BARRIER,
  /** The look at a chunk after it was set aside. */
  SECOND_LOOK,
  /** A running backup's lease, which bounds the access times that are old enough. */
  LEASE,
  /** Touching again what a long session relies on. */
  TOUCH_AGAIN,
  /** Remembering when no PBS was last seen writing. */
  FOREIGN_ABSENCE
}
