/*
 * A step's process: parent of the tasks of one job step on this node, and holder of their standard streams. Started by
 * slurmd-agent with the step's directory; independent of it from then on, so that an agent may be restarted while srun is
 * attached. It talks to srun's I/O ports itself; everything that needs a credential (the answers to srun, the step's
 * completion) is the agent's, which reads `tasks`, `exits` and `exit` here.
 *
 * What comes from srun's sockets is a user's and not trusted: lengths are checked, queues bounded, a bad message costs
 * its connection. One thread. Linux only.
 */
#ifndef STEP_H
#define STEP_H

#include "shepherd.h"

#include <poll.h>

/* Slurm's largest message of a standard stream, and the size of its header. */
#define IO_PAYLOAD 1024
#define IO_HEADER 10

enum io_type { IO_STDIN = 0, IO_STDOUT = 1, IO_STDERR = 2, IO_ALL_STDIN = 3, IO_TEST = 4 };

/* Bytes on their way: appended behind, taken in front. */
struct queue {
  unsigned char *data;
  size_t start, used, room;
};
int queue_add(struct queue *queue, const void *bytes, size_t size); /* -1: no memory */
void queue_drop(struct queue *queue, size_t size);
void queue_free(struct queue *queue);
/* Writes what the descriptor takes; -1 on an error that is final. */
int queue_write(struct queue *queue, int fd);

/* One standard output or error stream of one task. */
struct stream {
  int fd;      /* what the task writes; -1: ended or never there */
  int there;   /* goes to clients at all */
  int ended;   /* its end was told to clients */
  int file;    /* labelled output into a file; -1: to clients */
  enum io_type type;
  unsigned char data[4 * IO_PAYLOAD];
  size_t used;
};

struct task {
  unsigned gtid, local;
  char *in, *out, *err;  /* files; NULL: srun */
  struct strings argv;   /* empty: the step's */
  struct strings env;    /* added to the step's */
  char *cpus;            /* "0,2-3": kept to these; NULL: not */
  char *gpu_text;        /* a line of its own there */
  char *bind_text;       /* said on its standard error before it starts */
  pid_t pid;
  int running, status;
  int fds[3];            /* its own ends, until it is forked */
  int to_stdin;          /* -1: closed */
  int stdin_ended;       /* close when the queue is empty */
  struct queue stdin_queue;
  struct stream streams[2];
  int go;                /* a byte here lets it go on to exec */
  int pmi;               /* its end of the PMI conversation, until it is forked; -1: none */
};

/* An srun or sattach to connect to. */
struct peer {
  char *address;  /* numeric */
  unsigned port, version;
  char *key;
  int only_out, only_err; /* local task id, -1: all */
};

struct step_spec {
  struct spec common;
  struct peer srun;
  unsigned node_id, task_count_width, file_offset;
  int pty, buffered, label;
  int pmi;                       /* --mpi=pmi2 */
  unsigned pmi_size, pmi_nodes, pmi_node_id, pmi_port;
  char *pmi_job_id, *pmi_mapping, *pmi_node, *pmi_ports;
  struct rlimit descriptors; /* as the agent had it; the tasks start from it */
  unsigned pty_port, pty_rows, pty_cols;
  char *task_prolog, *user_task_prolog, *task_epilog, *user_task_epilog;
  struct task *tasks;
  size_t count;
};

/* stepspec.c */
int read_step_spec(struct step_spec *step, char *why, size_t size);
int read_peer(int number, struct peer *peer);

/* steptask.c: all tasks are forked, then all go on. -1 with text: nothing runs. */
int open_task_streams(struct step_spec *step, char *text, size_t size);
int fork_tasks(struct step_spec *step, char *text, size_t size);
void let_tasks_go(struct step_spec *step);
const char *environment_value(const struct strings *env, const char *name);
int put_environment(struct strings *env, const char *name, const char *value);
void remove_environment(struct strings *env, const char *name);

/* taskscript.c: TaskProlog, --task-prolog, TaskEpilog, --task-epilog. */
int run_task_prolog(const struct spec *spec, const char *what, const char *file, struct strings *env);
/*
 * TaskEpilog as the user, with the variables of env and, unless NULL, of more; killed after so many seconds, 0: never. While it
 * runs, meanwhile (unless NULL) is called again and again.
 */
void run_task_epilog(const struct spec *spec, const struct strings *more, const char *file, int seconds, void (*meanwhile)(void));
void run_task_epilogs(const struct step_spec *step, const struct task *task, void (*meanwhile)(void));

/* pmi.c */
int open_pmi(struct step_spec *step, char *text, size_t size);
void pmi_tasks_forked(struct step_spec *step);
size_t pmi_most_fds(void);
size_t pmi_fds(struct pollfd *fds);
void pmi_serve(struct step_spec *step, const struct pollfd *fds, size_t count);

/* stepio.c */
int connect_to(const char *address, unsigned port, int wait_ms);
int connect_peer(struct step_spec *step, const struct peer *peer, int first);
size_t io_fds(struct step_spec *step, struct pollfd *fds, size_t room);
void io_serve(struct step_spec *step, const struct pollfd *fds, size_t count);
/* A line of the step itself, as if its first task had said it. */
void step_message(struct step_spec *step, const char *text);
int streams_open(const struct step_spec *step);
/* Everything was told to everybody who still listens. */
int io_idle(const struct step_spec *step);
void io_close(void);

/* stepwindow.c: the size of srun's terminal. */
void open_window_link(struct step_spec *step);
int window_fd(void);
void serve_window(struct step_spec *step);

#endif
