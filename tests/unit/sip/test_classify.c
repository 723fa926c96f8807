/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done first when there is too much to do: RFC 7339 5.10.1, RFC 3261 21.5.4. */
#include <stdio.h>

#include "sip/classify.h"
#include "unit/support.h"

static struct mem *mem;
static struct sip_classify *c;
static struct rng_seeded seed;
static struct addr peer;
static tick_t now;
static struct sip_classify_item item;

static void begin(struct sip_classify_cfg cfg)
{
	mem = mem_root("test");
	cfg.rng = rng_seeded_init(&seed, 5);
	c = sip_classify_new(mem, &cfg);
	assert_non_null(c);
	now = (tick_t){ S_US(10) };
	assert_int_equal(addr_parse(&peer, STR("192.0.2.9:7070"), 0), 0);
}

static void end(void)
{
	mem_free(mem);
}

static const char *message(const char *start, const char *to_tag, unsigned nr)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "%s\r\nVia: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bK%u\r\n"
		 "From: <sip:a@192.0.2.9>;tag=f\r\nTo: <sip:b@192.0.2.1>%s\r\nCall-ID: %u\r\n"
		 "CSeq: 1 %.*s\r\nMax-Forwards: 70\r\nContact: <sip:a@192.0.2.9>\r\n"
		 "Content-Length: 0\r\n\r\n",
		 start, nr, to_tag, nr, (int)strcspn(start, " "), start);
	return text;
}

#define INVITE "INVITE sip:b@192.0.2.1 SIP/2.0"

static int in(const char *start, const char *to_tag, unsigned nr)
{
	return sip_classify_in(c, now, 1, &peer, str_of(message(start, to_tag, nr)));
}

static bool next_begins(const char *text)
{
	return sip_classify_next(c, now, &item) && str_starts(item.octets, str_of(text));
}

static void test_classes(void **state)
{
	(void)state;
	assert_int_equal(sip_class_of(STR("SIP/2.0 200 OK\r\n")), SIP_CLASS_PROGRESS);
	assert_int_equal(sip_class_of(str_of(message(INVITE, "", 1))), SIP_CLASS_NEW);
	assert_int_equal(sip_class_of(str_of(message(INVITE, ";tag=x", 1))), SIP_CLASS_PROGRESS);
	assert_int_equal(sip_class_of(str_of(message("BYE sip:b SIP/2.0", "", 1))),
			 SIP_CLASS_PROGRESS);
	assert_int_equal(sip_class_of(
				 str_of(message("INVITE urn:service:sos.fire SIP/2.0", "", 1))),
			 SIP_CLASS_EMERGENCY);
	assert_int_equal(sip_class_of(STR("INVITE sip:b SIP/2.0\r\nt: <sip:b>;tag=1\r\n\r\n")),
			 SIP_CLASS_PROGRESS);
	/* a tag in the body is none */
	assert_int_equal(sip_class_of(STR("INVITE sip:b SIP/2.0\r\n\r\nTo: x;tag=1\r\n")),
			 SIP_CLASS_NEW);
	assert_int_equal(sip_class_of(STR("")), SIP_CLASS_NEW);
	/* RFC 4412; what is in progress stays that */
	assert_int_equal(sip_class_of(STR("INVITE sip:b SIP/2.0\r\nResource-Priority: esnet.1\r\n"
					  "To: b\r\n\r\n")),
			 SIP_CLASS_EMERGENCY);
	assert_int_equal(sip_class_of(STR("INVITE sip:b SIP/2.0\r\nresource-priority : q735.4, "
					  "WPS.0\r\n\r\n")),
			 SIP_CLASS_EMERGENCY);
	assert_int_equal(sip_class_of(
				 STR("INVITE sip:b SIP/2.0\r\nResource-Priority: wps.4\r\n\r\n")),
			 SIP_CLASS_NEW);
	assert_int_equal(sip_class_of(STR("INVITE sip:b SIP/2.0\r\nResource-Priority: esnet.1\r\n"
					  "To: b;tag=1\r\n\r\n")),
			 SIP_CLASS_PROGRESS);
}

static void test_order(void **state)
{
	(void)state;
	begin((struct sip_classify_cfg){ 0 });
	in(INVITE, "", 1);
	in("INVITE urn:service:sos SIP/2.0", "", 2);
	in("BYE sip:b@192.0.2.1 SIP/2.0", ";tag=x", 3);
	in("OPTIONS sip:b@192.0.2.1 SIP/2.0", "", 4);
	assert_true(next_begins("BYE"));
	assert_true(next_begins("INVITE urn"));
	assert_true(next_begins("INVITE sip"));
	assert_true(next_begins("OPTIONS"));
	assert_false(sip_classify_next(c, now, &item));
	end();
}

/* After T1 the peer has repeated it: what is too old is refused, and never what is in progress. */
static void test_age(void **state)
{
	(void)state;
	begin((struct sip_classify_cfg){ .retry_after_s = 7 });
	in(INVITE, "", 1);
	in("BYE sip:b@192.0.2.1 SIP/2.0", ";tag=x", 2);
	in("ACK sip:b@192.0.2.1 SIP/2.0", "", 3);
	now = tick_add_ms(now, 501);
	assert_true(next_begins("BYE"));
	assert_true(next_begins("ACK"));
	assert_true(next_begins("SIP/2.0 503 "));
	assert_true(item.refusal);
	assert_int_equal(item.addr.port, 7070);
	assert_non_null(memmem(item.octets.p, item.octets.len, "Retry-After: 7\r\n", 16));
	assert_non_null(memmem(item.octets.p, item.octets.len, "CSeq: 1 INVITE\r\n", 16));
	assert_false(sip_classify_next(c, now, &item));
	end();
}

