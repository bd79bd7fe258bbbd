/*
 * From specification to running script. Output files are opened as the user (effective ids), the script's process drops
 * its ids for good as the last thing before it changes directory and executes.
 */
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Slurm's exit status of a batch script whose input or output could not be set up: "signal" 53. */
#define IO_SETUP_FAILED 53

/* The job's error file, for slurmstepd's messages. */
static int error_file = -1;

/* Where its report comes from while a TaskProlog runs. */
static int late_report = -1;

/* What the script's process reports before its exec. */
struct report {
  int error;
  char stage; /* 's' setup, 'e' exec */
  char text[400];
};

void job_message(const struct spec *spec, const char *text) {
  if (error_file < 0) return;
  char line[1500];
  int size = snprintf(line, sizeof line, "%s: error: %s\n", spec->prefix, text);
  if (size >= (int)sizeof line) size = (int)sizeof line - 1;
  if (write(error_file, line, (size_t)size) < 0) return; /* a full disk is the user's; the job's end is told anyway */
}

void set_job_output(int fd) {
  error_file = fd;
}

void close_job_output(void) {
  if (error_file >= 0) close(error_file);
  error_file = -1;
}

int become_user(const struct spec *spec) {
  return setgroups(spec->group_count, spec->groups) != 0 || setegid(spec->gid) != 0 || seteuid(spec->uid) != 0 ? -1 : 0;
}

void become_root_again(void) {
  if (seteuid(0) != 0 || setegid(0) != 0 || setgroups(0, NULL) != 0) {
    /* cannot happen with real uid 0; going on with a user's ids would be wrong */
    _exit(EXIT_SPOOL);
  }
}

/* Directories of an output file that are missing are made, as Slurm does since 23.11. */
static void make_directories(const char *file) {
  char path[4200];
  if (strlen(file) >= sizeof path) return;
  strcpy(path, file);
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(path, 0755) != 0 && errno != EEXIST) return;
    *slash = '/';
  }
}

int open_output(const char *file, int append) {
  int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | (append ? 0 : O_TRUNC);
  int fd = open(file, flags, 0666);
  if (fd < 0 && errno == ENOENT) {
    make_directories(file);
    fd = open(file, flags, 0666);
  }
  return fd;
}

/* Opens the three files; -1 with text says which could not be. */
static int open_stdio(const struct spec *spec, int fds[3], char *text, size_t size) {
  const char *names[3] = {spec->std_in, spec->std_out, spec->std_err};
  const char *kinds[3] = {"stdin", "stdout", "stderr"};
  for (int i = 0; i < 3; i++) {
    fds[i] = i == 0 ? open(names[i], O_RDONLY | O_CLOEXEC | O_NOCTTY) : open_output(names[i], spec->append);
    if (fds[i] < 0) {
      snprintf(text, size, "Could not open %s file %.300s: %s", kinds[i], names[i], strerror(errno));
      return -1;
    }
  }
  return 0;
}

void set_limits(const struct spec *spec) {
  for (size_t i = 0; i < spec->rlimit_count; i++) {
    const struct rlimit_wish *wish = &spec->rlimits[i];
    struct rlimit now;
    if (getrlimit(wish->resource, &now) != 0) continue;
    struct rlimit want = {.rlim_cur = wish->soft, .rlim_max = now.rlim_max};
    if (want.rlim_max != RLIM_INFINITY && (want.rlim_cur == RLIM_INFINITY || want.rlim_cur > want.rlim_max))
      want.rlim_max = want.rlim_cur; /* root may raise it */
    if (setrlimit(wish->resource, &want) != 0) {
      want = (struct rlimit){.rlim_cur = now.rlim_max, .rlim_max = now.rlim_max};
      setrlimit(wish->resource, &want);
    }
  }
}

