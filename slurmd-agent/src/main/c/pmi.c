/* The step's side of PMI: conversations, the fence over all nodes, and the messages of srun that end it. */
#include "pmi.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_RELAYS 4
#define LARGEST_MESSAGE (256u << 20)
#define TREE_FENCE 0
#define TREE_FENCE_RESPONSE 1

static struct pmi_task *tasks;
static size_t task_count, fence_missing;
static struct kvs values, node_values;
static struct queue gathered; /* packed pairs since the last fence */
static unsigned sequence = 1;
static int waiting; /* for srun's word */
static int listener = -1;
/* A daemon of the node hands on what srun has sent. */
static struct relay {
  int fd;
  struct queue in;
} relays[MOST_RELAYS];

static void put32(unsigned char *at, unsigned value) {
  for (int i = 0; i < 4; i++) at[i] = (unsigned char)(value >> (24 - 8 * i));
}

static unsigned get32(const unsigned char *at) {
  return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

static int add_text(struct queue *queue, const char *text) {
  unsigned char length[4];
  put32(length, (unsigned)strlen(text) + 1);
  return queue_add(queue, length, 4) != 0 || queue_add(queue, text, strlen(text) + 1) != 0 ? -1 : 0;
}

/* ------------------------------------------------------------ values */

void pmi_add(const char *key, const char *value) {
  if (add_text(&gathered, key) == 0) add_text(&gathered, value);
}

const char *pmi_value(const char *key) {
  return kvs_get(&values, key);
}

const char *pmi_node_value(const char *key) {
  return kvs_get(&node_values, key);
}

int pmi_put_node(const char *key, const char *value) {
  int bad = kvs_put(&node_values, key, value);
  for (size_t i = 0; i < task_count && !bad; i++) {
    if (tasks[i].waits == NULL || strcmp(tasks[i].waits, key) != 0) continue;
    free(tasks[i].waits);
    tasks[i].waits = NULL;
    pmi_node_value_there(&tasks[i], value);
  }
  return bad;
}

/* Packed pairs of texts into the values; -1: they are cut off. */
static int take_pairs(const unsigned char *at, size_t size) {
  const char *text[2];
  while (size > 0) {
    for (int i = 0; i < 2; i++) {
      if (size < 4) return -1;
      size_t length = get32(at);
      if (length == 0 || length > size - 4 || at[4 + length - 1] != '\0') return -1;
      text[i] = (const char *)at + 4;
      at += 4 + length;
      size -= 4 + length;
    }
    if (kvs_put(&values, text[0], text[1]) != 0) return -1;
  }
  return 0;
}

/* ------------------------------------------------------------ tasks */

/* What a task does not read at once it will not miss: a message of it is never larger than its socket's buffer. */
void pmi_reply(struct pmi_task *task, const char *text) {
  char all[PMI_LONGEST_VALUE + 300];
  int size = task->version == 2 ? snprintf(all, sizeof all, "%-6d%s", (int)strlen(text), text)
                                : snprintf(all, sizeof all, "%s", text);
  if (task->fd < 0 || size <= 0 || (size_t)size >= sizeof all) return;
  if (send(task->fd, all, (size_t)size, MSG_NOSIGNAL) != size) pmi_finalize(task);
}

void pmi_finalize(struct pmi_task *task) {
  if (task->fd >= 0) close(task->fd);
  task->fd = -1;
}

void pmi_abort(struct step_spec *step) {
  signal_everything(&step->common, SIGKILL);
}

static void end_fence(int code) {
  waiting = 0;
  for (size_t i = 0; i < task_count; i++) {
    if (!tasks[i].fenced) continue;
    tasks[i].fenced = 0;
    pmi_fence_over(&tasks[i], code);
  }
  fence_missing = task_count;
}

/* u32 length, u16 what it is, u32 node, its name, how many nodes it speaks for, which fence, and the pairs. */
static int send_to_srun(struct step_spec *step) {
  struct queue out = {0};
  unsigned char head[10], tail[8];
  size_t name = strlen(step->pmi_node) + 1;
  put32(head, (unsigned)(6 + 4 + name + 8 + gathered.used));
  head[4] = 0;
  head[5] = TREE_FENCE;
  put32(head + 6, step->pmi_node_id);
  put32(tail, 1);
  put32(tail + 4, sequence);
  int bad = queue_add(&out, head, sizeof head) != 0 || add_text(&out, step->pmi_node) != 0 ||
            queue_add(&out, tail, sizeof tail) != 0 ||
            (gathered.used > 0 && queue_add(&out, gathered.data + gathered.start, gathered.used) != 0);
  int fd = bad ? -1 : connect_to(step->srun.address, step->pmi_port, 5000);
  for (int tries = 0; !bad && fd < 0 && tries < 3; tries++) {
    usleep(200000);
    fd = connect_to(step->srun.address, step->pmi_port, 5000);
  }
  if (fd >= 0) {
    struct timeval patience = {.tv_sec = 10};
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    queue_write(&out, fd);
    bad = out.used > 0;
    close(fd);
  } else {
    bad = 1;
  }
  queue_free(&out);
  return bad ? -1 : 0;
}

void pmi_fence(struct step_spec *step, struct pmi_task *task) {
  if (task->fenced) return;
  task->fenced = 1;
  if (--fence_missing > 0) return;
  int bad;
  if (step->pmi_nodes <= 1) {
    bad = take_pairs(gathered.data + gathered.start, gathered.used);
    queue_free(&gathered);
    end_fence(bad);
    return;
  }
  bad = send_to_srun(step);
  queue_free(&gathered);
  sequence++;
  if (!bad) {
    waiting = 1;
    return;
  }
  step_message(step, "mpi/pmi2: failed to send temp kvs to srun");
  end_fence(1);
  pmi_abort(step); /* the others would wait for ever */
}

static void take_tree_message(struct step_spec *step, const unsigned char *at, size_t size) {
  if (size < 6 || at[0] != 0 || at[1] != TREE_FENCE_RESPONSE) return;
  if (!waiting || get32(at + 2) != sequence - 1) return; /* a repetition */
  int bad = take_pairs(at + 6, size - 6);
  end_fence(bad);
  if (bad) pmi_abort(step);
}

/* ------------------------------------------------------------ set up, and the loop's part */

int open_pmi(struct step_spec *step, char *text, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "pmi"};
  for (size_t i = 0; i < MOST_RELAYS; i++) relays[i].fd = -1;
  if (!step->pmi) return 0;
  tasks = calloc(step->count, sizeof *tasks);
  if (tasks == NULL) return -1;
  task_count = fence_missing = step->count;
  for (size_t i = 0; i < task_count; i++) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      snprintf(text, size, "mpi/pmi2: socketpair: %s", strerror(errno));
      return -1;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    tasks[i].fd = ends[0];
    tasks[i].own = ends[1];
    step->tasks[i].pmi = ends[1];
  }
  if (step->pmi_mapping != NULL) kvs_put(&values, "PMI_process_mapping", step->pmi_mapping);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) {
    snprintf(text, size, "mpi/pmi2: cannot listen: %s", strerror(errno));
    return -1;
  }
  return 0;
}

