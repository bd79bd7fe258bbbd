/*
 * A step's tasks from specification to exec. Files are opened as the user before any task is forked, all tasks are forked
 * and told to the agent before the first goes on, and ids are dropped for good as late as can be.
 */
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* ------------------------------------------------------------ environment */

static size_t find(const struct strings *env, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < env->count; i++)
    if (strncmp(env->item[i], name, length) == 0 && env->item[i][length] == '=') return i;
  return env->count;
}

const char *environment_value(const struct strings *env, const char *name) {
  size_t at = find(env, name);
  return at < env->count ? env->item[at] + strlen(name) + 1 : NULL;
}

int put_environment(struct strings *env, const char *name, const char *value) {
  char *entry = malloc(strlen(name) + strlen(value) + 2);
  if (entry == NULL) return -1;
  sprintf(entry, "%s=%s", name, value);
  size_t at = find(env, name);
  if (at == env->count) return add_string(env, entry);
  env->item[at] = entry;
  return 0;
}

void remove_environment(struct strings *env, const char *name) {
  size_t at = find(env, name);
  if (at == env->count) return;
  memmove(env->item + at, env->item + at + 1, (env->count - at) * sizeof *env->item);
  env->count--;
}

/* ------------------------------------------------------------ streams */

static int not_blocking(int fd) {
  return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Output that shall not wait for a line's end goes through a terminal, so that the C library of the task does not wait. */
static int open_terminal(int ends[2], int raw) {
  int slave = -1, master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), unlocked = 0;
  if (master < 0) return -1;
  if (ioctl(master, TIOCSPTLCK, &unlocked) == 0) slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) {
    close(master);
    return -1;
  }
  struct termios how;
  if (raw && tcgetattr(slave, &how) == 0) {
    how.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(slave, TCSANOW, &how);
  }
  ends[0] = master;
  ends[1] = slave;
  return 0;
}

static int open_output_stream(struct step_spec *step, struct task *task, int s, char *text, size_t size) {
  const char *file = s == 0 ? task->out : task->err, *kind = s == 0 ? "stdout" : "stderr";
  struct stream *stream = &task->streams[s];
  int ends[2] = {-1, -1};
  int to_file = file != NULL && (!step->label || strcmp(file, "/dev/null") == 0);
  if (file != NULL) {
    int fd = open_output(file, step->common.append);
    if (fd < 0) {
      snprintf(text, size, "Could not open %s file %.300s: %s", kind, file, strerror(errno));
      return -1;
    }
    if (to_file) {
      task->fds[1 + s] = fd;
      return 0;
    }
    stream->file = fd;
  }
  int bad = s == 0 && !step->buffered ? open_terminal(ends, 1) : pipe2(ends, O_CLOEXEC);
  if (bad || not_blocking(ends[0]) != 0) {
    snprintf(text, size, "%s pipe: %s", kind, strerror(errno));
    return -1;
  }
  stream->fd = ends[0];
  stream->there = file == NULL;
  task->fds[1 + s] = ends[1];
  return 0;
}

