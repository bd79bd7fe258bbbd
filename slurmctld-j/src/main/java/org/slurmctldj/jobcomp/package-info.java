/** The log of finished jobs (JobCompType=jobcomp/filetxt): a line for each run that ended. Reads the state, changes nothing. */
package org.slurmctldj.jobcomp;
