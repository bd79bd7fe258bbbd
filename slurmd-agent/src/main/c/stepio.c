/*
 * The standard streams of a step's tasks and those who follow them: the srun that launched the step, and any sattach.
 * Framing: a connection begins with one init message, then both sides send messages of a ten byte header (type, global
 * task, local task, length) and at most IO_PAYLOAD bytes; length 0 ends a stream.
 */
#include "step.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_CLIENTS 16
/* Tasks wait when a client does not take what they have said. */
#define CLIENT_FULL (256u << 10)
/* A client waits when a task does not read its input. */
#define STDIN_FULL (64u << 10)
/* What one that attaches later still sees, in messages: Slurm's number. */
#define REMEMBERED 128
#define CONNECT_MS 10000

struct io_client {
  int fd;
  struct queue out;
  int only_out, only_err;
  int deaf; /* nothing more comes from it */
  unsigned char header[IO_HEADER], data[IO_PAYLOAD];
  size_t have_header, have_data, length;
};

static struct io_client clients[MOST_CLIENTS];
static size_t client_count;
static struct {
  unsigned char bytes[IO_HEADER + IO_PAYLOAD];
  size_t size;
  enum io_type type;
  unsigned local;
} remembered[REMEMBERED];
static size_t remembered_count;

static void put16(unsigned char *at, unsigned value) {
  at[0] = (unsigned char)(value >> 8);
  at[1] = (unsigned char)value;
}

static void put32(unsigned char *at, unsigned value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xffff);
}

static void put_header(unsigned char *at, enum io_type type, unsigned gtid, unsigned local, unsigned length) {
  put16(at, type);
  put16(at + 2, gtid);
  put16(at + 4, local);
  put32(at + 6, length);
}

static void drop_client(struct io_client *client) {
  close(client->fd);
  queue_free(&client->out);
  *client = clients[--client_count];
}

static int wants(const struct io_client *client, enum io_type type, unsigned local) {
  int only = type == IO_STDOUT ? client->only_out : type == IO_STDERR ? client->only_err : -1;
  return only < 0 || (unsigned)only == local;
}

static void broadcast(enum io_type type, unsigned gtid, unsigned local, const unsigned char *data, size_t size) {
  unsigned char message[IO_HEADER + IO_PAYLOAD];
  put_header(message, type, gtid, local, (unsigned)size);
  if (size > 0) memcpy(message + IO_HEADER, data, size);
  for (size_t i = client_count; i-- > 0;) {
    if (wants(&clients[i], type, local) && queue_add(&clients[i].out, message, IO_HEADER + size) != 0)
      drop_client(&clients[i]);
  }
  size_t slot = remembered_count++ % REMEMBERED;
  memcpy(remembered[slot].bytes, message, IO_HEADER + size);
  remembered[slot].size = IO_HEADER + size;
  remembered[slot].type = type;
  remembered[slot].local = local;
}

int connect_to(const char *address, unsigned port, int wait_ms) {
  char service[8];
  snprintf(service, sizeof service, "%u", port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found;
  if (getaddrinfo(address, service, &hints, &found) != 0) {
    errno = EINVAL;
    return -1;
  }
  int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
  if (fd < 0) {
    error = errno;
  } else if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
    error = errno;
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    socklen_t size = sizeof error;
    if (error == EINPROGRESS) {
      if (poll(&ready, 1, wait_ms) <= 0) error = ETIMEDOUT;
      else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    }
  }
  freeaddrinfo(found);
  if (error == 0) return fd;
  if (fd >= 0) close(fd);
  errno = error;
  return -1;
}

/* u32 length, u16 version, u32 node, u32 streams of output and of errors, and the key: bytes until 22.05, a str later. */
static int add_init(struct queue *out, const struct step_spec *step, const struct peer *peer) {
  unsigned char fixed[22];
  unsigned objects[2] = {0, 0};
  for (size_t i = 0; i < step->count; i++)
    for (int s = 0; s < 2; s++) objects[s] += (unsigned)step->tasks[i].streams[s].there;
  unsigned key = (unsigned)strlen(peer->key) + 1;
  put32(fixed, 18 + key);
  put16(fixed + 4, peer->version);
  put32(fixed + 6, step->node_id);
  put32(fixed + 10, objects[0]);
  put32(fixed + 14, objects[1]);
  put32(fixed + 18, key);
  return queue_add(out, fixed, sizeof fixed) != 0 || queue_add(out, peer->key, key) != 0 ? -1 : 0;
}

