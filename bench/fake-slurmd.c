/*
 * fake-slurmd: one process that plays every slurmd of a cluster over Slurm's protocol of
 * 22.05 (version 38, munge), for measuring what a controller alone costs. Nothing is run:
 * a batch job is taken, and -d milliseconds later its end is reported.
 *
 *   gcc -O2 -o fake-slurmd fake-slurmd.c -lmunge
 *   SLURM_CONF=... fake-slurmd -n nodes -b baseport -c cpus -m mem_mb -d ms
 *
 * Node nI listens on 127.0.0.1:baseport+I. SlurmctldPort and munge's socket (AuthInfo) are
 * read from SLURM_CONF. One thread, one connection per message, as the real daemons do it.
 *
 * Answered: ping, registration request, batch launch, terminate, abort and time limit,
 * signals (9 and 15 end the job), health check, energy. A forwarded message (TreeWidth) is
 * answered for all its nodes. Anything else is logged and gets EINVAL. Sent by itself:
 * MESSAGE_NODE_REGISTRATION_STATUS at start until the controller takes it,
 * REQUEST_COMPLETE_BATCH_SCRIPT (again until answered) and MESSAGE_EPILOG_COMPLETE.
 * Every message that is sent has its munge credential; those received are not checked
 * (that would be this program's cost, not the controller's).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <munge.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "frame.h"

enum { VERSION = 38 << 8, NO_VAL = 0xfffffffe };
enum { REGISTER = 1001, REGISTRATION = 1002, PING = 1008, HEALTH = 1011, PING_ANSWER = 1016, ENERGY = 1017,
       ENERGY_ANSWER = 1018, LAUNCH = 4005, COMPLETE = 5018, SIGNAL = 6004, TIME_LIMIT = 6009, TERMINATE = 6011,
       EPILOG = 6012, ABORT = 6013, PREEMPTED = 6016, RC = 8001 };

static int nodes = 1, base = 18000, cpus = 64, mem = 64000, delay, slurmctld = 6817, most = 256;
static char *msocket;
static time_t began;
static int ep;

static uint32_t g16(const unsigned char *p) { return p[0] << 8 | p[1]; }
static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}
static void die(const char *s) { fprintf(stderr, "fake-slurmd: %s\n", s); exit(2); }

/* ---- frames out ---- */
static void auth(buf *b, int type, const buf *body)
{
	static munge_ctx_t ctx;
	unsigned char hash[33];
	char *cred = NULL;
	munge_err_t e = EMUNGE_SOCKET;
	if (!ctx) {
		ctx = munge_ctx_create();
		if (msocket) munge_ctx_set(ctx, MUNGE_OPT_SOCKET, msocket);
	}
	int l = body_hash(body->p, body->n, type, hash);
	for (int i = 0; e == EMUNGE_SOCKET && i < 1000; i++) {
		e = munge_encode(&cred, ctx, hash, l);
		if (e == EMUNGE_SOCKET) usleep(1000);
	}
	if (e) die(munge_strerror(e));
	u32(b, 101); str(b, cred);
	free(cred);
}
/* returned: forwarded nodes' answers, already packed */
static void frame(buf *f, int type, const buf *body, int returned, const buf *answers)
{
	f->n = 0;
	u32(f, 0);
	u16(f, VERSION); u16(f, 0); u16(f, type); u32(f, body->n); u16(f, 0); u16(f, returned);
	if (returned) raw(f, answers->p, answers->n);
	u16(f, 0);
	auth(f, type, body);
	raw(f, body->p, body->n);
	uint32_t l = f->n - 4;
	for (int i = 0; i < 4; i++) f->p[i] = l >> (24 - 8 * i);
}

/* ---- jobs: on one node each, the batch host ---- */
typedef struct job { struct job *next, *later; uint32_t id, uid; int node, status, ended; uint64_t due; } job;
static job *table[4096], *first_due, **last_due = &first_due;
static job **slot(uint32_t id, int node)
{
	job **p = &table[id % 4096];
	while (*p && ((*p)->id != id || (*p)->node != node)) p = &(*p)->next;
	return p;
}

