/** State to Slurm's wire structs, as real slurmctld fills them. Pure: records and configuration in, structs out. */
package org.slurmctldj.rpc.render;
