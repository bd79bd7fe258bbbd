/** The process: command line, logging, the order of starting and stopping, signals, and what joins the rooms. */
package org.slurmctldj.daemon;
