/**
 * What the JDK does not offer of Linux: user and group look-ups through libc (so that nsswitch.conf counts), resource
 * limits, the host name, service notification. Both daemons and the clients call it, on any thread. It never starts a
 * process and never changes the process's identity.
 */
package org.slurmctldj.proto.os;