/* The "#!" line's interpreter if that is what execve could not find. */
int bad_interpreter(const char *file, char *into, size_t size) {
  char head[256];
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t got = read(fd, head, sizeof head - 1);
  close(fd);
  if (got < 3 || head[0] != '#' || head[1] != '!') return 0;
  head[got] = '\0';
  char *start = head + 2 + strspn(head + 2, " \t");
  start[strcspn(start, " \t\n")] = '\0';
  snprintf(into, size, "%s", start);
  return 1;
}

static void fail(int pipe_end, char stage, int error, const char *text) {
  struct report report = {.error = error, .stage = stage};
  snprintf(report.text, sizeof report.text, "%s", text);
  ssize_t put = write(pipe_end, &report, sizeof report);
  _exit(put < 0 || error <= 0 || error > 255 ? 1 : error);
}

/* Replaces the value of a variable that is there. */
static void set_env(const struct spec *spec, const char *key_and_equals, const char *value) {
  size_t length = strlen(key_and_equals);
  for (size_t i = 0; i < spec->env.count; i++) {
    if (strncmp(spec->env.item[i], key_and_equals, length) != 0) continue;
    char *entry = malloc(length + strlen(value) + 1);
    if (entry == NULL) return;
    strcpy(entry, key_and_equals);
    strcpy(entry + length, value);
    spec->env.item[i] = entry;
  }
}

/* What only the script's process knows: its own pid, and whether the user's TMPDIR can be had. */
static void complete_environment(const struct spec *spec) {
  char text[700];
  snprintf(text, sizeof text, "%d", (int)getpid());
  set_env(spec, "SLURM_TASK_PID=", text);
  for (size_t i = 0; i < spec->env.count; i++) {
    const char *dir = spec->env.item[i] + 7;
    if (strncmp(spec->env.item[i], "TMPDIR=", 7) != 0 || mkdir(dir, 0700) == 0 || errno == EEXIST) continue;
    snprintf(text, sizeof text, "Unable to create TMPDIR [%.400s]: %s", dir, strerror(errno));
    job_message(spec, text);
    job_message(spec, "Setting TMPDIR to /tmp");
    set_env(spec, "TMPDIR=", "/tmp");
  }
}

static void run(const struct spec *spec, const int fds[3], int pipe_end) {
  char text[700], why[500];
  setpgid(0, 0);
  if (join_cgroups(spec, why, sizeof why) != 0) fail(pipe_end, 's', EIO, why);
  write_whole_file("/proc/self/oom_score_adj", "0");
  for (int i = 0; i < 3; i++) {
    if (dup2(fds[i], i) < 0) fail(pipe_end, 's', errno, "dup2");
  }
  set_limits(spec);
  if (spec->nice != 0) setpriority(PRIO_PROCESS, 0, spec->nice);
  umask(spec->umask);
  if (spec->privileged && (setgroups(spec->group_count, spec->groups) != 0 ||
                           setresgid(spec->gid, spec->gid, spec->gid) != 0 ||
                           setresuid(spec->uid, spec->uid, spec->uid) != 0)) {
    snprintf(text, sizeof text, "cannot become uid %u gid %u: %s", spec->uid, spec->gid, strerror(errno));
    fail(pipe_end, 's', errno, text);
  }
  if (chdir(spec->work_dir) != 0) {
    snprintf(text, sizeof text, "couldn't chdir to `%.400s': %s: going to /tmp instead", spec->work_dir, strerror(errno));
    /* twice, as slurmstepd does: it tries once for itself and once for the task */
    job_message(spec, text);
    job_message(spec, text);
    if (chdir("/tmp") != 0) fail(pipe_end, 's', errno, "couldn't chdir to /tmp either");
  }
  complete_environment(spec);
  for (int s = 1; s <= 64; s++) signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  struct strings env = {0};
  for (size_t i = 0; i < spec->env.count; i++) add_string(&env, spec->env.item[i]);
  if (spec->script_prolog != NULL) {
    int status = run_task_prolog(spec, "slurm task_prolog", spec->script_prolog, &env);
    if (status != 0) {
      snprintf(text, sizeof text, "TaskProlog failed status=%d", status);
      job_message(spec, text);
      _exit(status);
    }
  }
  execute(spec->executable, spec->argv.item, spec->script_prolog != NULL ? env.item : spec->env.item);
  int error = errno;
  char interpreter[256];
  if (error == ENOENT && bad_interpreter(spec->executable, interpreter, sizeof interpreter))
    snprintf(text, sizeof text, "execve(): bad interpreter(%s): %s", interpreter, strerror(error));
  else
    snprintf(text, sizeof text, "execve(): %.400s: %s", spec->argv.item[0], strerror(error));
  job_message(spec, text);
  fail(pipe_end, 'e', error, text);
}

