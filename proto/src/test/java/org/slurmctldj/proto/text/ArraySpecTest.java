package org.slurmctldj.proto.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expectations are {@code sbatch --array=… } and {@code squeue -o %K} of Slurm 22.05.8 with MaxArraySize 100001. */
class ArraySpecTest {
  private static String shown(String text) {
    return ArraySpec.parse(text, 100001).map(a -> ArraySpec.print(a.tasks(), a.maxRunning(), ArraySpec.DEFAULT_LENGTH)).orElse("invalid");
  }

  @Test
  void specificationsAreReadAndShownAsSlurmDoes() {
    String[][] seen = {
      {"0-9%2", "0-9%2"}, {"1,3,5-9:2", "1,3,5,7,9"}, {"0", "0"}, {"1-7:2", "1,3,5,7"}, {"1-8:2", "1,3,5,7"}, {"0-100:10%5", "0-100:10%5"},
      {"1,2,3,7,8,9", "1-3,7-9"}, {"9,1,5", "1,5,9"}, {"1-3,2-5", "1-5"}, {"1,,2", "1-2"}, {"1-3%0", "1-3"}, {"1-3%a", "1-3"},
      {"1-3%2%3", "1-3%2"}, {"1, 2", "1-2"}, {" 1", "1"}, {"[1-3]", "1-3"}, {"[1-3]%2", "1-3%2"}, {"0,2", "0,2"}, {"100000", "100000"},
      {"1-5,7-9%4", "1-5,7-9%4"}, {"%3", "0%3"}, {"1%5", "1%5"}, {"01-03", "1-3"}, {"1-3:5", "1"}, {"1-3%99999", "1-3%99999"},
      {"0-10:2", "0,2,4,6,8,10"}, {"0-12:2", "0-12:2"}, {"0-12:3", "0,3,6,9,12"}, {"0-15:3", "0-15:3"}, {"1,4,7,10,13,16", "1-16:3"},
      {"1000-5000:1000", "1000,2000,3000,4000,5000"}, {"100-600:100", "100-600:100"}, {"1000-1010:2", "1000,1002,1004,1006,1008,1010"},
      {"1-200:3,500", "1,4,7,10,13,16,19,22,25,28,31,34,37,40,43,46,49,52,55,58,61,..."},
      {"1,4,9,16,25,36,49,64,81,100,121,144,169,196,225,256,289,324,361,400", "1,4,9,16,25,36,49,64,81,100,121,144,169,196,225,256,289,324,..."}};
    for (String[] s : seen) {
      assertEquals(s[1], shown(s[0]), s[0]);
    }
    for (String wrong : new String[] {"7-3", "abc", "1-", "-3", "1-3:0", "1 2", "1-3:2:1", "100001", "4294967295", "99999999999", "0x1", "1-3;2", ""}) {
      assertEquals("invalid", shown(wrong), wrong);
    }
  }

  @Test
  void longListsAreCutAtTheWantedLength() {
    Object[][] seen = {
      {"0,2,4,6", 9, "0,2,4..."}, {"0,2,4,6", 10, "0,2,4,6"}, {"0,2,4,10", 10, "0,2,4,..."}, {"0,2,4,10", 11, "0,2,4,10"},
      {"0,10-20,30", 8, "0,10..."}, {"1-3,10000", 12, "1-3,10000"}, {"1000-2000,3000", 7, "100..."}};
    for (Object[] s : seen) {
      BitSet tasks = ArraySpec.parse((String) s[0], 100001).orElseThrow().tasks();
      assertEquals(s[2], ArraySpec.print(tasks, 0, (int) s[1]), s[0] + " " + s[1]);
    }
    BitSet many = ArraySpec.parse("1-200:3,500", 1000).orElseThrow().tasks();
    assertTrue(ArraySpec.print(many, 0, 0).endsWith("199,500"));
  }

  @Test
  void theBitStringHasTaskZeroInTheLastDigit() {
    // array_bitmap of sbatch --array=1-3 as captured: size 4, 0xE
    BitSet tasks = ArraySpec.parse("1-3", 100).orElseThrow().tasks();
    assertEquals("0xE", ArraySpec.toHex(tasks, 4));
    assertEquals("0x0E", ArraySpec.toHex(tasks, 5));
    assertEquals("0x0", ArraySpec.toHex(new BitSet(), 0));
    assertEquals(tasks, ArraySpec.fromHex("0x00E").orElseThrow());
    assertEquals(tasks, ArraySpec.fromHex("0xe").orElseThrow());
    assertTrue(ArraySpec.fromHex("E").isEmpty());
    assertTrue(ArraySpec.fromHex("0xG").isEmpty());
    assertTrue(ArraySpec.fromHex(null).isEmpty());
  }

  @Test
  void countsPerNodeAreJoined() {
    assertEquals("2(x3),1", CompressedCounts.print(List.of(2L, 2L, 2L, 1L)));
    assertEquals("4", CompressedCounts.print(new long[] {4}, new long[] {1}));
    assertEquals("4,2(x2)", CompressedCounts.print(new long[] {4, 2}, new long[] {1, 2}));
    assertEquals(List.of(2L, 2L, 2L, 1L), CompressedCounts.parse("2(x3),1").orElseThrow());
    for (String wrong : new String[] {"", "x", "2(x0)", "2(x3", "2(3)", "-1", "2(x99999999)"}) {
      assertTrue(CompressedCounts.parse(wrong).isEmpty(), wrong);
    }
  }
}