/* ---- connections: a listener, a request being answered, or a message of ours ---- */
enum kind { LISTENER, ASKED, TELLING };
typedef struct conn { struct conn *next; enum kind kind; int fd, node, type, tries; uint32_t id, uid, status, sent; uint64_t begun; buf out, in; } conn;
static conn *waiting, **last_waiting = &waiting;	/* messages of ours not yet begun */
static int telling;
static uint64_t completed, launched, refused;

static void watch(conn *c, int op, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };
	epoll_ctl(ep, op, c->fd, &e);
}
static void drop(conn *c)
{
	if (c->fd >= 0) close(c->fd);
	free(c->out.p); free(c->in.p); free(c);
}
static void tell(int type, int node, uint32_t id, uint32_t uid, uint32_t status)
{
	conn *c = calloc(1, sizeof *c);
	c->kind = TELLING; c->fd = -1; c->type = type; c->node = node; c->id = id; c->uid = uid; c->status = status;
	*last_waiting = c; last_waiting = &c->next;
}
static void name_of(char *s, int node) { sprintf(s, "n%d", node); }

static void body_of(const conn *c, buf *b)
{
	char name[16];
	name_of(name, c->node);
	if (c->type == COMPLETE) { u8(b, 0); u32(b, c->id); u32(b, c->status); u32(b, 0); u32(b, c->uid); str(b, name); return; }
	if (c->type == EPILOG) { u32(b, c->id); u32(b, 0); str(b, name); return; }
	time_t t = time(NULL);
	uint32_t running = 0;
	buf steps = { 0 };
	for (int i = 0; i < 4096; i++) for (job *j = table[i]; j; j = j->next)
		if (j->node == c->node) { running++; u32(&steps, j->id); u32(&steps, 0xfffffffb); u32(&steps, NO_VAL); }
	u64(b, t); u64(b, began); u32(b, 0); str(b, NULL); str(b, NULL); str(b, "localhost"); str(b, name);
	str(b, "x86_64"); str(b, NULL); str(b, "Linux");
	u16(b, cpus); u16(b, 1); u16(b, cpus); u16(b, 1); u16(b, 1);	/* boards, sockets, cores, threads */
	u64(b, mem); u32(b, 0); u32(b, 1000); u32(b, NO_VAL); u32(b, 0); u64(b, mem);	/* tmp, up time, hash, load, free */
	u32(b, running); if (running) raw(b, steps.p, steps.n);
	u16(b, 0);						/* flags */
	u32(b, 4); u32(b, 4); u16(b, VERSION); u16(b, 0);	/* gres: none, which must be said: slurmctld reads it unasked */
	u64(b, 0); u32(b, 0); u64(b, 0); u32(b, 0); u64(b, 0); u64(b, 0);	/* energy */
	str(b, "22.05.8"); u8(b, 0); str(b, NULL); str(b, NULL);
	free(steps.p);
}
/* begins what waits while there is room; a message that failed waits a while before it is sent again */
static void begin(void)
{
	static struct sockaddr_in to;
	to.sin_family = AF_INET; to.sin_port = htons(slurmctld); to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	while (waiting && telling < most && (!waiting->begun || waiting->begun <= now_ms())) {
		conn *c = waiting;
		int one = 1;
		buf body = { 0 };
		if (!(waiting = c->next)) last_waiting = &waiting;
		c->next = NULL; c->sent = c->in.n = 0;
		body_of(c, &body);
		frame(&c->out, c->type, &body, 0, NULL);
		free(body.p);
		c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (c->fd < 0) die("no more sockets: raise ulimit -n");
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		telling++;
		if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
			/* as a refused one: again in a moment */
		}
		watch(c, EPOLL_CTL_ADD, EPOLLOUT);
	}
}
static void told(conn *c, int ok)
{
	telling--;
	close(c->fd); c->fd = -1;
	if (ok) {
		if (c->type == COMPLETE) completed++;
		drop(c);
		return;
	}
	if (++c->tries > 600) die("the controller does not take our messages");
	c->begun = now_ms() + 100;
	*last_waiting = c; last_waiting = &c->next;
}

