package org.slurmctldj.proto.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void valuesOfEveryKind() {
    assertEquals(Map.of("a", List.of(1L, -2L, 2.5e3, true, false, "x"), "b", Map.of()),
        Json.parse(" { \"a\" : [1, -2, 2.5e3,true ,false,\"x\"] , \"b\":{} }\n"));
    assertEquals(Arrays.asList((Object) null), Json.parse("[null]"));
    assertEquals("a\"\\/\b\f\n\r\tb", Json.parse("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tb\""));
    byte[] utf8 = "\u00e9\u20ac\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
    assertEquals(new String(utf8, StandardCharsets.ISO_8859_1), Json.parse("\"\\u00e9\\u20AC\\ud83d\\ude00\""));
    assertEquals(new String(utf8, StandardCharsets.ISO_8859_1), Json.parse("\"" + new String(utf8, StandardCharsets.ISO_8859_1) + "\""));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    for (String wrong : new String[] {"", "{", "[", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", "01", "1.", "-", "+1", ".5", "1e",
      "nul", "tru", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"a\nb\"", "1 2", "[1]]", "99999999999999999999", "[".repeat(100)}) {
      assertThrows(Json.JsonException.class, () -> Json.parse(wrong), wrong);
    }
    assertThrows(Json.JsonException.class, () -> Json.parseObject("[]"));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Map<String, Object> value = Map.of("name", "J\u00c3\u00b6 \"\\\u0001\u007f", "list", List.of(1L, List.of(), Map.of("k", 2L)), "t", true);
    assertEquals(value, Json.parse(Json.write(value)));
    assertEquals("{\"a\":[1,{}],\"b\":\"x\"}", Json.write(new java.util.TreeMap<>(Map.of("a", List.of(1, Map.of()), "b", "x"))));
  }

  @Test
  void noGarbageBreaksTheParser() {
    long seed = System.nanoTime();
    System.out.println("JsonTest seed " + seed);
    Random random = new Random(seed);
    String alphabet = "{}[]\",:\\u0123456789abcdeft-+. nrl\u00ff";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(40); k > 0; k--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        Json.parse(text.toString());
      } catch (Json.JsonException expected) {
        // the only exception allowed
      }
    }
  }
}
