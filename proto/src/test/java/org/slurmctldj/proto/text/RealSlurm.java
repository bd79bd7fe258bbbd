package org.slurmctldj.proto.text;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The text functions of an installed Slurm 22.05, called in this process, to compare ours with. */
final class RealSlurm {
  private static final Path LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/slurm-wlm/libslurmfull.so");
  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup library;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment buffer = arena.allocate(4096);

  private RealSlurm() {
    library = SymbolLookup.libraryLookup(LIBRARY, arena);
  }

  static RealSlurm load() {
    boolean installed = Files.exists(LIBRARY);
    if (!installed) {
      System.err.println("SKIPPED: no " + LIBRARY + " here (Debian 12: apt-get install slurm-wlm-basic-plugins)");
    }
    Assumptions.assumeTrue(installed);
    return new RealSlurm();
  }

  private MethodHandle function(String name, FunctionDescriptor descriptor) {
    return linker.downcallHandle(library.find(name).or(() -> linker.defaultLookup().find(name)).orElseThrow(), descriptor);
  }

  /** libc reads TZ anew. */
  void zone(String tz) throws Throwable {
    int r = (int) function("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
        .invokeExact(arena.allocateFrom("TZ"), arena.allocateFrom(tz), 1);
    function("tzset", FunctionDescriptor.ofVoid()).invokeExact();
  }

  int timeStr2Secs(String text) throws Throwable {
    return (int) function("slurm_time_str2secs", FunctionDescriptor.of(JAVA_INT, ADDRESS)).invokeExact(arena.allocateFrom(text));
  }

  int timeStr2Mins(String text) throws Throwable {
    return (int) function("slurm_time_str2mins", FunctionDescriptor.of(JAVA_INT, ADDRESS)).invokeExact(arena.allocateFrom(text));
  }

  String secs2TimeStr(long seconds) throws Throwable {
    function("slurm_secs2time_str", FunctionDescriptor.ofVoid(JAVA_LONG, ADDRESS, JAVA_INT)).invokeExact(seconds, buffer, 64);
    return buffer.getString(0);
  }

  String mins2TimeStr(int minutes) throws Throwable {
    function("slurm_mins2time_str", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, JAVA_INT)).invokeExact(minutes, buffer, 64);
    return buffer.getString(0);
  }

  long parseTime(String text, boolean past) throws Throwable {
    return (long) function("slurm_parse_time", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT))
        .invokeExact(arena.allocateFrom(text), past ? 1 : 0);
  }

  String makeTimeStr(long time) throws Throwable {
    MemorySegment t = arena.allocate(JAVA_LONG);
    t.set(JAVA_LONG, 0, time);
    function("slurm_make_time_str", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT)).invokeExact(t, buffer, 64);
    return buffer.getString(0);
  }

  long strToMbytes(String text) throws Throwable {
    return (long) function("str_to_mbytes", FunctionDescriptor.of(JAVA_LONG, ADDRESS)).invokeExact(arena.allocateFrom(text));
  }

  String mbytesToStr(long mebibytes) throws Throwable {
    MemorySegment s = (MemorySegment) function("mbytes_to_str", FunctionDescriptor.of(ADDRESS, JAVA_LONG)).invokeExact(mebibytes);
    return s.reinterpret(64).getString(0);
  }

  /** {@code wanted} may be (int) NO_VAL. */
  String convertNumUnit(double number, int unit, int wanted, int flags) throws Throwable {
    function("slurm_convert_num_unit", FunctionDescriptor.ofVoid(JAVA_DOUBLE, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT))
        .invokeExact(number, buffer, 64, unit, wanted, flags);
    return buffer.getString(0);
  }

  /** libc's strftime in the zone last set. */
  String strftime(String format, long time) throws Throwable {
    MemorySegment t = arena.allocate(JAVA_LONG);
    t.set(JAVA_LONG, 0, time);
    MemorySegment tm = arena.allocate(64, 8);
    MemorySegment r = (MemorySegment) function("localtime_r", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS)).invokeExact(t, tm);
    long n = (long) function("strftime", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS))
        .invokeExact(buffer, 4096L, arena.allocateFrom(format), tm);
    byte[] out = buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
    return new String(out, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