/* ---- what the controller asks ---- */
static void launch(int node, const unsigned char *body)
{
	uint32_t id = g32(body);
	job **p = slot(id, node), *j = *p;
	if (j) return;	/* said twice */
	j = *p = calloc(1, sizeof *j);
	j->id = id; j->uid = g32(body + 8); j->node = node; j->due = now_ms() + delay;
	*last_due = j; last_due = &j->later;
	launched++;
}
static void end(job *j, uint32_t status)
{
	if (j->ended) return;
	j->ended = 1;
	tell(COMPLETE, j->node, j->id, j->uid, status);
}
/* its record stays until the terminate that follows; due ones are taken out of the queue here */
static void end_due(void)
{
	uint64_t t = now_ms();
	while (first_due && first_due->due <= t) {
		job *j = first_due;
		if (!(first_due = j->later)) last_due = &first_due;
		j->due = 0;
		end(j, 0);
		if (j->ended == 2) free(j);
	}
}
static void terminate(int node, uint32_t id)
{
	job **p = slot(id, node), *j = *p;
	if (j) {
		*p = j->next;
		if (j->due) j->ended = 2; else free(j);	/* freed when it comes up in the queue */
	}
	tell(EPILOG, node, id, 0, 0);
}
/* REQUEST_TERMINATE_JOB: the credential, if there is one, begins with the step id */
static uint32_t job_of_kill(const unsigned char *b, uint32_t n)
{
	if (n < 20) return 0;
	if (b[0]) return g32(b + 1);
	uint32_t o = 5 + g32(b + 1) + 8;
	if (o + 6 > n || g16(b + o)) return 0;
	return g32(b + o + 2);
}
/* one node's answer; returns its type */
static int act(int node, int type, const unsigned char *b, uint32_t n, buf *answer)
{
	char name[16];
	uint32_t rc = 0, id;
	job *j;
	switch (type) {
	case PING: u32(answer, 0); u64(answer, mem); return PING_ANSWER;
	case ENERGY: name_of(name, node); str(answer, name); u16(answer, 0); return ENERGY_ANSWER;
	case REGISTER: tell(REGISTRATION, node, 0, 0, 0); break;
	case HEALTH: break;
	case LAUNCH: launch(node, b); break;
	case SIGNAL:
		j = *slot(g32(b), node);
		if (j && (g16(b + 14) == 9 || g16(b + 14) == 15)) end(j, g16(b + 14));
		break;
	case TERMINATE: case TIME_LIMIT: case ABORT: case PREEMPTED:
		if ((id = job_of_kill(b, n))) terminate(node, id); else rc = EINVAL;
		break;
	default:
		fprintf(stderr, "n%d: message %d is not played\n", node, type);
		refused++;
		rc = EINVAL;
	}
	u32(answer, rc);
	return RC;
}
/* "n[1-3,7]" or "n5,n6": calls back for each */
static int forwarded(const char *list, int type, const unsigned char *b, uint32_t n, buf *answers)
{
	int count = 0;
	for (const char *p = list; *p; ) {
		char *q, name[16];
		if (*p < '0' || *p > '9') { p++; continue; }
		long lo = strtol(p, &q, 10), hi = *q == '-' ? strtol(q + 1, &q, 10) : lo;
		for (p = q; lo <= hi; lo++, count++) {
			buf one = { 0 };
			int t = act(lo, type, b, n, &one);
			name_of(name, lo);
			u32(answers, 0); u16(answers, t); str(answers, name); raw(answers, one.p, one.n);
			free(one.p);
		}
	}
	return count;
}
static void answer(conn *c)
{
	const unsigned char *p = c->in.p + 4, *h = p + 10;
	uint32_t n = c->in.n - 4, type = g16(p + 4), len = g32(p + 6), count;
	char list[65536] = "";
	buf body = { 0 }, answers = { 0 };
	if (g16(p) != VERSION || len > n) { fprintf(stderr, "n%d: not a frame of 22.05\n", c->node); c->sent = c->out.n = 0; return; }
	if (g16(h) && g32(h + 2) < sizeof list) memcpy(list, h + 6, g32(h + 2));
	const unsigned char *b = p + n - len;
	type = act(c->node, c->type = type, b, len, &body);
	count = forwarded(list, c->type, b, len, &answers);
	frame(&c->out, type, &body, count, &answers);
	c->sent = 0;
	free(body.p); free(answers.p);
}

