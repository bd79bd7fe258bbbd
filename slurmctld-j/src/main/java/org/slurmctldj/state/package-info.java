/**
 * Where the applied state lies: off the Java heap, so that a million jobs are no burden to the garbage
 * collector. One thread (apply) writes, any thread reads without locks and never waits for it.
 *
 * <p>Records are bytes ({@code core.RecordCodec}) in an arena; what planners scan lies in columns; the
 * bulky part of requests lies in Chronicle Map. Nothing here survives the process: the journal and
 * its snapshots do. No policy lives here.
 */
package org.slurmctldj.state;
