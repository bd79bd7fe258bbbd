/* --pty: srun tells the size of its terminal over a connection of its own; 4 bytes each time, columns and rows. */
#include "step.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int link_fd = -1;
static unsigned char part[4];
static size_t have;

static void set_size(struct step_spec *step, unsigned columns, unsigned rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  int terminal = step->tasks[0].streams[0].fd;
  /* the kernel signals the terminal's foreground group when the size changes */
  if (terminal >= 0) ioctl(terminal, TIOCSWINSZ, &size);
}

void open_window_link(struct step_spec *step) {
  if (!step->pty || step->tasks[0].gtid != 0) return;
  if (step->pty_rows > 0 && step->pty_cols > 0) set_size(step, step->pty_cols, step->pty_rows);
  if (step->pty_port == 0 || step->pty_port > 65535 || step->srun.address == NULL) return;
  char service[8];
  snprintf(service, sizeof service, "%u", step->pty_port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found;
  if (getaddrinfo(step->srun.address, service, &hints, &found) != 0) return;
  link_fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (link_fd >= 0 && connect(link_fd, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) {
    close(link_fd);
    link_fd = -1;
  }
  freeaddrinfo(found);
}

int window_fd(void) {
  return link_fd;
}

void serve_window(struct step_spec *step) {
  ssize_t got = read(link_fd, part + have, sizeof part - have);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    close(link_fd);
    link_fd = -1;
    return;
  }
  have += (size_t)got;
  if (have < sizeof part) return;
  have = 0;
  set_size(step, (unsigned)(part[0] << 8 | part[1]), (unsigned)(part[2] << 8 | part[3]));
}
