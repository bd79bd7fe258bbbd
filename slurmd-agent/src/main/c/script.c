/*
 * `slurm-shepherd exec DIRECTORY`: becomes the one script that DIRECTORY's `spec` names, with that environment and nothing else,
 * in a session of its own. Prolog and Epilog: as the agent's own user. Byte for byte, which a JVM cannot promise.
 */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a shell answers for a program that cannot be executed. */
#define NOT_EXECUTED 127

static int take(void *into, const char *key, char *value) {
  return take_record(into, key, value);
}

int exec_main(void) {
  static struct spec spec;
  static char *none[] = {NULL};
  char why[500];
  if (read_records("spec", take, &spec, why, sizeof why) != 0 || spec.executable == NULL || spec.work_dir == NULL) {
    say(spec.executable == NULL ? "spec: a record is missing" : why);
    return NOT_EXECUTED;
  }
  setsid();
  umask(022);
  if (chdir(spec.work_dir) != 0 && chdir("/") != 0) return NOT_EXECUTED;
  for (int s = 1; s <= 64; s++) signal(s, SIG_DFL);
  char *argv[] = {spec.executable, NULL};
  execute(spec.executable, argv, spec.env.item != NULL ? spec.env.item : none);
  dprintf(2, "%s: %s\n", spec.executable, strerror(errno));
  return NOT_EXECUTED;
}
