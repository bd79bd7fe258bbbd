/**
 * One class per family of Slurm's RPCs. A handler validates, reads the state or sends one command, and answers. All run
 * on worker threads.
 */
package org.slurmctldj.rpc.handlers;
