/**
 * Planners: pure functions from a view of the state and a time to proposals. They read records and
 * never write any; what they propose is carried out, or not, by core's apply.
 */
package org.slurmctldj.sched;
