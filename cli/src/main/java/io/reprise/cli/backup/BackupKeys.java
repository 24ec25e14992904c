package io.reprise.cli.backup;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.KeyOptions;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.manifest.CryptMode;
import java.io.IOException;
import java.security.interfaces.RSAPublicKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a backup, opened.
 *
 * @param opened null exactly if the mode is none
 * @param master to which the key is sealed; null without
 */
record BackupKeys(
    CryptMode mode, Keys.@Nullable Opened opened, @Nullable RSAPublicKey master) {
  /** Tells which they are. */
  static BackupKeys open(Surroundings at, KeyOptions.Choice choice)
      throws CommandFailed, IOException, InterruptedException {
    if (choice.key() == null) return new BackupKeys(choice.mode(), null, null);
    var opened = Keys.open(at, choice.key());
    var master = choice.master() == null ? null : Keys.openMaster(at, choice.master());
    at.messages()
        .info("Encryption key fingerprint: " + opened.key().fingerprint().shortText());
    return new BackupKeys(choice.mode(), opened, master);
  }

  @Nullable
  CryptKey key() {
    return opened == null ? null : opened.key();
  }
}
