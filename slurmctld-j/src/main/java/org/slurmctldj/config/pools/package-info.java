/**
 * pools.yaml: compute node groups and queues. Read, checked as PCS checks (each field, then each object in its context,
 * then all against each other, every fault listed), and turned into slurm.conf lines and core's pools.
 */
package org.slurmctldj.config.pools;