static void test_source_rate(void **state)
{
	struct sip_classify_stats st;
	unsigned let_in = 0;

	(void)state;
	begin((struct sip_classify_cfg){ .source_rate = 10 });
	for (unsigned i = 0; i < 1000; i++) { /* 1000 in a second, 10 at once and 10 in it */
		in(INVITE, "", i);
		assert_true(sip_classify_next(c, now, &item));
		let_in += !item.refusal;
		now = tick_add_ms(now, 1);
	}
	assert_in_range(let_in, 19, 20);
	/* another source is not touched by it, nor is what is in progress */
	peer.ip[3] = 10;
	in(INVITE, "", 2000);
	assert_true(next_begins("INVITE"));
	peer.ip[3] = 9;
	in("BYE sip:b@192.0.2.1 SIP/2.0", ";tag=x", 2001);
	assert_true(next_begins("BYE"));
	sip_classify_stats(c, &st);
	assert_int_equal(st.refused, 1000 - let_in);
	end();
}

/* The queues are rings: whatever sizes come and go, what comes out is what went in, in order, and
 * nothing beyond the room is taken. */
static void test_rings(void **state)
{
	static char big[30000];
	struct sip_classify_stats st;
	unsigned nr_in = 0, nr_out = 0;
	char first[32];

	(void)state;
	begin((struct sip_classify_cfg){ .max_octets = 100000 });
	for (unsigned i = 0; i < 20000; i++) {
		unsigned len = 20 + i * 7919 % 9000;
		int n = snprintf(big, sizeof(big), "BYE %u ", nr_in);
		memset(big + n, 'x', len);
		nr_in += sip_classify_in(c, now, 1, &peer, str_n(big, (size_t)n + len)) == 0;
		sip_classify_stats(c, &st);
		assert_true(st.waiting_octets <= 50000);
		if (i % 3 == 0 || i % 1000 > 500) {
			snprintf(first, sizeof(first), "BYE %u x", nr_out);
			if (next_begins(first))
				nr_out++;
			else
				assert_int_equal(nr_out, nr_in);
		}
	}
	assert_true(nr_out > 5000);
	while (sip_classify_next(c, now, &item))
		nr_out++;
	assert_int_equal(nr_out, nr_in);
	end();
}

/* What streams ask. */
static void test_streams(void **state)
{
	struct sip_classify_stats st;
	tick_t then;

	(void)state;
	begin((struct sip_classify_cfg){ .source_rate = 2 });
	then = now;
	assert_true(sip_classify_admits(c, now, then, SIP_CLASS_NEW, &peer));
	assert_true(sip_classify_admits(c, now, then, SIP_CLASS_NEW, &peer));
	assert_false(sip_classify_admits(c, now, then, SIP_CLASS_NEW, &peer));
	assert_true(sip_classify_admits(c, now, then, SIP_CLASS_EMERGENCY, &peer));
	assert_true(sip_classify_admits(c, now, then, SIP_CLASS_PROGRESS, &peer));
	now = tick_add_ms(now, 1200);
	assert_false(sip_classify_admits(c, now, then, SIP_CLASS_NEW, &peer)); /* too old */
	assert_true(sip_classify_admits(c, now, then, SIP_CLASS_PROGRESS, &peer));
	sip_classify_stats(c, &st);
	assert_int_equal(st.in[SIP_CLASS_NEW], 4);
	assert_int_equal(st.refused, 2);
	assert_int_equal(st.oldest_ms[SIP_CLASS_PROGRESS], 1200);
	sip_classify_forget_ages(c);
	sip_classify_stats(c, &st);
	assert_int_equal(st.oldest_ms[SIP_CLASS_PROGRESS], 0);
	end();
}

/* H01, J06: a flood of new requests, ten times more than can be dealt with, for a minute: memory is
 * bounded, and what is in progress is dealt with at once. Work: 1000 things a second. */
static void test_flood(void **state)
{
	struct sip_classify_stats st;
	unsigned byes = 0, worst = 0;
	size_t before;

	(void)state;
	begin((struct sip_classify_cfg){ .max_octets = 256 * 1024 });
	before = mem_used(mem);
	for (unsigned ms = 0; ms < 60000; ms++) {
		for (unsigned i = 0; i < 10; i++)
			in(INVITE, "", ms * 10 + i);
		if (ms % 2) {
			assert_int_equal(in("BYE sip:b@192.0.2.1 SIP/2.0", ";tag=x", ms), 0);
			assert_true(next_begins("BYE"));
			byes++;
		} else if (sip_classify_next(c, now, &item)) {
			worst += item.refusal;
		}
		assert_int_equal(mem_used(mem), before);
		now = tick_add_ms(now, 1);
	}
	assert_int_equal(byes, 30000);
	while (sip_classify_next(c, now, &item))
		;
	sip_classify_stats(c, &st);
	assert_int_equal(st.waiting, 0);
	assert_int_equal(st.waiting_octets, 0);
	assert_true(st.dropped > 400000);
	end();
}

static void once(void *ctx)
{
	struct sip_classify_cfg cfg = { .rng = rng_seeded_init(&seed, 5) };

	(void)ctx;
	mem = mem_root("test");
	c = mem ? sip_classify_new(mem, &cfg) : NULL;
	if (c && in(INVITE, "", 1) == 0)
		assert_true(next_begins("INVITE"));
	mem_free(mem);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes), cmocka_unit_test(test_order),
		cmocka_unit_test(test_age),	cmocka_unit_test(test_source_rate),
		cmocka_unit_test(test_rings),	cmocka_unit_test(test_streams),
		cmocka_unit_test(test_flood),	cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
