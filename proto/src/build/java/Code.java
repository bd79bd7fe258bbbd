/** Java source text with indentation. */
final class Code {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  Code line(String s) {
    if (s.startsWith("}")) {
      depth--;
    }
    if (!s.isEmpty()) {
      text.repeat("  ", depth).append(s);
    }
    text.append('\n');
    if (s.endsWith("{")) {
      depth++;
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
