/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DTLS-SRTP: two ends in memory agree on keys that open each other's packets; lost flights come
 * again; a certificate that is not the announced one ends it on both sides before any key.
 */
#include <malloc.h>
#include <time.h>

#include <openssl/crypto.h>

#include "unit/support.h"
#include "io/dtls.h"

struct pair {
	struct io_dtls *ta, *tb;
	struct io_dtls_session *a, *b;
};

static struct mem *mem;

static struct pair pair_new(const char *fingerprint_of_a)
{
	struct pair p;

	p.ta = io_dtls_new(mem, NULL);
	p.tb = io_dtls_new(mem, NULL);
	assert_true(p.ta && p.tb);
	p.b = io_dtls_open(p.tb, &(struct io_dtls_peer){
					 STR("SHA-256"),
					 str_of(fingerprint_of_a ? fingerprint_of_a
								 : io_dtls_fingerprint(p.ta)),
					 false });
	p.a = io_dtls_open(p.ta, &(struct io_dtls_peer){ STR("sha-256"),
							 str_of(io_dtls_fingerprint(p.tb)), true });
	assert_true(p.a && p.b);
	return p;
}

static void pair_free(struct pair *p)
{
	io_dtls_close(p->a);
	io_dtls_close(p->b);
	io_dtls_free(p->ta);
	io_dtls_free(p->tb);
	assert_int_equal(mem_used(mem), 0);
}

static bool arrives(unsigned *seed)
{
	if (*seed == 0)
		return true;
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 16) % 3 != 0;
}

/* What waits goes over, but a third of it is lost, as the seed wants (0: nothing is). True when
 * something was sent. */
static bool carry(struct pair *p, unsigned *seed)
{
	struct str d;
	bool any = false;

	for (int way = 0; way < 2; way++)
		while (io_dtls_next_out(way ? p->b : p->a, &d)) {
			assert_in_range(d.len, 1, IO_DTLS_DATAGRAM_MAX);
			any = true;
			if (!arrives(seed))
				continue;
			io_dtls_rx(way ? p->a : p->b, d);
		}
	return any;
}

static void sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000L }, NULL);
}

static void shake(struct pair *p, unsigned seed)
{
	for (int i = 0; i < 100 && io_dtls_state(p->a) != IO_DTLS_FAILED; i++) {
		while (carry(p, &seed))
			;
		if (io_dtls_state(p->a) != IO_DTLS_HANDSHAKE &&
		    io_dtls_state(p->b) != IO_DTLS_HANDSHAKE)
			return;
		sleep_ms(io_dtls_left_ms(p->a) < 0 ? 20 : io_dtls_left_ms(p->a));
		io_dtls_tick(p->a);
		io_dtls_tick(p->b);
	}
}

static void assert_keys_fit(struct pair *p)
{
	struct io_dtls_keys a, b;
	struct rtp_srtp *sa, *sb;
	uint8_t packet[12 + 20 + RTP_SRTP_TRAILER] = { 0x80, 8, 0, 1 };
	size_t len;

	assert_int_equal(io_dtls_keys(p->a, &a), 0);
	assert_int_equal(io_dtls_keys(p->b, &b), 0);
	assert_int_equal(a.suite, RTP_SRTP_AEAD_AES_256_GCM);
	assert_int_equal(a.suite, b.suite);
	sa = rtp_srtp_new(mem, a.suite, str_n(a.tx, a.len), str_n(a.rx, a.len));
	sb = rtp_srtp_new(mem, b.suite, str_n(b.tx, b.len), str_n(b.rx, b.len));
	for (int way = 0; way < 2; way++) {
		memset(packet + 12, 0x55, 20);
		len = rtp_srtp_protect(way ? sb : sa, packet, 32);
		assert_int_equal(rtp_srtp_unprotect(way ? sa : sb, packet, &len), RTP_SRTP_OK);
		assert_int_equal(len, 32);
	}
	rtp_srtp_free(sa);
	rtp_srtp_free(sb);
}

static void test_handshake(void **state)
{
	struct pair p = pair_new(NULL);
	struct io_dtls_keys keys;

	(void)state;
	assert_int_equal(io_dtls_keys(p.a, &keys), TG_ESTATE);
	shake(&p, 0);
	assert_int_equal(io_dtls_state(p.a), IO_DTLS_DONE);
	assert_int_equal(io_dtls_state(p.b), IO_DTLS_DONE);
	assert_keys_fit(&p);
	assert_int_equal(io_dtls_left_ms(p.a), -1);
	io_dtls_rx(p.a, STR("not a record"));
	assert_int_equal(io_dtls_state(p.a), IO_DTLS_DONE);
	pair_free(&p);
}

static void test_loss(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed < 4; seed++) {
		struct pair p = pair_new(NULL);

		shake(&p, seed);
		assert_int_equal(io_dtls_state(p.a), IO_DTLS_DONE);
		pair_free(&p);
	}
}