/* Waits for the exec or what kept it from coming about; 1: it did not. */
static int take_report(int from, struct outcome *outcome) {
  struct report report;
  ssize_t got;
  do {
    got = read(from, &report, sizeof report);
  } while (got < 0 && errno == EINTR);
  close(from);
  if (got != (ssize_t)sizeof report) return 0;
  report.text[sizeof report.text - 1] = '\0';
  snprintf(outcome->text, sizeof outcome->text, "%s", report.text);
  outcome->failure = report.stage == 'e' ? "EXEC" : "SETUP";
  outcome->wait_status = (report.error > 0 && report.error < 256 ? report.error : 1) << 8;
  return 1;
}

int script_never_ran(struct outcome *outcome) {
  if (late_report < 0) return 0;
  int from = late_report;
  late_report = -1;
  return take_report(from, outcome);
}

pid_t start_script(const struct spec *spec, struct outcome *outcome) {
  int fds[3] = {-1, -1, -1}, ends[2];
  if (make_cgroups(spec, outcome->text, sizeof outcome->text) != 0) {
    outcome->failure = "SETUP";
    outcome->wait_status = 1 << 8;
    return -1;
  }
  mode_t mask = umask(spec->umask);
  if (spec->privileged && become_user(spec) != 0) {
    snprintf(outcome->text, sizeof outcome->text, "cannot become uid %u gid %u: %s", spec->uid, spec->gid,
             strerror(errno));
    become_root_again();
    outcome->failure = "SETUP";
    outcome->wait_status = 1 << 8;
    return -1;
  }
  int opened = open_stdio(spec, fds, outcome->text, sizeof outcome->text);
  if (spec->privileged) become_root_again();
  umask(mask);
  /* descriptors 0 to 2 are this process's own: the copies for messages must lie above them */
  if (opened == 0) error_file = fcntl(fds[2], F_DUPFD_CLOEXEC, 10);
  if (opened != 0) {
    for (int i = 0; i < 3; i++)
      if (fds[i] >= 0) close(fds[i]);
    outcome->failure = "STDIO";
    outcome->wait_status = IO_SETUP_FAILED;
    return -1;
  }
  if (pipe2(ends, O_CLOEXEC) != 0) {
    outcome->failure = "SETUP";
    outcome->wait_status = 1 << 8;
    snprintf(outcome->text, sizeof outcome->text, "pipe: %s", strerror(errno));
    return -1;
  }
  pid_t pid = fork();
  if (pid == 0) run(spec, fds, ends[1]);
  int fork_error = errno;
  close(ends[1]);
  for (int i = 0; i < 3; i++) close(fds[i]);
  if (pid < 0) {
    close(ends[0]);
    outcome->failure = "SETUP";
    outcome->wait_status = 1 << 8;
    snprintf(outcome->text, sizeof outcome->text, "fork: %s", strerror(fork_error));
    return -1;
  }
  outcome->script = pid;
  if (spec->script_prolog != NULL) {
    /* that may take long or for ever: whoever cancels the job must be heard meanwhile */
    late_report = ends[0];
    return pid;
  }
  if (take_report(ends[0], outcome)) {
    waitpid(pid, NULL, 0);
    return -1;
  }
  return pid;
}
