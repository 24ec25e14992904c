package io.reprise.cli;

import io.reprise.cli.command.Words;

/** Every word of the command line (cli.md §2.2, §4). */
final class Commands {
  private Commands() {}

  static Words all() {
    var words = new Words("Backup client, administration and inspection for Reprise and PBS.");
    return words;
  }
}
