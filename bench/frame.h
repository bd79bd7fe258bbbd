/*
 * frame.h: what raw-load.c and fake-slurmd.c share of Slurm's frames: the body hash and
 * the packing of numbers and strings (network order; a string carries its NUL).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int k12 = 1;	/* 0: no body hash */

/* ---- KangarooTwelve of one chunk: TurboSHAKE128, suffix 07 (RFC 9861) ---- */
static uint64_t rol(uint64_t x, int n) { return n ? x << n | x >> (64 - n) : x; }
static void keccak12(uint64_t *s)
{
	static uint64_t rc[24];
	static int rot[25], perm[25], made;
	if (!made) {
		unsigned r = 1;
		for (int i = 0; i < 24; i++)
			for (int j = 0; j < 7; j++) {
				if (r & 1) rc[i] ^= 1ull << ((1 << j) - 1);
				r = r << 1 ^ (r & 0x80 ? 0x171 : 0);
			}
		for (int x = 1, y = 0, t = 0; t < 24; t++) {
			rot[x + 5 * y] = (t + 1) * (t + 2) / 2 % 64;
			int z = (2 * x + 3 * y) % 5; x = y; y = z;
		}
		for (int x = 0; x < 5; x++) for (int y = 0; y < 5; y++) perm[x + 5 * y] = y + 5 * ((2 * x + 3 * y) % 5);
		made = 1;
	}
	for (int i = 12; i < 24; i++) {
		uint64_t c[5], b[25];
		for (int x = 0; x < 5; x++) c[x] = s[x] ^ s[x+5] ^ s[x+10] ^ s[x+15] ^ s[x+20];
		for (int x = 0; x < 25; x++) s[x] ^= c[(x + 4) % 5] ^ rol(c[(x + 1) % 5], 1);
		for (int x = 0; x < 25; x++) b[perm[x]] = rol(s[x], rot[x]);
		for (int x = 0; x < 25; x++) s[x] = b[x] ^ (~b[x / 5 * 5 + (x + 1) % 5] & b[x / 5 * 5 + (x + 2) % 5]);
		s[0] ^= rc[i];
	}
}
/*
 * out: the hash as the auth section's payload carries it; returns its length.
 * Bodies beyond one chunk go without (HASH_NONE, which receivers take).
 */
static int body_hash(const unsigned char *body, uint32_t l, int type, unsigned char *out)
{
	if (!k12 || l + 4 > 8192) { out[0] = 1; out[1] = type >> 8; out[2] = type; return 3; }
	static unsigned char m[8192 + 168];
	uint64_t s[25] = { 0 };
	memcpy(m, body, l);
	m[l++] = type >> 8; m[l++] = type;	/* customization */
	m[l++] = 2; m[l++] = 1;			/* its length, encoded */
	uint32_t blocks = l / 168 + 1;
	memset(m + l, 0, blocks * 168 - l);
	m[l] = 7; m[blocks * 168 - 1] ^= 0x80;
	for (uint32_t b = 0; b < blocks; b++) {
		for (int i = 0; i < 168; i++) s[i / 8] ^= (uint64_t)m[b * 168 + i] << (8 * (i % 8));
		keccak12(s);
	}
	out[0] = 2;
	for (int i = 0; i < 32; i++) out[1 + i] = s[i / 8] >> (8 * (i % 8));
	return 33;
}

/* ---- packing ---- */
typedef struct { unsigned char *p; uint32_t n, cap; } buf;
static void raw(buf *b, const void *p, uint32_t l)
{
	if (b->n + l > b->cap) { b->cap = (b->n + l) * 2 + 256; b->p = realloc(b->p, b->cap); }
	memcpy(b->p + b->n, p, l); b->n += l;
}
static void pk(buf *b, uint64_t v, int bytes)
{
	unsigned char t[8];
	for (int i = 0; i < bytes; i++) t[i] = v >> (8 * (bytes - 1 - i));
	raw(b, t, bytes);
}
static void u8(buf *b, uint64_t v) { pk(b, v, 1); }
static void u16(buf *b, uint64_t v) { pk(b, v, 2); }
static void u32(buf *b, uint64_t v) { pk(b, v, 4); }
static void u64(buf *b, uint64_t v) { pk(b, v, 8); }
static void str(buf *b, const char *s)
{
	if (!s) { u32(b, 0); return; }
	u32(b, strlen(s) + 1); raw(b, s, strlen(s) + 1);
}
static uint32_t g32(const unsigned char *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
