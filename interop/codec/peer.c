/*
 * Real Slurm's opinion of message bodies: loads libslurmfull.so of a release, hands each body to its unpack_msg (or
 * unpack_slurmdbd_msg), and packs what came out again. Each body in a child of its own, as some crash the library.
 *
 *   peer LIBSLURMFULL SLURM_CONF [INIT_FUNCTION...] < lines "number version hex name" > lines "number version verdict"
 *
 * verdict: "same", "read" (every byte taken; packed differently or not at all), or "refused ..." with rc and place.
 * Compiled against the headers of that release's sources for the layout of slurm_msg_t; see check.sh.
 */
#include "config.h"
#include "src/common/slurm_protocol_defs.h"
#include "src/common/pack.h"
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
#ifdef PERSIST_MSG_HAS_SIZE /* up to 22.05 */
	void *conn;
	void *data;
	uint32_t data_size;
	uint16_t msg_type;
#else
	void *conn;
	void *data;
	uint16_t msg_type;
#endif
} dbd_msg_t;

#define MAX_LINE (1 << 24)

static void *lib;
static char line[MAX_LINE], hex[MAX_LINE];

static void *symbol(const char *name)
{
	void *p = dlsym(lib, name);
	if (!p) {
		fprintf(stderr, "peer: no %s in the library\n", name);
		exit(1);
	}
	return p;
}

static buf_t *(*new_buf)(uint32_t);
static int (*unpack)(slurm_msg_t *, buf_t *);
static int (*repack)(slurm_msg_t *, buf_t *);
static void (*init)(slurm_msg_t *);
static int (*unpack_dbd)(dbd_msg_t *, uint16_t, buf_t *);
static buf_t *(*repack_dbd)(dbd_msg_t *, uint16_t);

static buf_t *input(int skip, int number)
{
	int n = strlen(hex) / 2;
	buf_t *b = new_buf(n + skip + 16);
	if (skip) {
		b->head[0] = number >> 8;
		b->head[1] = number;
	}
	for (int i = 0; i < n; i++) {
		unsigned x;
		sscanf(hex + 2 * i, "%2x", &x);
		b->head[skip + i] = x;
	}
	b->size = n + skip;
	b->processed = 0;
	return b;
}

/* In the child: one byte of answer per stage, so that a crash in packing still tells that reading went well. */
static void judge(int number, int version, FILE *out)
{
	int dbd = number >= 1400 && number < 1600 && number != 1433;
	int skip = dbd ? 2 : 0, rc;
	buf_t *b = input(skip, number), *w;
	slurm_msg_t m;
	dbd_msg_t d;

	if (dbd) {
		memset(&d, 0, sizeof(d));
		rc = unpack_dbd(&d, version << 8, b);
	} else {
		init(&m);
		m.protocol_version = version << 8;
		m.msg_type = number;
		rc = unpack(&m, b);
	}
	if (rc || b->processed != b->size) {
		fprintf(out, "refused rc %d at %d of %d", rc, (int) b->processed - skip, (int) b->size - skip);
		return;
	}
	fprintf(out, "read");
	fflush(out);
	if (dbd) {
		w = repack_dbd(&d, version << 8);
	} else {
		w = new_buf(16384);
		repack(&m, w);
	}
	if (w->processed == b->size && !memcmp(w->head, b->head, b->size))
		fprintf(out, " same");
}

int main(int argc, char **argv)
{
	int number, version;

	if (argc < 3 || !(lib = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL | RTLD_DEEPBIND))) {
		fprintf(stderr, "peer: %s\n", argc < 3 ? "usage: peer LIBSLURMFULL SLURM_CONF [INIT...]" : dlerror());
		return 1;
	}
	((void (*)(const char *)) symbol("slurm_init"))(argv[2]);
	for (int i = 3; i < argc; i++)
		((int (*)(int)) symbol(argv[i]))(0);
	new_buf = symbol("init_buf");
	unpack = symbol("unpack_msg");
	repack = symbol("pack_msg");
	init = symbol("slurm_msg_t_init");
	unpack_dbd = symbol("unpack_slurmdbd_msg");
	repack_dbd = symbol("pack_slurmdbd_msg");

	while (fgets(line, sizeof(line), stdin)) {
		char verdict[200];
		int p[2], n = 0, k, status;
		if (sscanf(line, "%d %d %s", &number, &version, hex) != 3)
			continue;
		if (!strcmp(hex, "-"))
			hex[0] = 0;
		if (pipe(p))
			return 1;
		fflush(stdout);
		if (!fork()) {
			FILE *out = fdopen(p[1], "w");
			alarm(5);
			close(0);
			close(p[0]);
			judge(number, version, out);
			fclose(out);
			_exit(0);
		}
		close(p[1]);
		while (n < (int) sizeof(verdict) - 1 && (k = read(p[0], verdict + n, sizeof(verdict) - 1 - n)) > 0)
			n += k;
		verdict[n] = 0;
		close(p[0]);
		wait(&status);
		printf("%d %d %s\n", number, version,
		       !strcmp(verdict, "read same") ? "same" : n ? verdict : "refused by a crash");
	}
	return 0;
}
