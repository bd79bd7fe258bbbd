package org.slurmctldj.client.text;

/** What Linux' libc calls the signals, for "RaisedSignal:9(Killed)". */
public final class SignalDescriptions {
  private static final String[] DESCRIPTIONS = {
    "Unknown signal 0", "Hangup", "Interrupt", "Quit", "Illegal instruction", "Trace/breakpoint trap", "Aborted", "Bus error",
    "Floating point exception", "Killed", "User defined signal 1", "Segmentation fault", "User defined signal 2", "Broken pipe",
    "Alarm clock", "Terminated", "Stack fault", "Child exited", "Continued", "Stopped (signal)", "Stopped",
    "Stopped (tty input)", "Stopped (tty output)", "Urgent I/O condition", "CPU time limit exceeded",
    "File size limit exceeded", "Virtual timer expired", "Profiling timer expired", "Window changed", "I/O possible",
    "Power failure", "Bad system call"
  };

  public static String of(int number) {
    if (number < DESCRIPTIONS.length) {
      return DESCRIPTIONS[number];
    }
    return number >= 34 && number <= 64 ? "Real-time signal " + (number - 34) : "Unknown signal " + number;
  }

  private SignalDescriptions() {}
}
