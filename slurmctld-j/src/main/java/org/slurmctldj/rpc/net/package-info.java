/**
 * The port itself: sockets, sniffing, frame limits, deadlines, shedding. Knows lengths and first bytes, nothing of
 * Slurm's messages. Everything here runs on netty's event loops and never blocks.
 */
package org.slurmctldj.rpc.net;
