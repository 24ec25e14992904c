package io.reprise.cli.restore;

/**
 * How files are made from an archive (cli.md §2.4).
 *
 * @param existingDirectories they may be there already
 * @param overwriteFiles they are cut to nothing and written in place
 * @param overwriteSymlinks whatever but a directory stands in a symbolic link's place is removed
 * @param overwriteHardlinks the same for hard links
 * @param skipDevices a device that cannot be made is no error
 */
public record ExtractRules(
    boolean existingDirectories,
    boolean overwriteFiles,
    boolean overwriteSymlinks,
    boolean overwriteHardlinks,
    boolean acls,
    boolean xattrs,
    boolean ownership,
    boolean permissions,
    boolean skipDevices) {
  /** Of the catalog shell (cli.md §2.6): directories may exist, nothing is overwritten; others than root leave out what only root may. */
  public static ExtractRules ofShell(boolean asRoot) {
    return new ExtractRules(true, false, false, false, true, true, asRoot, true, !asRoot);
  }
}
