/** slurm.conf's Prolog and Epilog: root's programs before the first and after the last process of a job on this node. */
package org.slurmctldj.agent.script;