static int open_input(struct task *task, char *text, size_t size) {
  int ends[2];
  if (task->in != NULL) {
    task->fds[0] = open(task->in, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (task->fds[0] >= 0) return 0;
    snprintf(text, size, "Could not open stdin file %.300s: %s", task->in, strerror(errno));
    return -1;
  }
  if (pipe2(ends, O_CLOEXEC) != 0 || not_blocking(ends[1]) != 0) {
    snprintf(text, size, "stdin pipe: %s", strerror(errno));
    return -1;
  }
  task->fds[0] = ends[0];
  task->to_stdin = ends[1];
  return 0;
}

/* The first task of all has the terminal, the others nothing. */
static int open_pty(struct task *task, char *text, size_t size) {
  int ends[2];
  if (task->gtid != 0) {
    for (int i = 0; i < 3; i++) task->fds[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
    return 0;
  }
  if (open_terminal(ends, 0) != 0 || not_blocking(ends[0]) != 0) {
    snprintf(text, size, "stdin openpty: %s", strerror(errno));
    return -1;
  }
  task->streams[0].fd = ends[0];
  task->streams[0].there = 1;
  task->to_stdin = fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
  task->fds[0] = ends[1];
  return 0;
}

int open_task_streams(struct step_spec *step, char *text, size_t size) {
  struct spec *spec = &step->common;
  mode_t mask = umask(spec->umask);
  if (spec->privileged && become_user(spec) != 0) {
    snprintf(text, size, "cannot become uid %u gid %u: %s", spec->uid, spec->gid, strerror(errno));
    become_root_again();
    return -1;
  }
  int bad = 0;
  /* relative file names are the user's */
  for (size_t i = 0; i < step->count && !bad; i++) {
    struct task *task = &step->tasks[i];
    if (step->pty) {
      bad = open_pty(task, text, size);
      continue;
    }
    bad = open_input(task, text, size);
    for (int s = 0; s < 2 && !bad; s++) bad = open_output_stream(step, task, s, text, size);
  }
  if (spec->privileged) become_root_again();
  umask(mask);
  return bad ? -1 : 0;
}

/* ------------------------------------------------------------ the task's own process */

static void complain(const struct spec *spec, const char *text) {
  char line[1500];
  int size = snprintf(line, sizeof line, "%s: error: %s\n", spec->prefix, text);
  if (size >= (int)sizeof line) size = (int)sizeof line - 1;
  if (write(2, line, (size_t)size) < 0) return; /* nobody else can be told */
}

static void bind_cpus(const struct spec *spec, const char *cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const char *at = cpus; *at != '\0';) {
    char *end;
    unsigned long first = strtoul(at, &end, 10), last = first;
    if (end == at) break;
    if (*end == '-') last = strtoul(end + 1, &end, 10);
    for (unsigned long c = first; c <= last && c < CPU_SETSIZE; c++) CPU_SET(c, &set);
    at = *end == ',' ? end + 1 : end;
    if (*end != ',' && *end != '\0') break;
  }
  if (CPU_COUNT(&set) > 0 && sched_setaffinity(0, sizeof set, &set) != 0) {
    char text[300];
    snprintf(text, sizeof text, "sched_setaffinity(%.100s): %s", cpus, strerror(errno));
    complain(spec, text);
  }
}

static void make_tmpdir(const struct spec *spec, struct strings *env) {
  char text[700];
  const char *dir = environment_value(env, "TMPDIR");
  if (dir == NULL) {
    put_environment(env, "TMPDIR", "/tmp");
    return;
  }
  if (mkdir(dir, 0700) == 0) return;
  int why = errno;
  struct stat st;
  if (stat(dir, &st) != 0) snprintf(text, sizeof text, "Unable to create TMPDIR [%.400s]: %s", dir, strerror(why));
  else if (!S_ISDIR(st.st_mode)) snprintf(text, sizeof text, "TMPDIR [%.400s] is not a directory", dir);
  else if (access(dir, X_OK | W_OK) != 0) snprintf(text, sizeof text, "TMPDIR [%.400s] is not writeable", dir);
  else return;
  complain(spec, text);
  complain(spec, "Setting TMPDIR to /tmp");
  put_environment(env, "TMPDIR", "/tmp");
}

/* Where the shell would find it; a name that is nowhere stays as it is. */
static char *find_program(char *name, const struct strings *env) {
  static char path[4200];
  struct stat st;
  if (name[0] == '/') return name;
  if (name[0] == '.') {
    char here[2100];
    snprintf(path, sizeof path, "%s/%.2000s", getcwd(here, sizeof here) != NULL ? here : "", name);
    return path;
  }
  const char *dirs = environment_value(env, "PATH");
  while (dirs != NULL && *dirs != '\0') {
    size_t length = strcspn(dirs, ":");
    if (length > 0 && length < 2000) {
      snprintf(path, sizeof path, "%.*s/%.2000s", (int)length, dirs, name);
      if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) return path;
    }
    dirs += length + (dirs[length] == ':');
  }
  return name;
}

static void leave(const struct spec *spec, const char *what, int error) {
  char text[700];
  snprintf(text, sizeof text, "%.500s: %s", what, strerror(error));
  complain(spec, text);
  _exit(error > 0 && error < 256 ? error : 1);
}

static void take_streams(const struct step_spec *step, const struct task *task) {
  if (step->pty && task->gtid == 0) {
    setsid();
    ioctl(task->fds[0], TIOCSCTTY, 0);
    for (int i = 0; i < 3; i++) dup2(task->fds[0], i);
    return;
  }
  for (int i = 0; i < 3; i++) dup2(task->fds[i], i);
}

static void run_prologs(const struct step_spec *step, struct strings *env) {
  const struct {
    const char *what, *option, *file;
  } prologs[] = {{"slurm task_prolog", "TaskProlog", step->task_prolog},
                 {"user task_prolog", "--task-prolog", step->user_task_prolog}};
  for (size_t i = 0; i < 2; i++) {
    char text[200];
    if (prologs[i].file == NULL) continue;
    int status = run_task_prolog(&step->common, prologs[i].what, prologs[i].file, env);
    if (status == 0) continue;
    snprintf(text, sizeof text, "%s failed status=%d", prologs[i].option, status);
    complain(&step->common, text);
    _exit(status);
  }
}

