package io.reprise.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.TestDatastore;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.VerifyOrder;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verification as it is asked for, and jobs that verify: what REST writes down for gc-service. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class VerifyTest {
  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Stores stores;

  @Inject
  Jobs jobs;

  private Api api;
  private TestDatastore store;

  @BeforeEach
  void prepare() throws IOException {
    api = new Api(server.port());
    store = new TestDatastore(api, directories, stores);
  }

  private String verify(String... form) {
    return Api.form(api.asAdmin(), form)
        .post(store.call("verify"))
        .then()
        .statusCode(200)
        .extract()
        .path("data");
  }

  private JobRequest request(String upid) throws IOException {
    return jobs.requests().pending().stream()
        .filter(each -> each.task() != null && each.task().toString().equals(upid))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsToBeVerifiedMakesTheTypeAndTheNameOfTheTask() throws Exception {
    store.backUp("vm/100/2026-11-20T00:00:00Z", "admin@pbs");
    assertThat(verify()).contains(":verify:" + store.name + ":admin@pbs:");
    store.createNamespace("a");
    String namespace = verify("ns", "a", "max-depth", "0", "outdated-after", "30");
    assertThat(namespace).contains(":verify:" + store.name + "\\x3ans-a:");
    VerifyOrder order = VerifyOrder.parse(request(namespace).parameters());
    assertThat(order.namespace().toString()).isEqualTo("a");
    assertThat(order.maxDepth()).isZero();
    assertThat(order.outdatedAfter()).isEqualTo(30);
    assertThat(order.ignoreVerified()).isTrue();
    assertThat(verify("backup-type", "vm", "backup-id", "100"))
        .contains(":verify_group:" + store.name + "\\x3a-vm-100:");
    var snapshot = SnapshotId.parse("vm/100/2026-11-20T00:00:00Z");
    String one = verify(
        "backup-type",
        "vm",
        "backup-id",
        "100",
        "backup-time",
        "" + snapshot.time(),
        "ignore-verified",
        "0");
    assertThat(one).contains(":verify_snapshot:" + store.name + "\\x3a-vm-100-6AFF8D80:");
    order = VerifyOrder.parse(request(one).parameters());
    assertThat(order.group()).isEqualTo(GroupId.parse("vm/100"));
    assertThat(order.snapshot()).isEqualTo(snapshot);
    assertThat(order.ignoreVerified()).isFalse();
    assertThat(request(one).type()).isEqualTo(JobType.VERIFY_SNAPSHOT);
  }

  @Test
  void halfAGroupIsRefused() {
    for (String[] half :
        new String[][] {{"backup-type", "vm"}, {"backup-id", "100"}, {"backup-time", "1795132800"}
        }) {
      Api.form(api.asAdmin(), half)
          .post(store.call("verify"))
          .then()
          .statusCode(400)
          .body(containsString("do not specify a backup group or snapshot"));
    }
  }

  @Test
  void aJobIsMadeShownChangedRunOnceAtATimeAndRemoved() throws Exception {
    String id = "v" + UUID.randomUUID().toString().substring(0, 8);
    String[] settings = {
      "id",
      id,
      "store",
      store.name,
      "schedule",
      "daily",
      "outdated-after",
      "30",
      "ignore-verified",
      "true"
    };
    Api.form(api.asAdmin(), settings).post("/config/verify").then().statusCode(200);
    assertThat(Files.readString(directories.config().resolve("verification.cfg")))
        .contains("verification: " + id + "\n\tignore-verified true\n\toutdated-after 30\n"
            + "\tschedule daily\n\tstore " + store.name + "\n");
    Api.form(api.asAdmin(), settings).post("/config/verify").then().statusCode(400);
    String digest = api.asAdmin()
        .get("/config/verify/" + id)
        .then()
        .statusCode(200)
        .body("data.'outdated-after'", equalTo(30))
        .body("data.'ignore-verified'", equalTo(true))
        .extract()
        .path("digest");
    Api.form(api.asAdmin(), "delete", "outdated-after", "comment", "all of it", "digest", digest)
        .put("/config/verify/" + id)
        .then()
        .statusCode(200);
    Api.form(api.asAdmin(), "comment", "stale", "digest", digest)
        .put("/config/verify/" + id)
        .then()
        .statusCode(400);
    String of = "data.find { it.id == '" + id + "' }";
    api.asAdmin()
        .get("/admin/verify?store=" + store.name)
        .then()
        .statusCode(200)
        .body(of + ".comment", equalTo("all of it"))
        .body(of + ".'outdated-after'", equalTo(null))
        .body(of + ".'next-run'", notNullValue());
    String upid = api.asAdmin()
        .post("/admin/verify/" + id + "/run")
        .then()
        .statusCode(200)
        .extract()
        .path("data");
    assertThat(upid).contains(":verificationjob:" + store.name + "\\x3a" + id + ":admin@pbs:");
    api.asAdmin()
        .post("/admin/verify/" + id + "/run")
        .then()
        .statusCode(400)
        .body(containsString("is running already"));
    api.asAdmin().delete("/config/verify/" + id).then().statusCode(200);
    api.asAdmin().get("/config/verify/" + id).then().statusCode(400);
    api.asAdmin().delete("/config/verify/" + id).then().statusCode(400);
    api.asAdmin().post("/admin/verify/" + id + "/run").then().statusCode(400);
  }
}