/* ---- the loop ---- */
/* 1: everything is written; 0: more later; -1: broken */
static int put(conn *c)
{
	ssize_t w = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);
	if (w < 0) return errno == EAGAIN ? 0 : -1;
	return (c->sent += w) == c->out.n;
}
static int get(conn *c)
{
	for (;;) {
		uint32_t want = c->in.n < 4 ? 8192 : g32(c->in.p) + 4 - c->in.n;
		if (want > 1u << 28) return -1;
		if (c->in.n + want > c->in.cap) { c->in.cap = c->in.n + want; c->in.p = realloc(c->in.p, c->in.cap); }
		ssize_t r = recv(c->fd, c->in.p + c->in.n, want, 0);
		if (r < 0) return errno == EAGAIN ? 0 : -1;
		if (r == 0) return -1;
		c->in.n += r;
		if (c->in.n >= 4 && c->in.n >= g32(c->in.p) + 4) return 1;
	}
}
static void ready(conn *c)
{
	int rc;
	if (c->kind == LISTENER) {
		int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK), one = 1;
		if (fd < 0) return;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		conn *n = calloc(1, sizeof *n);
		n->kind = ASKED; n->fd = fd; n->node = c->node;
		watch(n, EPOLL_CTL_ADD, EPOLLIN);
	} else if (c->kind == ASKED) {
		if (!c->out.n) {
			if (!(rc = get(c))) return;
			if (rc < 0) { drop(c); return; }
			answer(c);
		}
		rc = c->out.n ? put(c) : -1;
		if (rc) drop(c); else watch(c, EPOLL_CTL_MOD, EPOLLOUT);
	} else if (c->sent < c->out.n) {
		rc = put(c);
		if (rc < 0) told(c, 0);
		else if (rc && c->type == EPILOG) told(c, 1);	/* 22.05 waits for no answer to it */
		else if (rc) watch(c, EPOLL_CTL_MOD, EPOLLIN);
	} else if ((rc = get(c))) {
		/* any answer counts: a job that is no longer there has been told of, too */
		told(c, rc > 0);
	}
}
static void read_conf(void)
{
	char *f = getenv("SLURM_CONF"), line[4096], *p;
	FILE *h = fopen(f ? f : "/etc/slurm/slurm.conf", "r");
	if (!h) die("cannot read SLURM_CONF");
	while (fgets(line, sizeof line, h)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!strncasecmp(line, "SlurmctldPort=", 14)) slurmctld = atoi(line + 14);
		if (!strncasecmp(line, "AuthInfo=", 9) && (p = strstr(line, "socket="))) {
			msocket = strdup(p + 7);
			msocket[strcspn(msocket, ",")] = 0;
		}
	}
	fclose(h);
}
static void stop(int s) { (void)s; printf("launched=%lu completed=%lu not_played=%lu\n", launched, completed, refused); fflush(stdout); _exit(0); }

int main(int ac, char **av)
{
	int o, one = 1;
	struct epoll_event e[256];
	while ((o = getopt(ac, av, "n:b:c:m:d:k:")) != -1) switch (o) {
		case 'n': nodes = atoi(optarg); break;
		case 'b': base = atoi(optarg); break;
		case 'c': cpus = atoi(optarg); break;
		case 'm': mem = atoi(optarg); break;
		case 'd': delay = atoi(optarg); break;
		case 'k': most = atoi(optarg); break;	/* messages under way at once */
		default: die("-n nodes -b baseport -c cpus -m mem_mb -d ms [-k messages at once]");
	}
	read_conf();
	began = time(NULL);
	signal(SIGTERM, stop);
	ep = epoll_create1(0);
	for (int i = 1; i <= nodes; i++) {
		struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(base + i), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		conn *c = calloc(1, sizeof *c);
		c->kind = LISTENER; c->node = i;
		c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
		if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&a, sizeof a) || listen(c->fd, 1024)) { perror("listen"); return 2; }
		watch(c, EPOLL_CTL_ADD, EPOLLIN);
		tell(REGISTRATION, i, 0, 0, 0);
	}
	for (;;) {
		end_due();
		begin();
		int wait = waiting ? 20 : 1000;
		if (first_due) {
			int64_t left = first_due->due - now_ms();
			if (left < wait) wait = left < 0 ? 0 : left;
		}
		int m = epoll_wait(ep, e, 256, wait);
		for (int i = 0; i < m; i++) ready(e[i].data.ptr);
	}
}
