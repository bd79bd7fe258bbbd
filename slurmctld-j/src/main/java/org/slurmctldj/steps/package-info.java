/** Job steps on the wire: what srun, sattach, sbcast and node daemons ask and say of them, and signals to their tasks. */
package org.slurmctldj.steps;
