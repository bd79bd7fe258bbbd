/**
 * Real slurmd nodes: Slurm's node protocol outwards, each node in the protocol version of its registration. A room
 * beside {@code agents}; core does not know which of the two a node is.
 */
package org.slurmctldj.slurmd;
