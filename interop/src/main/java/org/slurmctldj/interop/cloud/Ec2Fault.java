package org.slurmctldj.interop.cloud;

/** An error that EC2 answers with. */
final class Ec2Fault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  Ec2Fault(String code, String message) {
    super(message);
    this.code = code;
  }

  String code() {
    return code;
  }

  int httpStatus() {
    return switch (code) {
      case "AuthFailure" -> 401;
      case "UnauthorizedOperation" -> 403;
      case "DryRunOperation" -> 412;
      case "RequestLimitExceeded", "Unavailable", "ServiceUnavailable" -> 503;
      case "InternalError", "InsufficientInstanceCapacity", "InsufficientHostCapacity" -> 500;
      default -> 400;
    };
  }

  String xml(String requestId) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>"
        + code
        + "</Code><Message>"
        + XmlShape.escaped(getMessage())
        + "</Message></Error></Errors><RequestID>"
        + requestId
        + "</RequestID></Response>";
  }
}
