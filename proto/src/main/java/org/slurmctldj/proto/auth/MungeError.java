package org.slurmctldj.proto.auth;

/** munged's error numbers (EMUNGE_*) with libmunge 0.5's texts. */
public enum MungeError {
  SUCCESS("Success"),
  SNAFU("Internal error"),
  BAD_ARG("Invalid argument"),
  BAD_LENGTH("Exceeded maximum message length"),
  OVERFLOW("Buffer overflow"),
  NO_MEMORY("Out of memory"),
  SOCKET("Socket communication error"),
  TIMEOUT("Socket timeout"),
  BAD_CRED("Invalid credential format"),
  BAD_VERSION("Invalid credential version"),
  BAD_CIPHER("Invalid cipher type"),
  BAD_MAC("Invalid MAC type"),
  BAD_ZIP("Invalid compression type"),
  BAD_REALM("Unrecognized security realm"),
  CRED_INVALID("Invalid credential"),
  CRED_EXPIRED("Expired credential"),
  CRED_REWOUND("Rewound credential"),
  CRED_REPLAYED("Replayed credential"),
  CRED_UNAUTHORIZED("Unauthorized credential");

  private static final MungeError[] ALL = values();
  private final String text;

  MungeError(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** The error with munged's number; SNAFU for a number unknown here. */
  static MungeError of(int number) {
    return number < ALL.length ? ALL[number] : SNAFU;
  }
}