int connect_peer(struct step_spec *step, const struct peer *peer, int first) {
  if (client_count == MOST_CLIENTS) {
    errno = EMFILE;
    return -1;
  }
  int fd = -1;
  for (int tries = 0; fd < 0 && tries < 3; tries++) {
    if (tries > 0) usleep(200000);
    fd = connect_to(peer->address, peer->port, first ? CONNECT_MS : 2000);
    if (fd < 0 && errno != ECONNREFUSED && errno != EAGAIN) break;
  }
  if (fd < 0) return -1;
  struct io_client *client = &clients[client_count++];
  *client = (struct io_client){.fd = fd, .only_out = peer->only_out, .only_err = peer->only_err};
  int bad = add_init(&client->out, step, peer);
  size_t from = first || remembered_count <= REMEMBERED ? 0 : remembered_count - REMEMBERED;
  for (size_t i = from; !bad && i < remembered_count; i++) {
    size_t slot = i % REMEMBERED;
    if (wants(client, remembered[slot].type, remembered[slot].local))
      bad = queue_add(&client->out, remembered[slot].bytes, remembered[slot].size);
  }
  if (bad || queue_write(&client->out, fd) != 0) {
    drop_client(client);
    errno = EIO;
    return -1;
  }
  return 0;
}

/* ------------------------------------------------------------ from clients */

static void give_stdin(struct task *task, const unsigned char *data, size_t size) {
  if (task->to_stdin < 0 || task->stdin_ended) return;
  if (size == 0) task->stdin_ended = 1;
  else if (queue_add(&task->stdin_queue, data, size) != 0) task->stdin_ended = 1;
}

/* A whole message is there; -1: it is not acceptable. */
static int take_message(struct step_spec *step, struct io_client *client) {
  unsigned type = (unsigned)(client->header[0] << 8 | client->header[1]);
  unsigned gtid = (unsigned)(client->header[2] << 8 | client->header[3]);
  if (type == IO_TEST) {
    unsigned char answer[IO_HEADER];
    put_header(answer, IO_TEST, step->node_id, 0, 0);
    return client->length != 0 ? -1 : queue_add(&client->out, answer, sizeof answer);
  }
  if (type != IO_STDIN && type != IO_ALL_STDIN) return -1;
  for (size_t i = 0; i < step->count; i++) {
    struct task *task = &step->tasks[i];
    if (type == IO_ALL_STDIN || (task->gtid & 0xffff) == gtid) give_stdin(task, client->data, client->length);
  }
  return 0;
}

/* Reads one message at most; -1: the connection is over. */
static int read_client(struct step_spec *step, struct io_client *client) {
  if (client->have_header < IO_HEADER) {
    ssize_t got = read(client->fd, client->header + client->have_header, IO_HEADER - client->have_header);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (got == 0) return -1;
    client->have_header += (size_t)got;
    if (client->have_header < IO_HEADER) return 0;
    const unsigned char *at = client->header + 6;
    client->length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    client->have_data = 0;
    if (client->length > IO_PAYLOAD) return -1;
  }
  if (client->have_data < client->length) {
    ssize_t got = read(client->fd, client->data + client->have_data, client->length - client->have_data);
    if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (got == 0) return -1;
    client->have_data += (size_t)got;
    if (client->have_data < client->length) return 0;
  }
  client->have_header = 0;
  return take_message(step, client);
}

/* ------------------------------------------------------------ from tasks */

static int clients_full(void) {
  for (size_t i = 0; i < client_count; i++)
    if (clients[i].out.used > CLIENT_FULL) return 1;
  return 0;
}

/* "07: text" for each line; the last one may be without its end. */
static void write_labelled(const struct step_spec *step, const struct task *task, struct stream *stream, size_t size) {
  char line[IO_PAYLOAD + 40];
  int length = snprintf(line, sizeof line, "%*u: %.*s%s", (int)step->task_count_width, task->gtid + step->file_offset,
                        (int)size, (const char *)stream->data, stream->data[size - 1] == '\n' ? "" : "\n");
  if (write(stream->file, line, (size_t)length) < 0) return; /* a full disk is the user's */
}

/* Sends what may go; `all`: also a line without an end. */
static void pass_on(const struct step_spec *step, const struct task *task, struct stream *stream, int all) {
  while (stream->used > 0) {
    size_t most = stream->used < IO_PAYLOAD ? stream->used : IO_PAYLOAD, size = most;
    if (step->buffered || stream->file >= 0) {
      while (size > 0 && stream->data[size - 1] != '\n') size--;
      if (stream->file >= 0 && size > 0) size = (size_t)((unsigned char *)memchr(stream->data, '\n', size) + 1 - stream->data);
      if (size == 0 && !all && most < IO_PAYLOAD) return;
      if (size == 0) size = most;
    }
    if (stream->file >= 0) write_labelled(step, task, stream, size);
    else broadcast(stream->type, task->gtid, task->local, stream->data, size);
    stream->used -= size;
    memmove(stream->data, stream->data + size, stream->used);
  }
}

