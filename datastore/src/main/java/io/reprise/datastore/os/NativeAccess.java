package io.reprise.datastore.os;

/** Whether this Java may call the operating system by the Foreign Function API. */
public final class NativeAccess {
  private NativeAccess() {}

  /**
   * To be called once at the start of a service or tool, so that a wrong launcher is told at once and in words.
   *
   * @throws IllegalStateException naming the option that is missing
   */
  public static void require() {
    if (!NativeAccess.class.getModule().isNativeAccessEnabled()) {
      throw new IllegalStateException(explanation());
    }
  }

  static String explanation() {
    Module module = NativeAccess.class.getModule();
    String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
    return "Reprise locks and flushes datastores by native calls, which this Java refuses: start it with"
        + " --enable-native-access="
        + name
        + " (or use the launcher ./reprise)";
  }
}
