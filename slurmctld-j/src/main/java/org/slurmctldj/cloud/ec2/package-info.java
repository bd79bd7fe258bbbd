/**
 * EC2 as an {@link org.slurmctldj.cloud.InstanceProvider}, through the AWS SDK. Nothing else in the controller knows the
 * SDK, whose classes are loaded only once a cloud is configured.
 */
package org.slurmctldj.cloud.ec2;
