package io.reprise.ingest.store;

import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.prune.KeepRule;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters {@code keep-last} … {@code keep-yearly} (datastore.md §8.1). */
final class KeepParams {
  private static final Map<KeepRule, Param<Long>> PARAMS = new EnumMap<>(KeepRule.class);

  static {
    for (KeepRule rule : KeepRule.values()) {
      PARAMS.put(
          rule, Param.of(rule.toString(), Type.integer(1, Integer.MAX_VALUE)).orNothing());
    }
  }

  static final List<Param<Long>> ALL = List.copyOf(PARAMS.values());

  private KeepParams() {}

  /** Those that were given, as they stand in configuration files. */
  static Map<String, String> of(Call call) {
    var keeps = new LinkedHashMap<String, String>();
    for (Param<Long> param : ALL) {
      Long keep = call.find(param);
      if (keep != null) keeps.put(param.name(), keep.toString());
    }
    return keeps;
  }

  static KeepOptions options(Call call) {
    KeepOptions options = KeepOptions.KEEP_ALL;
    for (var param : PARAMS.entrySet()) {
      Long keep = call.find(param.getValue());
      if (keep != null) options = options.with(param.getKey(), keep.intValue());
    }
    return options;
  }
}
