package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** --constraint by sbatch(1): AND, OR, parentheses. */
class FeaturesTest {
  private static ClusterConfig config() {
    NodeDefinition d = Cluster.node("n1");
    return Cluster.config(1, List.of(d.with("h", "a", 1, List.of("a", "b", "c"), List.of("a"), null)), List.of());
  }

  @Test
  void andOrAndParentheses() {
    assertTrue(Features.match("a&b", List.of("a", "b")));
    assertFalse(Features.match("a&b", List.of("a")));
    assertTrue(Features.match("a|b", List.of("b")));
    assertTrue(Features.match("(a|b)&c", List.of("b", "c")));
    assertFalse(Features.match("(a|b)&c", List.of("a", "b")));
    assertTrue(Features.match("c&(a|b)", List.of("b", "c")));
    assertTrue(Features.match("a&b|c", List.of("c")));
    assertFalse(Features.match("a|b&c", List.of("a")));
    assertTrue(Features.match(null, List.of()));
  }

  @Test
  void whatIsNotUnderstoodOrNowhereIsRefused() {
    assertNull(Features.check(config(), "(a|b)&c"));
    for (String bad : new String[] {"nosuch", "a&", "(a", "a)", "&a", "a&&b", "()", "(".repeat(40) + "a"}) {
      assertEquals(2029, Features.check(config(), bad).error(), bad);
    }
    assertEquals(2036, Features.check(config(), "[a|b]").error());
    assertEquals(2036, Features.check(config(), "a*2").error());
  }
}
