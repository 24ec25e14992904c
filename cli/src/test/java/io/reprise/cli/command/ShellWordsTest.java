package io.reprise.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShellWordsTest {
  @Test
  void lineIsSplitLikeAShellWithoutExpansion() {
    assertThat(ShellWords.split("a 'b c'  \"d \\\"e\" f\\ g $HOME ''"))
        .containsExactly("a", "b c", "d \"e", "f g", "$HOME", "");
    assertThatThrownBy(() -> ShellWords.split("'a")).isInstanceOf(UsageError.class);
  }

  @Test
  void lineThatIsBeingTypedEndsInTheWordAtTheCursor() {
    assertThat(ShellWords.begun("ls /et")).containsExactly("ls", "/et");
    assertThat(ShellWords.begun("ls ")).containsExactly("ls", "");
    assertThat(ShellWords.begun("")).containsExactly("");
    assertThat(ShellWords.begun("ls 'a b")).containsExactly("ls", "a b");
  }
}
