package io.reprise.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepriseConfigTest {
  @TempDir
  Path directory;

  private RepriseConfig config(String content) throws Exception {
    Files.writeString(directory.resolve("reprise.cfg"), content);
    return new RepriseConfig(new ConfigDirectory(directory));
  }

  @Test
  void aCategoryOfTheDatastoresNameIsNotReplacedByTheDatastoresSection() throws Exception {
    String content = "category: main\n\tkeep-last 7\n";
    var config = config(content);
    assertThatThrownBy(() -> config.useCategories("main", "nightly", true))
        .isInstanceOf(ConfigError.class)
        .hasMessageContaining("reprise.cfg has a category 'main'");
    assertThat(directory.resolve("reprise.cfg")).hasContent(content);
  }

  @Test
  void aHandEditedFileWithOneIdTwiceIsNotUsedAndNotChanged() throws Exception {
    String content = "datastore: main\n\tgc-cutoff 60\n\ncategory: main\n\tkeep-last 7\n";
    var config = config(content);
    assertThatThrownBy(() -> config.garbage("main"))
        .isInstanceOf(ConfigError.class)
        .hasMessageContaining("\"reprise.cfg\" failed: line 4")
        .hasMessageContaining("category: main");
    assertThatThrownBy(() -> config.useCategories("main", "nightly", true))
        .isInstanceOf(ConfigError.class);
    assertThat(directory.resolve("reprise.cfg")).hasContent(content);
  }
}
