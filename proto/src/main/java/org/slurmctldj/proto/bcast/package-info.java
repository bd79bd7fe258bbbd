/** Files that sbcast and srun --bcast send to nodes: what both ends must do alike. */
package org.slurmctldj.proto.bcast;