static void test_wrong_certificate(void **state)
{
	struct io_dtls *other = io_dtls_new(mem, NULL);
	struct pair p = pair_new(io_dtls_fingerprint(other));
	struct io_dtls_keys keys;

	(void)state;
	shake(&p, 0);
	assert_int_equal(io_dtls_state(p.b), IO_DTLS_FAILED);
	assert_non_null(strstr(io_dtls_why(p.b), "fingerprint"));
	assert_int_equal(io_dtls_state(p.a), IO_DTLS_FAILED); /* by the alert */
	assert_int_equal(io_dtls_keys(p.b, &keys), TG_ESTATE);
	io_dtls_free(other);
	pair_free(&p);
}

static void test_fingerprints(void **state)
{
	struct io_dtls *t = io_dtls_new(mem, NULL);
	struct str own = str_of(io_dtls_fingerprint(t));

	(void)state;
	assert_int_equal(own.len, 95);
	assert_true(io_dtls_fingerprint_ok(STR("sha-256"), own));
	assert_true(io_dtls_fingerprint_ok(STR("sha-1"), str_n(own.p, 59)));
	assert_false(io_dtls_fingerprint_ok(STR("sha-1"), own));
	assert_false(io_dtls_fingerprint_ok(STR("md5"), str_n(own.p, 47)));
	assert_false(io_dtls_fingerprint_ok(STR("sha-256"), str_n(own.p, 94)));
	assert_false(io_dtls_fingerprint_ok(
		STR("sha-1"), STR("00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:0g")));
	assert_false(io_dtls_fingerprint_ok(STR(""), STR("")));
	assert_null(io_dtls_open(t, &(struct io_dtls_peer){ STR("md5"), own, true }));
	io_dtls_free(t);
}

/* Before and in a handshake, from anybody. */
static void test_garbage(void **state)
{
	struct pair p = pair_new(NULL);
	char octets[1500];
	struct str d;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		for (unsigned n = 0; n < sizeof(octets); n++)
			octets[n] = (char)(i * 31 + n * n * 7);
		octets[0] = (char)(20 + i % 5);
		io_dtls_rx(p.b, str_n(octets, i % sizeof(octets)));
		while (io_dtls_next_out(p.b, &d))
			;
	}
	if (io_dtls_state(p.b) == IO_DTLS_HANDSHAKE) {
		shake(&p, 0);
		assert_int_equal(io_dtls_state(p.a), IO_DTLS_DONE);
	} else {
		assert_int_not_equal(io_dtls_why(p.b)[0], 0);
	}
	pair_free(&p);
}

static int start(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

/* What OpenSSL has, octets. */
static size_t held;

static void *count_new(size_t n, const char *file, int line)
{
	void *p = malloc(n);

	(void)file;
	(void)line;
	held += p ? malloc_usable_size(p) : 0;
	return p;
}

static void count_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	held -= p ? malloc_usable_size(p) : 0;
	free(p);
}

static void *count_again(void *p, size_t n, const char *file, int line)
{
	size_t was = p ? malloc_usable_size(p) : 0;
	void *q = realloc(p, n);

	(void)file;
	(void)line;
	if (q)
		held += malloc_usable_size(q) - was;
	return q;
}

/* Pieces of messages of 16 KB that are not their turn yet, and records of the epoch behind. */
static void test_hoarding(void **state)
{
	struct pair p = pair_new(NULL);
	uint8_t record[] = { 22,   0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 11, 0,
			     0x3f, 0,	 0,    0, 0, 0, 0, 0, 0, 4, 1, 2, 3,  4 };
	size_t before = held;

	(void)state;
	assert_true(before > 0);
	for (unsigned i = 0; i < 400; i++) {
		record[4] = i % 2;
		record[9] = (uint8_t)(i >> 8);
		record[10] = (uint8_t)i;
		record[18] = (uint8_t)(i / 2);
		io_dtls_rx(p.b, str_n(record, sizeof(record)));
		io_dtls_rx(p.a, str_n(record, sizeof(record)));
	}
	assert_in_range(held - before, 0, 512 * 1024);
	assert_int_equal(io_dtls_state(p.a), IO_DTLS_HANDSHAKE);
	assert_int_equal(io_dtls_state(p.b), IO_DTLS_HANDSHAKE);
	pair_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handshake),	  cmocka_unit_test(test_loss),
		cmocka_unit_test(test_wrong_certificate), cmocka_unit_test(test_fingerprints),
		cmocka_unit_test(test_garbage),		  cmocka_unit_test(test_hoarding),
	};

	if (CRYPTO_set_mem_functions(count_new, count_again, count_free) != 1)
		return 1;

	return cmocka_run_group_tests(tests, start, end);
}
