/**
 * Ties journal, core and state together: commands in, durable, applied, answered; effects out. The
 * threads of the controller's heart begin here: journal, apply, timer, snapshot, and one per listener.
 *
 * <p>Nobody else writes the journal or the state. No policy lives here.
 */
package org.slurmctldj.engine;
