package org.slurmctldj.client.squeue;

import org.slurmctldj.client.text.Format;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** Which letters and names squeue's formats know, in the release that is asked for. */
final class JobFormats {
  static Format.Fields<JobField> jobs(int release) {
    boolean old = release < ProtocolVersion.V23_02;
    return new Format.Fields<>() {
      @Override
      public JobField ofLetter(char letter) {
        // newer tables look for '\0' too and find the first field without a letter
        if (letter == '\0' && old || letter == 's' && !old) {
          return null;
        }
        for (JobField f : JobField.values()) {
          if (f.letter == letter) {
            return f;
          }
        }
        return null;
      }

      @Override
      public JobField ofName(String name) {
        for (JobField f : JobField.values()) {
          for (String n : f.names) {
            if (n.equals(name)) {
              return old ? (f == JobField.CONTAINER_ID || f == JobField.EXC_NODES ? null : f) : f == JobField.SELECT_JOB_INFO ? null : f;
            }
          }
        }
        return null;
      }

      @Override
      public String all() {
        return JobField.ALL_LETTERS;
      }

      @Override
      public String kind() {
        return "job";
      }
    };
  }

  static Format.Fields<StepField> steps(int release) {
    boolean old = release < ProtocolVersion.V23_02;
    return new Format.Fields<>() {
      @Override
      public StepField ofLetter(char letter) {
        if (letter == '\0') {
          return old ? null : StepField.ARRAY_JOB_ID;
        }
        for (StepField f : StepField.values()) {
          if (f.letter == letter) {
            return f;
          }
        }
        return null;
      }

      @Override
      public StepField ofName(String name) {
        if (old && name.equals("containerid")) {
          return StepField.CONTAINER;
        }
        for (StepField f : StepField.values()) {
          for (String n : f.names) {
            if (n.equals(name)) {
              return f;
            }
          }
        }
        return null;
      }

      @Override
      public String all() {
        return JobField.ALL_LETTERS;
      }

      @Override
      public String kind() {
        return "job step";
      }
    };
  }

  private JobFormats() {}
}
