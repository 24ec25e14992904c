package io.reprise.cli.restore;

import picocli.CommandLine.Option;

/** What of an archive's metadata is applied, and what may be replaced (cli.md §2.4). */
final class ExtractOptions {
  @Option(names = "--allow-existing-dirs", description = "directories inside the target may exist")
  private boolean allowExistingDirs;

  @Option(
      names = "--overwrite",
      description = "replace files, symbolic links and hard links; an image or blob too")
  private boolean overwrite;

  @Option(names = "--overwrite-files", description = "write into files that exist")
  private boolean overwriteFiles;

  @Option(
      names = "--overwrite-symlinks",
      description = "remove what stands where a symbolic link goes")
  private boolean overwriteSymlinks;

  @Option(
      names = "--overwrite-hardlinks",
      description = "remove what stands where a hard link goes")
  private boolean overwriteHardlinks;

  @Option(names = "--ignore-acls", description = "do not set access control lists")
  private boolean ignoreAcls;

  @Option(names = "--ignore-xattrs", description = "do not set extended attributes")
  private boolean ignoreXattrs;

  @Option(names = "--ignore-ownership", description = "do not set owner and group")
  private boolean ignoreOwnership;

  @Option(names = "--ignore-permissions", description = "do not set permissions")
  private boolean ignorePermissions;

  @Option(
      names = "--ignore-extract-device-errors",
      description = "go on when a device cannot be made")
  private boolean ignoreDeviceErrors;

  boolean overwrite() {
    return overwrite;
  }

  ExtractRules rules() {
    return new ExtractRules(
        allowExistingDirs,
        overwrite || overwriteFiles,
        overwrite || overwriteSymlinks,
        overwrite || overwriteHardlinks,
        !ignoreAcls,
        !ignoreXattrs,
        !ignoreOwnership,
        !ignorePermissions,
        ignoreDeviceErrors);
  }
}