static void end_stream(const struct step_spec *step, const struct task *task, struct stream *stream) {
  pass_on(step, task, stream, 1);
  if (stream->fd >= 0) close(stream->fd);
  stream->fd = -1;
  if (stream->file >= 0) {
    close(stream->file);
    stream->file = -1;
  }
  if (!stream->ended && stream->there) broadcast(stream->type, task->gtid, task->local, NULL, 0);
  stream->ended = 1;
}

static void read_stream(const struct step_spec *step, const struct task *task, struct stream *stream) {
  ssize_t got = read(stream->fd, stream->data + stream->used, sizeof stream->data - stream->used);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  /* EIO: the last process has left the terminal */
  if (got <= 0) {
    end_stream(step, task, stream);
    return;
  }
  stream->used += (size_t)got;
  pass_on(step, task, stream, 0);
}

void step_message(struct step_spec *step, const char *text) {
  unsigned char line[IO_PAYLOAD];
  int size = snprintf((char *)line, sizeof line, "%s: error: %s\n", step->common.prefix, text);
  if (size >= (int)sizeof line) size = (int)sizeof line - 1;
  struct task *task = &step->tasks[0];
  struct stream *stream = step->pty ? &task->streams[0] : &task->streams[1];
  if (stream->there) broadcast(IO_STDERR, task->gtid, task->local, line, (size_t)size);
  else job_message(&step->common, text);
}

/* ------------------------------------------------------------ the loop's part */

static int stdin_full(const struct step_spec *step) {
  for (size_t i = 0; i < step->count; i++)
    if (step->tasks[i].stdin_queue.used > STDIN_FULL) return 1;
  return 0;
}

/*
 * The order of what is polled: clients, then for each task input, output, errors; those not to be polled have fd -1.
 */
size_t io_fds(struct step_spec *step, struct pollfd *fds, size_t room) {
  size_t n = 0;
  int full = clients_full(), choked = stdin_full(step);
  if (room < MOST_CLIENTS + 3 * step->count) return 0;
  for (size_t i = 0; i < client_count; i++) {
    short events = (short)((clients[i].deaf || choked ? 0 : POLLIN) | (clients[i].out.used > 0 ? POLLOUT : 0));
    fds[n++] = (struct pollfd){.fd = clients[i].fd, .events = events};
  }
  for (; n < MOST_CLIENTS; n++) fds[n] = (struct pollfd){.fd = -1};
  for (size_t i = 0; i < step->count; i++) {
    struct task *task = &step->tasks[i];
    int input = task->stdin_queue.used > 0 || task->stdin_ended ? task->to_stdin : -1;
    fds[n++] = (struct pollfd){.fd = input, .events = POLLOUT};
    for (int s = 0; s < 2; s++)
      fds[n++] = (struct pollfd){.fd = full ? -1 : task->streams[s].fd, .events = POLLIN};
  }
  return n;
}

static void close_stdin(struct task *task) {
  close(task->to_stdin);
  task->to_stdin = -1;
  queue_free(&task->stdin_queue);
}

void io_serve(struct step_spec *step, const struct pollfd *fds, size_t count) {
  if (count == 0) return;
  for (size_t i = 0; i < step->count; i++) {
    struct task *task = &step->tasks[i];
    const struct pollfd *own = fds + MOST_CLIENTS + 3 * i;
    if (own[0].fd >= 0 && own[0].revents != 0) {
      int bad = queue_write(&task->stdin_queue, task->to_stdin);
      if (bad || (task->stdin_ended && task->stdin_queue.used == 0)) close_stdin(task);
    }
    for (int s = 0; s < 2; s++)
      if (own[1 + s].fd >= 0 && own[1 + s].revents != 0) read_stream(step, task, &task->streams[s]);
  }
  /* dropping one moves the last into its place: backwards, and by descriptor */
  for (size_t i = MOST_CLIENTS; i-- > 0;) {
    if (fds[i].fd < 0 || fds[i].revents == 0 || i >= client_count || clients[i].fd != fds[i].fd) continue;
    struct io_client *client = &clients[i];
    if ((fds[i].revents & POLLOUT) && queue_write(&client->out, client->fd) != 0) {
      drop_client(client);
      continue;
    }
    if ((fds[i].revents & (POLLERR | POLLHUP)) && !(fds[i].revents & POLLIN)) {
      drop_client(client);
      continue;
    }
    if ((fds[i].revents & POLLIN) && read_client(step, client) != 0) drop_client(client);
  }
}

int streams_open(const struct step_spec *step) {
  for (size_t i = 0; i < step->count; i++)
    for (int s = 0; s < 2; s++)
      if (step->tasks[i].streams[s].fd >= 0) return 1;
  return 0;
}

int io_idle(const struct step_spec *step) {
  if (streams_open(step)) return 0;
  for (size_t i = 0; i < client_count; i++)
    if (clients[i].out.used > 0) return 0;
  return 1;
}

void io_close(void) {
  while (client_count > 0) drop_client(&clients[client_count - 1]);
}
