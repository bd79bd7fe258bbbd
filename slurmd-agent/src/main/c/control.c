/*
 * The socket by which an agent (this one or one started later) steers the job and hears of its end.
 *   signal N script|all [message]
 *   terminate KILL_WAIT_MS AT_ONCE(0|1) [message]
 *   say 0 0 MESSAGE                  a step only: into its standard error
 *   attach NUMBER                    a step only: one more client for its output, told in the file attach.NUMBER
 * Answers are events: "running PID START_MS" (a step: "tasks"), "exit" (a step: one of its tasks ended), "ended",
 * "clean". End of file means the shepherd is gone.
 */
#include "shepherd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS (sizeof((struct control *)0)->clients / sizeof((struct control *)0)->clients[0])

int open_control(struct control *control) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "control"};
  for (size_t i = 0; i < CLIENTS; i++) control->clients[i].fd = -1;
  unlink("control");
  control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (control->listener < 0) return -1;
  return bind(control->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(control->listener, 8) != 0
             ? -1
             : 0;
}

void serve_listener(struct control *control) {
  int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  for (size_t i = 0; i < CLIENTS; i++) {
    if (control->clients[i].fd < 0) {
      control->clients[i].fd = fd;
      control->clients[i].used = 0;
      return;
    }
  }
  close(fd);
}

static void drop(struct client *client) {
  close(client->fd);
  client->fd = -1;
}

/* Splits off the first blank-separated word. */
static char *word(char **rest) {
  char *start = *rest;
  if (start == NULL) return NULL;
  char *blank = strchr(start, ' ');
  if (blank == NULL) {
    *rest = NULL;
  } else {
    *blank = '\0';
    *rest = blank + 1;
  }
  return start;
}

static void parse(char *line, void (*obey)(const struct order *)) {
  char *rest = line, *verb = word(&rest), *first = word(&rest), *second = word(&rest);
  struct order order = {.message = rest};
  if (strcmp(verb, "attach") == 0 && first != NULL) {
    order.kind = ORDER_ATTACH;
    order.number = atoi(first);
    obey(&order);
    return;
  }
  if (second == NULL) return;
  if (strcmp(verb, "signal") == 0) {
    order.kind = ORDER_SIGNAL;
    order.signal = atoi(first);
    order.script_only = strcmp(second, "script") == 0;
    if (order.signal < 1 || order.signal > 64) return;
  } else if (strcmp(verb, "terminate") == 0) {
    order.kind = ORDER_TERMINATE;
    order.kill_wait_ms = atol(first);
    order.at_once = strcmp(second, "1") == 0;
  } else if (strcmp(verb, "say") == 0) {
    order.kind = ORDER_SAY;
  } else {
    return;
  }
  obey(&order);
}

void serve_client(struct control *control, size_t index, void (*obey)(const struct order *)) {
  struct client *client = &control->clients[index];
  ssize_t got = read(client->fd, client->line + client->used, sizeof client->line - 1 - client->used);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    drop(client);
    return;
  }
  client->used += (size_t)got;
  client->line[client->used] = '\0';
  for (char *newline; (newline = memchr(client->line, '\n', client->used)) != NULL;) {
    *newline = '\0';
    parse(client->line, obey);
    size_t taken = (size_t)(newline + 1 - client->line);
    client->used -= taken;
    memmove(client->line, newline + 1, client->used);
  }
  if (client->used >= sizeof client->line - 1) drop(client);
}

void tell_clients(struct control *control, const char *line) {
  for (size_t i = 0; i < CLIENTS; i++) {
    struct client *client = &control->clients[i];
    if (client->fd < 0) continue;
    if (send(client->fd, line, strlen(line), MSG_NOSIGNAL) < 0) drop(client);
  }
}