static void task_process(const struct step_spec *step, struct task *task, int wait_end) {
  const struct spec *spec = &step->common;
  char text[700], why[500];
  if (join_cgroups(spec, why, sizeof why) != 0) {
    dprintf(2, "shepherd: %s\n", why);
    _exit(1);
  }
  write_whole_file("/proc/self/oom_score_adj", "0");
  if (task->cpus != NULL) bind_cpus(spec, task->cpus);
  if (spec->nice != 0) setpriority(PRIO_PROCESS, 0, spec->nice);
  umask(spec->umask);
  char byte;
  ssize_t got;
  do {
    got = read(wait_end, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) _exit(1); /* the step is given up */
  take_streams(step, task);
  if (spec->privileged && (setgroups(spec->group_count, spec->groups) != 0 ||
                           setresgid(spec->gid, spec->gid, spec->gid) != 0 ||
                           setresuid(spec->uid, spec->uid, spec->uid) != 0))
    leave(spec, "cannot become the job's user", errno);
  if (chdir(spec->work_dir) != 0) {
    snprintf(text, sizeof text, "couldn't chdir to `%.400s': %s: going to /tmp instead", spec->work_dir, strerror(errno));
    /* twice, as slurmstepd does: it tries once for itself and once for the task */
    complain(spec, text);
    complain(spec, text);
    if (chdir("/tmp") != 0) leave(spec, "couldn't chdir to /tmp either", errno);
  }
  struct strings env = {0};
  for (size_t i = 0; i < spec->env.count; i++) add_string(&env, spec->env.item[i]);
  for (size_t i = 0; i < task->env.count; i++) {
    char *entry = task->env.item[i], *equals = strchr(entry, '=');
    if (equals == NULL) continue;
    *equals = '\0';
    put_environment(&env, entry, equals + 1);
  }
  snprintf(text, sizeof text, "%d", (int)getpid());
  put_environment(&env, "SLURM_TASK_PID", text);
  if (task->pmi >= 0) {
    int fd = fcntl(task->pmi, F_DUPFD, 3); /* the copy outlives exec */
    snprintf(text, sizeof text, "%d", fd);
    put_environment(&env, "PMI_FD", text);
  }
  for (int s = 1; s <= 64; s++) signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  run_prologs(step, &env);
  if (task->local == 0) make_tmpdir(spec, &env);
  char *program = find_program(task->argv.item[0], &env);
  if (step->descriptors.rlim_max != 0) setrlimit(RLIMIT_NOFILE, &step->descriptors);
  set_limits(spec);
  execute(program, task->argv.item, env.item);
  int error = errno;
  char interpreter[256];
  if (error == ENOENT && bad_interpreter(program, interpreter, sizeof interpreter))
    snprintf(text, sizeof text, "execve(): bad interpreter(%s)", interpreter);
  else
    snprintf(text, sizeof text, "execve(): %.400s", program);
  leave(spec, text, error);
}

/* ------------------------------------------------------------ the step's side */

/* --cpu-bind=verbose: the first task's standard error has it for all. Not more than a pipe takes. */
static void say_bindings(const struct step_spec *step) {
  size_t said = 0;
  for (size_t i = 0; i < step->count && said < 32768; i++) {
    const char *gpu = step->tasks[i].gpu_text;
    if (gpu != NULL && strlen(gpu) < 1024) dprintf(step->tasks[i].fds[2], "%s", gpu);
    const char *text = step->tasks[i].bind_text, *pid = text == NULL ? NULL : strchr(text, '%');
    if (pid == NULL || strlen(text) > 2048) continue;
    int size = dprintf(step->tasks[0].fds[2], "%.*s%d%s", (int)(pid - text), text, (int)step->tasks[i].pid, pid + 1);
    said += size > 0 ? (size_t)size : 0;
  }
}

int fork_tasks(struct step_spec *step, char *text, size_t size) {
  pid_t group = 0;
  for (size_t i = 0; i < step->count; i++) {
    struct task *task = &step->tasks[i];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
      snprintf(text, size, "pipe: %s", strerror(errno));
      return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
      close(ends[1]);
      setpgid(0, group);
      task_process(step, task, ends[0]);
    }
    close(ends[0]);
    if (pid < 0) {
      close(ends[1]);
      snprintf(text, size, "fork: %s", strerror(errno));
      return -1;
    }
    if (group == 0) group = pid;
    setpgid(pid, group);
    task->pid = pid;
    task->running = 1;
    task->go = ends[1];
  }
  if (!step->pty) say_bindings(step);
  /* only now: a descriptor that is still open here would keep the streams of others from ending */
  for (size_t i = 0; i < step->count; i++) {
    struct task *task = &step->tasks[i];
    for (int f = 0; f < 3; f++) {
      if (task->fds[f] >= 0) close(task->fds[f]);
      task->fds[f] = -1;
    }
  }
  return 0;
}

void let_tasks_go(struct step_spec *step) {
  for (size_t i = 0; i < step->count; i++) {
    if (step->tasks[i].go < 0) continue;
    ssize_t put = write(step->tasks[i].go, "g", 1);
    (void)put;
    close(step->tasks[i].go);
    step->tasks[i].go = -1;
  }
}