void pmi_tasks_forked(struct step_spec *step) {
  for (size_t i = 0; i < task_count; i++) {
    close(tasks[i].own);
    step->tasks[i].pmi = -1;
  }
}

/* First the listener, then relays, then tasks. */
size_t pmi_fds(struct pollfd *fds) {
  if (task_count == 0) return 0;
  size_t n = 0;
  fds[n++] = (struct pollfd){.fd = listener, .events = POLLIN};
  for (size_t i = 0; i < MOST_RELAYS; i++) fds[n++] = (struct pollfd){.fd = relays[i].fd, .events = POLLIN};
  for (size_t i = 0; i < task_count; i++) fds[n++] = (struct pollfd){.fd = tasks[i].fd, .events = POLLIN};
  return n;
}

static void close_relay(struct relay *relay) {
  close(relay->fd);
  relay->fd = -1;
  queue_free(&relay->in);
}

static void read_relay(struct step_spec *step, struct relay *relay) {
  unsigned char data[65536];
  ssize_t got = read(relay->fd, data, sizeof data);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || queue_add(&relay->in, data, (size_t)got) != 0) {
    close_relay(relay);
    return;
  }
  if (relay->in.used < 4) return;
  size_t length = get32(relay->in.data + relay->in.start);
  if (length > LARGEST_MESSAGE) {
    close_relay(relay);
  } else if (relay->in.used >= 4 + length) {
    take_tree_message(step, relay->in.data + relay->in.start + 4, length);
    close_relay(relay);
  }
}

static void read_task(struct step_spec *step, size_t i) {
  struct pmi_task *task = &tasks[i];
  ssize_t got = read(task->fd, task->in + task->have, sizeof task->in - task->have);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0) task->have += (size_t)got;
  if (got <= 0 || pmi_take(step, task, step->tasks[i].gtid) != 0) pmi_finalize(task);
}

void pmi_serve(struct step_spec *step, const struct pollfd *fds, size_t count) {
  if (count == 0) return;
  for (size_t i = 0; i < MOST_RELAYS; i++)
    if (fds[1 + i].fd >= 0 && fds[1 + i].fd == relays[i].fd && fds[1 + i].revents != 0) read_relay(step, &relays[i]);
  for (size_t i = 0; i < task_count; i++) {
    const struct pollfd *own = &fds[1 + MOST_RELAYS + i];
    if (own->fd >= 0 && own->fd == tasks[i].fd && own->revents != 0) read_task(step, i);
  }
  if (fds[0].revents == 0) return;
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  for (size_t i = 0; fd >= 0 && i < MOST_RELAYS; i++) {
    if (relays[i].fd >= 0) continue;
    relays[i].fd = fd;
    return;
  }
  if (fd >= 0) close(fd);
}

size_t pmi_most_fds(void) {
  return 1 + MOST_RELAYS + task_count;
}
