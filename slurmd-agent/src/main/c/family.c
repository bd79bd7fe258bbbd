/*
 * All processes below this one. As their sub-reaper it gets every orphan, so a double fork, setsid or nohup does not
 * escape. Found through /proc: pid and parent of every process, then the closure of "is a child of".
 */
#include "shepherd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
  pid_t pid, parent;
  char state;
  char ours;
};

static size_t read_processes(struct process **into) {
  DIR *proc = opendir("/proc");
  if (proc == NULL) return 0;
  size_t count = 0, room = 0;
  struct process *list = NULL;
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    char name[64], text[512];
    snprintf(name, sizeof name, "/proc/%.20s/stat", entry->d_name);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0) continue;
    text[got] = '\0';
    /* the name may hold anything, ')' too: the fields come after the last one */
    char *fields = strrchr(text, ')');
    int parent;
    char state;
    if (fields == NULL || sscanf(fields + 1, " %c %d", &state, &parent) != 2) continue;
    if (count == room) {
      room = room == 0 ? 512 : room * 2;
      struct process *more = realloc(list, room * sizeof *more);
      if (more == NULL) break;
      list = more;
    }
    list[count++] = (struct process){.pid = (pid_t)atoi(entry->d_name), .parent = parent, .state = state};
  }
  closedir(proc);
  *into = list;
  return count;
}

static int by_pid(const void *a, const void *b) {
  pid_t x = ((const struct process *)a)->pid, y = ((const struct process *)b)->pid;
  return (x > y) - (x < y);
}

/* Marks our descendants that are alive; returns how many. */
static size_t mark(struct process *list, size_t count) {
  pid_t self = getpid();
  size_t found = 0;
  if (count == 0) return 0;
  qsort(list, count, sizeof *list, by_pid);
  for (int again = 1; again;) {
    again = 0;
    for (size_t i = 0; i < count; i++) {
      if (list[i].ours || list[i].pid == self) continue;
      struct process key = {.pid = list[i].parent};
      struct process *parent = list[i].parent == self ? NULL : bsearch(&key, list, count, sizeof *list, by_pid);
      if (list[i].parent == self || (parent != NULL && parent->ours)) {
        list[i].ours = 1;
        again = 1;
        found += list[i].state != 'Z' && list[i].state != 'X';
      }
    }
  }
  return found;
}

size_t family_count(void) {
  /* a sub-reaper without children has no descendants: most jobs end so, and /proc is dear */
  siginfo_t info;
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD) return 0;
  struct process *list = NULL;
  size_t count = read_processes(&list);
  size_t found = mark(list, count);
  free(list);
  return found;
}

size_t family_signal(int signal) {
  size_t first = 0;
  /* a fork between reading /proc and the signal would be missed: look again until nobody new is there */
  pid_t seen_last = 0;
  for (int round = 0; round < 10; round++) {
    struct process *list = NULL;
    size_t count = read_processes(&list), found = mark(list, count);
    pid_t newest = 0;
    for (size_t i = 0; i < count; i++) {
      if (!list[i].ours || list[i].state == 'Z' || list[i].state == 'X') continue;
      if (list[i].pid > newest) newest = list[i].pid;
      /* SIGKILL may be repeated, others must come once */
      if (round == 0 || signal == SIGKILL || list[i].pid > seen_last) kill(list[i].pid, signal);
    }
    free(list);
    if (round == 0) first = found;
    if (found == 0 || (signal != SIGKILL && newest <= seen_last)) break;
    if (signal == SIGKILL && round > 0 && newest <= seen_last) break;
    seen_last = newest;
  }
  return first;
}
