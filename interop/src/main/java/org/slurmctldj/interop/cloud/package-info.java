/**
 * A fake EC2, in a process of its own: speaks the EC2 Query protocol to the real AWS SDK, keeps instances that go through
 * EC2's states, fails on demand, and runs a real slurmd-agent for each instance on this machine with an instance metadata
 * service for it. It is a fake: no test here shows that real EC2 behaves so. Shapes of requests and answers are those of
 * the SDK's own classes; that much is not made up.
 */
package org.slurmctldj.interop.cloud;
