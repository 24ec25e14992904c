package io.reprise.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Golden;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.calendar.CalendarEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What strangers put into a request line, a header or a body is read or refused with a status of 400 and above. */
@ExtendWith(InstancioExtension.class)
class RequestFuzzTest {
  private static final Param<String> NAME = Param.of("name", Type.text(1, 64));
  private static final Param<Long> NUMBER =
      Param.of("number", Type.integer(-5, 1L << 40)).orNothing();
  private static final Param<Boolean> FLAG = Param.of("flag", Type.FLAG).orNothing();
  private static final Param<List<String>> LIST =
      Param.of("list", Type.list(Type.oneOf("a", "b"))).orNothing();
  private static final Param<Namespace> NS =
      Param.of("ns", Type.of(Namespace::parse)).orNothing();
  private static final Param<AuthId> WHO =
      Param.of("who", Type.of(AuthId::parse)).orNothing();
  private static final Param<CalendarEvent> WHEN =
      Param.of("when", Type.of(CalendarEvent::parse)).orNothing();
  private static final List<Param<?>> ALL = List.of(NAME, NUMBER, FLAG, LIST, NS, WHO, WHEN);

  static Stream<byte[]> targets() {
    return Golden.seeds(
        "/api2/json/admin/datastore/st1/snapshots?ns=a%2Fb&backup-type=vm",
        "//api2/extjs/access/%75sers/a%40pbs/?_dc=1", "/%2e%2e/x", "/a+b?c+d=%C3%A4&e");
  }

  @MethodSource("targets")
  @FuzzTest
  void path(byte[] ascii) {
    try {
      var path = RequestPath.parse(new String(ascii, StandardCharsets.ISO_8859_1));
      assertThat(path.components()).noneMatch(c -> c.isEmpty() || c.startsWith("."));
      check(Parameters.ofQuery(ALL, Map.of(), path.query()));
    } catch (ApiError refused) {
      assertThat(refused.status()).isIn(400, 414);
    }
  }

  static Stream<byte[]> bodies() {
    return Golden.seeds(
        "name=x&number=7&flag=on&list=a&list=b&ns=a%2Fb&who=a%40pbs!t&when=mon..fri+8:0&_dc=1",
        "{\"name\":\"x\",\"number\":7,\"flag\":true,\"list\":[\"a\",\"b\"],\"ns\":\"\",\"who\":\"a@pbs\",\"when\":\"daily\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":7,\"number\":1e400,\"flag\":\"x\",\"list\":[1],\"more\":{}}",
        "name&=&%zz");
  }

  @MethodSource("bodies")
  @FuzzTest
  void body(byte[] body) {
    for (String type : new String[] {null, "application/json; charset=utf-8"}) {
      for (Map<String, String> variables : List.of(Map.<String, String>of(), Map.of("name", "v"))) {
        try {
          check(Parameters.ofRequest(ALL, variables, null, type, body));
        } catch (ApiError refused) {
          assertThat(refused.status()).isEqualTo(400);
        }
      }
    }
  }

  private static void check(Parameters parameters) {
    String name = parameters.get(NAME);
    assertThat(name).hasSizeBetween(1, 64);
    assertThat(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(name);
    assertThat(parameters.get(NUMBER, 0L)).isBetween(-5L, 1L << 40);
    assertThat(parameters.get(LIST, List.of())).isSubsetOf("a", "b");
    for (Param<?> param : ALL) parameters.find(param);
  }

  /** What our client sends in a query or as JSON is what the server reads. */
  @ParameterizedTest
  @InstancioSource(samples = 300)
  void whatTheClientSendsIsRead(long seed) {
    var random = new Random(seed);
    String name = random
        .ints(1 + random.nextInt(30), 0x20, 0x2000)
        .filter(c -> !Character.isISOControl(c))
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
    long number = random.nextLong(1L << 40);
    boolean flag = random.nextBoolean();
    List<String> list = random.nextBoolean() ? List.of("a", "b") : List.of("b");
    var sent = io.reprise.protocol.rest.Parameters.of("name", name.isEmpty() ? "x" : name)
        .with("number", number)
        .with("flag", flag)
        .with("list", list);
    byte[] json = sent.json().toString().getBytes(StandardCharsets.UTF_8);
    for (Parameters read : List.of(
        Parameters.ofQuery(ALL, Map.of(), sent.query()),
        Parameters.ofRequest(ALL, Map.of(), null, "application/json", json))) {
      assertThat(read.get(NAME)).isEqualTo(name.isEmpty() ? "x" : name);
      assertThat(read.get(NUMBER)).isEqualTo(number);
      assertThat(read.get(FLAG)).isEqualTo(flag);
      assertThat(read.get(LIST)).isEqualTo(list);
    }
  }

  static Stream<byte[]> proofs() {
    return Golden.seeds(
        "a=b; PBSAuthCookie=PBS%3Aroot%40pam%3A6B4A0000%3A%3AAAAA; SameSite",
        "PBSAPIToken=a@pbs!t:00010203-0405-0607-0809-0a0b0c0d0e0f", "PBSAPIToken a%40pbs!t:%zz");
  }

  @MethodSource("proofs")
  @FuzzTest
  void credentials(byte[] header) {
    String text = new String(header, StandardCharsets.ISO_8859_1);
    assertThat(Credentials.of(text, null)).isNotInstanceOf(Credentials.Token.class);
    assertThat(Credentials.of(null, text)).isNotInstanceOf(Credentials.Ticket.class);
  }
}
