/*
 * The shepherd: parent of one job's batch script on a node, for as long as the script and what it left behind live.
 *
 * It is started by slurmd-agent with one argument, the launch's directory, and is independent of it from then on: own
 * session, sub-reaper, no descriptor shared with the agent. It must never lose an exit status and never run a script
 * twice. It reads `spec` there, holds a lock on `lock` as long as it lives, makes `started` before the script can run,
 * listens on the unix socket `control`, and leaves `exit`.
 *
 * One thread. Linux only.
 */
#ifndef SHEPHERD_H
#define SHEPHERD_H

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Exit codes of the process the agent started (before the shepherd is on its own). */
enum {
  EXIT_READY = 0,          /* on its own, listening; the script is about to run */
  EXIT_USAGE = 64,
  EXIT_SPOOL = 65,         /* spec unreadable or wrong, lock or socket cannot be made: nothing was run */
  EXIT_ALREADY_RUNS = 66,  /* another shepherd holds the lock */
  EXIT_WAS_STARTED = 67,   /* `started` is there: the script may have run; never again */
};

struct strings {
  char **item;
  size_t count;
};

struct rlimit_wish {
  int resource;
  rlim_t soft;
  char *name;
};

struct write_wish {
  char *file;
  char *value;
};

/* What to run, from the file `spec`. Strings are NUL-terminated bytes; absent ones are NULL. */
struct spec {
  char *prefix;  /* "slurmstepd" or "slurmstepd-n1": how messages in the job's error file begin */
  char *executable;
  char *work_dir;
  char *std_in, *std_out, *std_err;
  char *oom_file;   /* cgroup file with an "oom_kill N" line */
  char *peak_file;  /* cgroup file with a byte count */
  char *step;       /* "12.batch" */
  char *script_prolog, *script_epilog; /* TaskProlog and TaskEpilog of a batch script; NULL: none */
  struct strings argv, env;
  struct strings cgroups;       /* made if needed, joined by the script, emptied and removed at the end */
  struct write_wish *writes;    /* into cgroup files, before the script joins */
  size_t write_count;
  struct rlimit_wish *rlimits;
  size_t rlimit_count;
  gid_t *groups;
  size_t group_count;
  uid_t uid;
  gid_t gid;
  mode_t umask;
  int append;
  int nice;
  int privileged;  /* the agent runs as root: drop ids */
  int adopts;      /* an extern step: processes that are not below this one come into its cgroups */
};

/* What `exit` says. */
struct outcome {
  int wait_status;
  const char *failure; /* NONE, STDIO, EXEC, SETUP */
  char text[512];
  pid_t script;
  int64_t start_ms, end_ms;
  struct rusage usage;
  long oom_kills;
  int64_t peak_kb;
  int clean;
};

/* spec.c: records of a file are handed to `take` one by one; the strings live as long as the process. */
typedef int take_function(void *into, const char *key, char *value);
int read_records(const char *file, take_function *take, void *into, char *why, size_t why_size);
int take_record(struct spec *spec, const char *key, char *value);
int add_string(struct strings *list, char *value);
int read_number(const char *text, unsigned long long most, unsigned long long *into);
int read_spec(const char *file, struct spec *spec, char *why, size_t why_size);

/* start.c: forks the script. Returns its pid, or -1 with the outcome filled in as Slurm reports such a failure. */
pid_t start_script(const struct spec *spec, struct outcome *outcome);
/* After the process has ended that start_script gave: 1, with the outcome filled in, when a TaskProlog ran but the script could not. */
int script_never_ran(struct outcome *outcome);
/* A line in the job's error file, as slurmstepd writes it. */
void job_message(const struct spec *spec, const char *text);
/* Gives the step its name in messages and closes the error file. */
void close_job_output(void);
/* Where job_message writes; -1: nowhere. */
void set_job_output(int fd);
/* What the batch script and a step's tasks have in common on their way to exec. */
int become_user(const struct spec *spec);
void become_root_again(void);
int open_output(const char *file, int append);
void set_limits(const struct spec *spec);
/* execve(2), waiting while the file is open for writing; returns with errno set where it fails. */
void execute(const char *file, char *const argv[], char *const env[]);

int bad_interpreter(const char *file, char *into, size_t size);

/* family.c: all processes under this one; it is their sub-reaper, so orphans are found too. */
size_t family_count(void);
/* Signals them all, several times while new ones appear; returns how many there were. */
size_t family_signal(int signal);

/* group.c */
int join_cgroups(const struct spec *spec, char *why, size_t why_size);
int make_cgroups(const struct spec *spec, char *why, size_t why_size);
size_t signal_cgroup(const char *group, int signal);
size_t signal_cgroups(const struct spec *spec, int signal);
void remove_cgroups(const struct spec *spec);
void read_cgroup_counts(const struct spec *spec, struct outcome *outcome);

/* record.c */
int write_started(const char *boot_id);
int write_exit(const struct outcome *outcome, const char *boot_id);
int64_t now_ms(void);
void read_boot_id(char *into, size_t size);
int write_whole_file(const char *file, const char *text);

/* control.c */
struct control {
  int listener;
  struct client {
    int fd;
    size_t used;
    char line[1024];
  } clients[8];
};
enum order_kind { ORDER_SIGNAL, ORDER_TERMINATE, ORDER_ATTACH, ORDER_SAY };
struct order {
  enum order_kind kind;
  int signal;
  int script_only;
  long kill_wait_ms;
  int at_once;
  int number;
  char *message; /* NULL: none; points into the client's line */
};
int open_control(struct control *control);
/* Reads what a descriptor has; calls `obey` for each whole order. */
void serve_listener(struct control *control);
void serve_client(struct control *control, size_t index, void (*obey)(const struct order *));
void tell_clients(struct control *control, const char *line);

/* life.c: how the process gets away from the agent that started it, the same for a script's and a step's. */
int detach(void);
void tell_parent(int pipe_end, unsigned char code);
/* Holds the launch's lock, enters its name into the process list, is sub-reaper; or tells the parent why not and ends. */
void settle(int ready, const char *name);
/* All signals blocked; a descriptor on which SIGCHLD is read. */
int block_signals(void);
int directory_is_gone(void);
/* A full disk must not lose the status: again until it is written. */
void record_end(const struct spec *spec, struct outcome *outcome, const char *boot_id);
/* Nothing of it may stay: kills until nothing is left. `ended` is called once when that takes long. */
void kill_leftovers(const struct spec *spec, void (*ended)(void));
void signal_everything(const struct spec *spec, int signal);
void out_of_memory_message(const struct spec *spec, struct outcome *outcome);
void say(const char *text);

/* step.c: the same executable as a step's process; `slurm-shepherd step DIRECTORY`. */
int step_main(void);
/* put.c: `slurm-shepherd put` */
int put_main(void);
/* script.c: `slurm-shepherd exec DIRECTORY` */
int exec_main(void);

#endif
