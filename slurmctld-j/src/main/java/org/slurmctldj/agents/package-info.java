/**
 * The controller's side of the streams to node agents: who is connected, what they must do (derived from the state,
 * hurried by effects) and what they report (turned into commands). Decides nothing itself.
 */
package org.slurmctldj.agents;
