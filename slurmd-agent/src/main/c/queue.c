/* A queue of bytes. */
#include "step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int queue_add(struct queue *queue, const void *bytes, size_t size) {
  if (queue->start + queue->used + size > queue->room) {
    if (queue->used + size <= queue->room / 2) {
      memmove(queue->data, queue->data + queue->start, queue->used);
      queue->start = 0;
    } else {
      size_t room = queue->room == 0 ? 4096 : queue->room;
      while (room < queue->start + queue->used + size) room *= 2;
      unsigned char *more = realloc(queue->data, room);
      if (more == NULL) return -1;
      queue->data = more;
      queue->room = room;
    }
  }
  memcpy(queue->data + queue->start + queue->used, bytes, size);
  queue->used += size;
  return 0;
}

void queue_drop(struct queue *queue, size_t size) {
  queue->start += size;
  queue->used -= size;
  if (queue->used == 0) queue->start = 0;
}

void queue_free(struct queue *queue) {
  free(queue->data);
  *queue = (struct queue){0};
}

int queue_write(struct queue *queue, int fd) {
  while (queue->used > 0) {
    ssize_t put = write(fd, queue->data + queue->start, queue->used);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
    queue_drop(queue, (size_t)put);
  }
  return 0;
}
