/** What the controller tells waiting srun and salloc of its own accord, on connections to their ports. */
package org.slurmctldj.callbacks;
