/**
 * Durability: the one log that every change of the cluster passes, the blobs that records name, and
 * the snapshots that shorten a restart. On disk it is what docs/journal-format.md says.
 *
 * <p>This room knows bytes, sequences and files; what a record means is core's affair. It must never
 * report a record as durable that is not.
 */
package org.slurmctldj.journal;
