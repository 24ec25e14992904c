package io.reprise.cli.completion;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion bash|zsh}: what a shell is to read so that Tab works: {@code source <(reprise completion bash)}. */
@Command
public final class CompletionScript implements Action {
  private static final String BASH = """
      # Colons belong to repositories and backup sources, they end no word.
      COMP_WORDBREAKS=${COMP_WORDBREAKS//:}
      complete -C 'reprise bashcomplete' reprise
      """;

  private static final String ZSH = """
      #compdef reprise
      _reprise() {
        local line="${(j: :)words[1,CURRENT]}" candidate
        local -a candidates directories
        for candidate in "${(@f)$(COMP_LINE="$line" COMP_POINT= reprise bashcomplete 2>/dev/null)}"; do
          case $candidate in
            '') ;;
            */) directories+=("$candidate") ;;
            *) candidates+=("$candidate") ;;
          esac
        done
        compadd -Q -S '' -- $directories
        compadd -Q -- $candidates
      }
      compdef _reprise reprise
      """;

  @Parameters(index = "0", paramLabel = "<shell>", description = "bash or zsh")
  private String shell = "";

  @Override
  public void run(Surroundings at) throws CommandFailed {
    switch (shell) {
      case "bash" -> at.out().print(BASH);
      case "zsh" -> at.out().print(ZSH);
      default -> throw new CommandFailed("no completion for '" + shell + "': use bash or zsh");
    }
  }
}
