package io.reprise.datastore.pxar;

/** Types of records (datastore.md §4.3). */
final class RecordType {
  /** No type of a record: there is none. */
  static final long NONE = 0;

  static final long ENTRY = 0xd5956474e588acefL;
  static final long ENTRY_V1 = 0x11da850a1c1cceffL;
  static final long FILENAME = 0x16701121063917b3L;
  static final long SYMLINK = 0x27f971e7dbf5dc5fL;
  static final long DEVICE = 0x9fc9e906586d5ce9L;
  static final long XATTR = 0x0dab0229b57dcd03L;
  static final long ACL_USER = 0x2ce8540a457d55b8L;
  static final long ACL_GROUP = 0x136e3eceb04c03abL;
  static final long ACL_GROUP_OBJ = 0x10868031e9582876L;
  static final long ACL_DEFAULT = 0xbbbb13415a6896f5L;
  static final long ACL_DEFAULT_USER = 0xc89357b40532cd1fL;
  static final long ACL_DEFAULT_GROUP = 0xf90a8a5816038ffeL;
  static final long FCAPS = 0x2da9dd9db5f7fb67L;
  static final long QUOTA_PROJID = 0xe07540e82f7d1cbbL;
  static final long HARDLINK = 0x51269c8422bd7275L;
  static final long PAYLOAD = 0x28147a1b0b7c1a25L;
  static final long GOODBYE = 0x2fec4fa642d5731dL;
  /** Not a record: the hash value in the last item of a GOODBYE table. */
  static final long GOODBYE_TAIL = 0xef5eed5b753e1555L;
  /** First record of version 2, which is not read here. */
  static final long FORMAT_VERSION = 0x730f6c75df16a40dL;

  private RecordType() {}

  static String name(long type) {
    return "record %016x".formatted(type);
  }
}
