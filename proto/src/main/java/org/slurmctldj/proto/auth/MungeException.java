package org.slurmctldj.proto.auth;

import java.util.Optional;

/** munged refused, or could not be reached. The message is libmunge's or munged's own text. */
public final class MungeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final MungeError error;
  private final transient MungeClient.Decoded decoded;

  MungeException(MungeError error, String message, MungeClient.Decoded decoded) {
    super(message);
    this.error = error;
    this.decoded = decoded;
  }

  public MungeError error() {
    return error;
  }

  /** What the credential holds although it has expired, was rewound or replayed; munged tells it then. */
  public Optional<MungeClient.Decoded> decoded() {
    return Optional.ofNullable(decoded);
  }
}
