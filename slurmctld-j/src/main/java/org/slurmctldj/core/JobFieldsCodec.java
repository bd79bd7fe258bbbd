package org.slurmctldj.core;

/** Writes and reads {@link JobFields}: each field under its {@link JobField#number()}. */
final class JobFieldsCodec {
  /** Lists show a job's command line since 25.11: one of up to so many characters is kept with list data. */
  private static final int LISTED_LINE = 1024;

  private JobFieldsCodec() {}

  /** Which fields to write. */
  enum Part {
    ALL,
    LIGHT,
    BULKY
  }

  static void write(TagWriter w, int tag, JobFields fields, Part part) {
    int mark = w.begin(tag);
    for (JobField f : JobField.VALUES) {
      if (!fields.has(f) || part != Part.ALL && bulky(fields, f) != (part == Part.BULKY)) {
        continue;
      }
      switch (f.kind()) {
        case NUMBER -> w.number(f.number(), fields.number(f));
        case TEXT -> w.text(f.number(), fields.text(f));
        case NUMBERS -> w.numbers(f.number(), fields.numbers(f));
        case TEXTS -> w.texts(f.number(), fields.texts(f));
      }
    }
    w.end(mark);
  }

  private static boolean bulky(JobFields fields, JobField f) {
    return f == JobField.SUBMIT_LINE ? fields.text(f).length() > LISTED_LINE : f.bulky();
  }

  static void read(TagReader r, JobFields into) {
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      JobField f = JobField.byNumber(tag);
      if (f == null) {
        throw r.unknown("a job request", tag);
      }
      switch (f.kind()) {
        case NUMBER -> into.number(f, r.number());
        case TEXT -> into.text(f, r.text());
        case NUMBERS -> into.numbers(f, r.numbers());
        case TEXTS -> into.texts(f, r.texts());
      }
    }
  }
}
