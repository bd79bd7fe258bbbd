package org.slurmctldj.proto.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostlistTest {
  /** expression, {@code scontrol show hostlist}, {@code scontrol show hostlistsorted} of 22.05.8 or (suffixes) 24.11.5. */
  private static final String[][] SEEN = {
    {"n[1-3,5]", "n[1-3,5]", "n[1-3,5]"},
    {"n1,n1,n2", "n[1,1-2]", "n[1,1-2]"},
    {"n[3,1,2]", "n[3,1-2]", "n[1-3]"},
    {"n[8-011]", "n[8-11]", "n[8-11]"},
    {"n[1-3],m2,n[2,4]", "n[1-3],m2,n[2,4]", "m2,n[1-2,2-4]"},
    {"[1-3]", "[1-3]", "[1-3]"},
    {" n1 , n2", "n[1-2]", "n[1-2]"},
    {"n1,,n2", "n[1-2]", "n[1-2]"},
    {"n01,n1,n001", "n[01,1,001]", "n[1,01,001]"},
    {"n1,n01,n2,n02", "n[1,01,2,02]", "n[1-2,01-02]"},
    {"n[9-10],n08", "n[9-10,08]", "n[9-10,08]"},
    {"n[098-099],n[100-101]", "n[098-101]", "n[098-101]"},
    {"n[98-99],n[100-101]", "n[98-101]", "n[98-101]"},
    {"n[1-2,1-2]", "n[1-2,1-2]", "n[1,1-2,2]"},
    {"n[1-3],n[3-5]", "n[1-3,3-5]", "n[1-3,3-5]"},
    {"n5,n[1-10]", "n[5,1-10]", "n[1-5,5-10]"},
    {"a1,a,a2", "a1,a,a2", "a,a[1-2]"},
    {"abc,abc", "abc,abc", "abc,abc"},
    {"x10,x9,x[1-3],b,a,x1y,X1", "x[10,9,1-3],b,a,x1y,X1", "X1,a,b,x[1-3,9-10],x1y"},
    {"a2b1,a10b1,a1b1", "a2b1,a10b1,a1b1", "a1b1,a2b1,a10b1"},
    {"n1[09-10],n111", "n1[09-10],n111", "n111,n1[09-10]"},
    {"x1y2,x01y1,x1y1", "x1y2,x01y1,x1y1", "x01y1,x1y[1-2]"},
    {"n[00-02][1-2]", "n00[1-2],n01[1-2],n02[1-2]", "n00[1-2],n01[1-2],n02[1-2]"},
    {"a[1-2]b[3-4]c[5-6]", "a1b3c[5-6],a2b3c[5-6],a1b4c[5-6],a2b4c[5-6]", "a1b3c[5-6],a1b4c[5-6],a2b3c[5-6],a2b4c[5-6]"},
    {"a[1-2]b[1-2]c[1-2]d[1-2]",
      "a1b1c1d[1-2],a2b1c1d[1-2],a1b2c1d[1-2],a2b2c1d[1-2],a1b1c2d[1-2],a2b1c2d[1-2],a1b2c2d[1-2],a2b2c2d[1-2]",
      "a1b1c1d[1-2],a1b1c2d[1-2],a1b2c1d[1-2],a1b2c2d[1-2],a2b1c1d[1-2],a2b1c2d[1-2],a2b2c1d[1-2],a2b2c2d[1-2]"},
    {"n[1-3]x", "n1x,n2x,n3x", "n1x,n2x,n3x"},
    {"a[1-2]b[3-4]c", "a1b3c,a1b4c,a2b3c,a2b4c", "a1b3c,a1b4c,a2b3c,a2b4c"},
    {"n[1-2]3,n[1-2]x,n1x", "n13,n23,n1x,n2x,n1x", "n1x,n1x,n2x,n13,n23"},
    {"a01b,a1b,a001b,a10b,a2b", "a01b,a1b,a001b,a10b,a2b", "a001b,a01b,a1b,a2b,a10b"},
    {"n[0-1]x,n1x0,n0x[5-6]", "n0x,n1x,n1x0,n0x[5-6]", "n0x,n0x[5-6],n1x,n1x0"},
    {"n[1-,3]", "n[1,3]", "n[1,3]"},
    {"n[000000000001-2]", "n[000000000001-000000000002]", "n[000000000001-000000000002]"},
    {"", "", ""},
    {",", "", ""},
  };

  @Test
  void printsWhatScontrolPrints() {
    for (String[] seen : SEEN) {
      assertEquals(seen[1], Hostlist.parse(seen[0]).toString(), seen[0]);
      assertEquals(seen[2], Hostlist.parse(seen[0]).sorted().toString(), seen[0] + " sorted");
    }
  }

  @Test
  void wrongExpressionsHaveSlurmsText() {
    String[][] wrong = {
      {"n[a-b]", "Invalid range: `a-b'"}, {"n[]", "Invalid range: `'"}, {"n[2-1]", "Invalid range: `2-1'"},
      {"n[1-70000]", "Too many hosts in range `1-70000'"}, {"n[1-65537]", "Too many hosts in range `1-65537'"},
      {"n[1--3]", "Invalid range: `1--3'"}, {"n[-3]", "Invalid range: `-3'"}, {"n[1,,2]", "Invalid range: `'"},
      {"n[1,]", "Invalid range: `'"}, {"n[1 2]", "Invalid range: `1 2'"}, {"n[1-3:2]", "Invalid range: `1-3:2'"},
      {"n[1-2", "Unbalanced brackets in `n[1-2'"}, {"n[1-2]]", "Unbalanced brackets in `n[1-2]]'"}};
    for (String[] w : wrong) {
      assertEquals(w[1], assertThrows(HostlistException.class, () -> Hostlist.parse(w[0]), w[0]).getMessage());
    }
    assertEquals(65536, Hostlist.parse("n[1-65536]").count());
    assertThrows(HostlistException.class, () -> Hostlist.parse("a[1-65536]b[1-65536]c[1-65536]"));
    assertThrows(HostlistException.class, () -> Hostlist.parse("a[1-65536]b[1-65536]"));
  }

  @Test
  void countContainsAndUnique() {
    Hostlist list = Hostlist.parse("n[01-03,5],login,n[2-4]x1,n02");
    assertEquals(List.of("n01", "n02", "n03", "n5", "login", "n2x1", "n3x1", "n4x1", "n02"), list.toList());
    assertEquals(9, list.count());
    for (String host : list) {
      assertTrue(list.contains(host), host);
    }
    for (String host : new String[] {"n1", "n04", "n5x", "n", "", "n2x", "login1", "n005"}) {
      assertFalse(list.contains(host), host);
    }
    assertEquals("login,n[5,01-03],n2x1,n3x1,n4x1", list.unique().toString());
    assertEquals("n[1-100000]", Hostlist.of(java.util.stream.IntStream.rangeClosed(1, 100_000).mapToObj(i -> "n" + i).toList()).toString());
  }

  @Test
  void agreesWithTheRealScontrolOnRandomLists(@TempDir Path dir) throws Exception {
    boolean installed = Files.isExecutable(Path.of("/usr/bin/scontrol"));
    if (!installed) {
      System.err.println("SKIPPED: no /usr/bin/scontrol here (Debian: apt-get install slurm-client)");
    }
    Assumptions.assumeTrue(installed);
    Path conf = Files.writeString(dir.resolve("slurm.conf"), "ClusterName=c\nSlurmctldHost=localhost\nAuthType=auth/munge\n");
    long seed = System.nanoTime();
    System.out.println("HostlistTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      String expression = randomExpression(random);
      Hostlist ours = Hostlist.parse(expression);
      assertEquals(scontrol(conf, "hostlist", expression), ours.toString(), expression);
      assertEquals(scontrol(conf, "hostnames", expression), String.join("\n", ours.toList()), expression);
      assertEquals(scontrol(conf, "hostlistsorted", expression), ours.sorted().toString(), expression + " sorted");
      assertEquals(ours.toList(), Hostlist.parse(ours.toString()).toList(), expression);
    }
  }

  private static String randomExpression(Random random) {
    List<String> parts = new ArrayList<>();
    String[] prefixes = {"n", "m", "rack1-", "a2b", "a10b", "x"};
    // One padding per expression: how 22.05 sorts mixed ones depends on its sorting algorithm.
    int width = random.nextInt(3) == 0 ? 3 : 1;
    for (int k = random.nextInt(6); k >= 0; k--) {
      String part = prefixes[random.nextInt(prefixes.length)];
      if (random.nextInt(4) == 0) {
        part += "[" + bracket(random, width) + "]-";
      }
      parts.add(
          switch (random.nextInt(4)) {
            case 0 -> part + number(random.nextInt(30), width);
            case 1 -> part.endsWith("]-") ? part + "[" + bracket(random, width) + "]" : part + "z";
            default -> part + "[" + bracket(random, width) + "]";
          });
      if (parts.getLast().contains("]-") && !parts.getLast().endsWith("]")) {
        parts.removeLast(); // 22.05 takes no suffix
      }
    }
    return String.join(",", parts);
  }

  private static String bracket(Random random, int width) {
    StringBuilder out = new StringBuilder();
    for (int k = random.nextInt(4); k >= 0; k--) {
      int lo = random.nextInt(120);
      out.append(out.isEmpty() ? "" : ",").append(number(lo, width));
      if (random.nextBoolean()) {
        out.append('-').append(number(lo + random.nextInt(15), width));
      }
    }
    return out.toString();
  }

  private static String number(int n, int width) {
    return ("0000" + n).substring(Math.min(4, 4 + Integer.toString(n).length() - width));
  }

  private static String scontrol(Path conf, String what, String expression) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("/usr/bin/scontrol", "show", what, expression);
    builder.environment().put("SLURM_CONF", conf.toString());
    builder.redirectErrorStream(true);
    Process p = builder.start();
    String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    p.waitFor();
    return output.endsWith("\n") ? output.substring(0, output.length() - 1) : output;
  }
}
