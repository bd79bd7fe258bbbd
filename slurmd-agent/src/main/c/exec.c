/*
 * execve(2) that waits for a file to be closed: the agent writes a job's script in one thread while another starts a
 * shepherd, and until that child has executed it holds a copy of the script's descriptor, open for writing. execve() says
 * ETXTBSY then, to a job that has done nothing wrong. What a user really keeps open for writing fails all the same, later.
 */
#include "shepherd.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 500 }; /* 10 ms apart: a busy machine may keep a child from its exec for seconds */

void execute(const char *file, char *const argv[], char *const env[]) {
  struct timespec pause = {.tv_nsec = 10000000};
  for (int i = 0; i < ATTEMPTS; i++) {
    execve(file, argv, env);
    if (errno != ETXTBSY) return;
    nanosleep(&pause, NULL);
  }
  errno = ETXTBSY;
}
