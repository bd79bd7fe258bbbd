import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One {@code *.table} of constants to one Java type. First line: {@code enum Name // doc}, {@code flags Name // doc} or
 * {@code values Name // doc}; then {@code value | NAME | versions | text} per line.
 */
final class TableWriter {
  private record Row(String value, String name, int lo, int hi, String text) {}

  private final String kind;
  private final String className;
  private final String doc;
  private final String file;
  private final List<Row> rows = new ArrayList<>();

  TableWriter(Path path) throws IOException {
    file = path.getFileName().toString();
    List<String> lines = Files.readAllLines(path);
    int i = 0;
    while (lines.get(i).startsWith("#") || lines.get(i).isBlank()) {
      i++;
    }
    String[] head = lines.get(i).split("//", 2);
    String[] w = head[0].strip().split("\\s+");
    kind = w[0];
    className = w[1];
    doc = head.length > 1 ? head[1].strip() : "";
    for (i++; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] f = line.split("\\|", 4);
      String versions = f.length > 2 ? f[2].strip() : "";
      int dots = versions.indexOf("..");
      int lo = dots > 0 ? Integer.parseInt(versions.substring(0, dots)) : Model.FIRST;
      int hi = dots >= 0 && dots + 2 < versions.length() ? Integer.parseInt(versions.substring(dots + 2)) : Model.LAST;
      rows.add(new Row(f[0].strip(), f[1].strip(), lo, hi, f.length > 3 ? f[3].strip() : ""));
    }
  }

  String className() {
    return className;
  }

  private static long value(Row r) {
    return r.value.startsWith("bit") ? 1L << Integer.parseInt(r.value.substring(3)) : Long.decode(r.value);
  }

  String write() {
    Code c = new Code();
    c.line("// Generated from " + file + ". Do not edit.");
    c.line("package " + StructWriter.PACKAGE + ";").line("");
    if (kind.equals("enum")) {
      writeEnum(c);
    } else {
      writeFlags(c);
    }
    return c.toString();
  }

  private void writeFlags(Code c) {
    boolean wide = rows.stream().anyMatch(r -> value(r) > Integer.MAX_VALUE || value(r) < 0);
    String type = wide ? "long" : "int";
    if (kind.equals("flags")) {
      c.line("import java.util.ArrayList;").line("import java.util.List;").line("");
    }
    c.line("/** " + doc + " */").line("public final class " + className + " {");
    for (Row r : rows) {
      String d = r.text;
      if (r.lo != Model.FIRST || r.hi != Model.LAST) {
        d = (d.isEmpty() ? "" : d + " ") + "Versions " + r.lo + " to " + r.hi + ".";
      }
      if (!d.isEmpty()) {
        c.line("/** " + d + " */");
      }
      String v = r.value.startsWith("bit") ? "1" + (wide ? "L" : "") + " << " + r.value.substring(3) : r.value + (wide ? "L" : "");
      c.line("public static final " + type + " " + r.name + " = " + v + ";");
    }
    c.line("");
    c.line("private " + className + "() {}").line(kind.equals("flags") ? "" : "}");
    if (!kind.equals("flags")) {
      return;
    }
    c.line("/** Names of the single bits set in {@code value}, for people; what has no name is given in hex. */");
    c.line("public static String names(long value) {");
    c.line("List<String> names = new ArrayList<>();").line("long rest = value;");
    List<Long> seen = new ArrayList<>();
    for (Row r : rows) {
      long v = value(r);
      if (Long.bitCount(v) == 1 && !seen.contains(v)) {
        seen.add(v);
        c.line("if ((value & " + r.name + ") != 0) {").line("names.add(\"" + r.name + "\");").line("rest &= ~(long) " + r.name + ";").line("}");
      }
    }
    c.line("if (rest != 0) {").line("names.add(\"0x\" + Long.toHexString(rest));").line("}");
    c.line("return String.join(\"+\", names);").line("}");
    c.line("}");
  }

  private void writeEnum(Code c) {
    c.line("import java.util.Optional;").line("");
    c.line("/** " + doc + " */").line("public enum " + className + " {");
    for (int i = 0; i < rows.size(); i++) {
      Row r = rows.get(i);
      c.line(
          r.name + "(" + r.value + ", " + r.lo + ", " + r.hi + ", \"" + r.text.replace("\\", "\\\\").replace("\"", "\\\"") + "\")"
              + (i == rows.size() - 1 ? ";" : ","));
    }
    c.line("");
    c.line("private static final " + className + "[] ALL = values();").line("");
    c.line("private final int number;").line("private final int minVersion;").line("private final int maxVersion;").line("private final String text;").line("");
    c.line(className + "(int number, int minVersion, int maxVersion, String text) {");
    c.line("this.number = number;").line("this.minVersion = minVersion;").line("this.maxVersion = maxVersion;").line("this.text = text;");
    c.line("}").line("");
    c.line("public int number() {").line("return number;").line("}").line("");
    c.line("/** What Slurm's commands print for it. */").line("public String text() {").line("return text;").line("}").line("");
    c.line("/** Whether the release of that protocol version has it under this number. */");
    c.line("public boolean knownTo(int version) {").line("return version >= minVersion && version <= maxVersion;").line("}").line("");
    c.line("/** The one of a number in the newest release that has it. */");
    c.line("public static Optional<" + className + "> of(long number) {");
    c.line(className + " best = null;");
    c.line("for (" + className + " e : ALL) {");
    c.line("if (e.number == number && (best == null || e.maxVersion > best.maxVersion)) {").line("best = e;").line("}").line("}");
    c.line("return Optional.ofNullable(best);").line("}").line("");
    c.line("/** The one of a number as a release of that protocol version knows it. */");
    c.line("public static Optional<" + className + "> of(long number, int version) {");
    c.line("for (" + className + " e : ALL) {").line("if (e.number == number && e.knownTo(version)) {").line("return Optional.of(e);").line("}").line("}");
    c.line("return Optional.empty();").line("}");
    c.line("}");
  }
}
