/**
 * Power saving's outside: calls SuspendProgram, ResumeProgram and ResumeFailProgram for the nodes whose records ask for
 * it, and says so with a command. Policy is core's ({@code PowerSave}).
 */
package org.slurmctldj.power;
