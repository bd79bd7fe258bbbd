package org.slurmctldj.cloud.ec2;

import java.util.Map;
import java.util.Set;
import org.slurmctldj.cloud.CloudFailure;
import org.slurmctldj.cloud.CloudFailure.Kind;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** EC2's error codes as kinds of failure ("Error codes for the Amazon EC2 API" in its reference). */
final class Ec2Errors {
  /** Asked too fast: the same request is good a little later. */
  private static final Set<String> THROTTLED =
      Set.of("RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "SlowDown", "TooManyRequestsException");

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("InsufficientInstanceCapacity", Kind.CAPACITY),
          Map.entry("InsufficientHostCapacity", Kind.CAPACITY),
          Map.entry("InsufficientReservedInstanceCapacity", Kind.CAPACITY),
          Map.entry("InsufficientCapacity", Kind.CAPACITY),
          Map.entry("InsufficientCapacityOnHost", Kind.CAPACITY),
          Map.entry("InsufficientFreeAddressesInSubnet", Kind.CAPACITY),
          Map.entry("ReservationCapacityExceeded", Kind.CAPACITY),
          Map.entry("UnfulfillableCapacity", Kind.CAPACITY),
          Map.entry("SpotMaxPriceTooLow", Kind.CAPACITY),
          // the type is not sold in that zone: another option may do
          Map.entry("Unsupported", Kind.CAPACITY),
          Map.entry("VcpuLimitExceeded", Kind.LIMIT),
          Map.entry("InstanceLimitExceeded", Kind.LIMIT),
          Map.entry("MaxSpotInstanceCountExceeded", Kind.LIMIT),
          Map.entry("SpotInstanceCountLimitExceeded", Kind.LIMIT),
          Map.entry("AddressLimitExceeded", Kind.LIMIT),
          Map.entry("NetworkInterfaceLimitExceeded", Kind.LIMIT),
          Map.entry("VolumeLimitExceeded", Kind.LIMIT),
          Map.entry("MaxIOPSLimitExceeded", Kind.LIMIT),
          Map.entry("ResourceCountExceeded", Kind.LIMIT),
          Map.entry("ConcurrentTagAccess", Kind.UNAVAILABLE),
          Map.entry("RequestExpired", Kind.UNAVAILABLE),
          Map.entry("InternalError", Kind.UNAVAILABLE),
          Map.entry("InternalFailure", Kind.UNAVAILABLE),
          Map.entry("ServerInternal", Kind.UNAVAILABLE),
          Map.entry("Unavailable", Kind.UNAVAILABLE),
          Map.entry("ServiceUnavailable", Kind.UNAVAILABLE),
          Map.entry("RequestTimeout", Kind.UNAVAILABLE));

  static CloudFailure of(SdkException e) {
    if (e instanceof AwsServiceException service && service.awsErrorDetails() != null) {
      String code = service.awsErrorDetails().errorCode();
      String message = service.awsErrorDetails().errorMessage();
      if (service.statusCode() == 401) {
        // the JDK's client keeps the body of such an answer to itself; EC2 has one error only with this status
        return new CloudFailure("AuthFailure", "EC2 does not know the access credentials, or they are not valid", Kind.CONFIGURATION);
      }
      return new CloudFailure(
          code == null ? "HTTP " + service.statusCode() : code, message == null ? "" : message, kind(code, service.statusCode()));
    }
    Throwable deepest = e;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    return new CloudFailure("NoAnswer", String.valueOf(deepest.getMessage()), Kind.UNAVAILABLE);
  }

  /** What is not in the table: a server's fault when it says so, else something that an admin must mend. */
  static Kind kind(String code, int httpStatus) {
    if (code != null && THROTTLED.contains(code)) {
      return Kind.LIMIT;
    }
    Kind known = code == null ? null : KINDS.get(code);
    if (known != null) {
      return known;
    }
    return httpStatus >= 500 ? Kind.UNAVAILABLE : Kind.CONFIGURATION;
  }

  static boolean isThrottled(CloudFailure failure) {
    return THROTTLED.contains(failure.code());
  }

  private Ec2Errors() {}
}
