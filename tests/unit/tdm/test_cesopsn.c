/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CESoPSN (RFC 5086): the octets of a packet, every form both ways, loss, disorder, doubles, alarms,
 * what is refused. */
#include "unit/support.h"
#include "tdm/cesopsn.h"

#define NR_QUEUE 64

struct end {
	struct tdm_cesopsn *c;
	unsigned nr_ts;
	struct {
		uint8_t octets[TDM_CESOPSN_MAX];
		size_t len;
	} queue[NR_QUEUE]; /* to here */
	unsigned nr;
	uint32_t sent;
};

static struct mem *mem;
static struct end ends[2];

static struct tdm_cesopsn_cfg cfg_of(enum tdm_kind kind, unsigned frames, bool rtp)
{
	return (struct tdm_cesopsn_cfg){ .kind = kind,
					 .frames = frames,
					 .rtp = rtp,
					 .pt = 97,
					 .seq = 0xfffe,
					 .ssrc = 0x01020304,
					 .timestamp = 0xfffffff0,
					 .depth_ms = 4,
					 .max_depth_ms = 32 };
}

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	memset(ends, 0, sizeof(ends));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void open_ends(const struct tdm_cesopsn_cfg *a, const struct tdm_cesopsn_cfg *b)
{
	for (int i = 0; i < 2; i++) {
		const struct tdm_cesopsn_cfg *k = i ? b : a;

		ends[i].c = tdm_cesopsn_new(mem, k);
		assert_non_null(ends[i].c);
		ends[i].nr_ts = tdm_nr_ts(k->kind);
	}
}

static uint8_t octet_of(uint32_t frame, unsigned ts)
{
	return (uint8_t)(frame * 7 + frame / 256 + ts);
}

/* End `i` writes a block; its packets wait for the other. */
static void write_at(int i, bool fault)
{
	struct end *e = &ends[i], *far = &ends[1 - i];
	struct tdm_block b;
	struct str out;

	for (unsigned n = 0; n < TDM_BLOCK; n++)
		for (unsigned ts = 1; ts < TDM_MAX_TS; ts++)
			b.octet[ts][n] = octet_of(e->sent + n, ts);
	e->sent += TDM_BLOCK;
	tdm_cesopsn_write(e->c, fault ? NULL : &b);
	while (tdm_cesopsn_next_out(e->c, &out)) {
		assert_true(far->nr < NR_QUEUE);
		memcpy(far->queue[far->nr].octets, out.p, out.len);
		far->queue[far->nr++].len = out.len;
	}
}

static void deliver(int i, unsigned n)
{
	struct end *e = &ends[i];

	tdm_cesopsn_rx(e->c, str_n(e->queue[n].octets, e->queue[n].len));
}

static void deliver_all(int i)
{
	for (unsigned n = 0; n < ends[i].nr; n++)
		deliver(i, n);
	ends[i].nr = 0;
}

static struct tdm_status status_at(int i)
{
	struct tdm_status s;

	tdm_cesopsn_status(ends[i].c, &s);
	return s;
}

/* How many blocks of `nr` milliseconds were such as the other end wrote. */
static unsigned talk(unsigned nr)
{
	unsigned whole = 0;
	struct tdm_block b;

	for (unsigned ms = 0; ms < nr; ms++) {
		for (int i = 0; i < 2; i++) {
			bool there = tdm_cesopsn_read(ends[i].c, &b);
			bool good = there && (uint8_t)(b.octet[2][0] - b.octet[1][0]) == 1;

			for (unsigned ts = 2; good && ts <= ends[i].nr_ts; ts++)
				good = b.octet[ts][5] == (uint8_t)(b.octet[1][5] + ts - 1);
			whole += good;
			write_at(i, false);
		}
		for (int i = 0; i < 2; i++)
			deliver_all(i);
	}
	return whole;
}

static void test_the_octets_of_a_packet(void **state)
{
	/* RTP: V 2, PT 97, sequence, timestamp, SSRC; control word: R (nothing was received yet),
	 * LEN 12 + 4 + 24 = 40, sequence; a frame of 24 timeslots */
	static const uint8_t head[] = { 0x80, 97, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xf0,
					1,    2,  3,	4,    0x04, 0x28, 0xff, 0xfe };
	struct tdm_cesopsn_cfg k = cfg_of(TDM_T1, 1, true);

	(void)state;
	open_ends(&k, &k);
	write_at(0, false);
	assert_int_equal(ends[1].nr, 8);
	assert_int_equal(ends[1].queue[0].len, 40);
	assert_memory_equal(ends[1].queue[0].octets, head, sizeof(head));
	assert_int_equal(ends[1].queue[0].octets[16], octet_of(0, 1));
	assert_int_equal(ends[1].queue[0].octets[39], octet_of(0, 24));
	assert_int_equal(ends[1].queue[2].octets[15], 0); /* the third's sequence number */
	assert_int_equal(ends[1].queue[2].octets[7], 0xf2);
	assert_int_equal(ends[1].queue[2].octets[16], octet_of(2, 1));
}

static void test_all_forms(void **state)
{
	(void)state;
	for (int form = 0; form < 4; form++)
		for (unsigned frames = 1; frames <= 8; frames++) {
			struct tdm_cesopsn_cfg k =
				cfg_of(form & 1 ? TDM_T1 : TDM_E1, frames, form & 2);
			struct tdm_status s;

			mem_free(mem);
			setup(state);
			open_ends(&k, &k);
			assert_true(talk(1000) > 1980);
			s = status_at(0);
			assert_int_equal(s.alarms, 0);
			assert_int_equal(s.lost + s.malformed + s.underruns + s.late, 0);
			assert_int_equal(s.rx_packets, 8000 / frames);
		}
}

static void open_plain(void)
{
	struct tdm_cesopsn_cfg k = cfg_of(TDM_E1, 8, false);

	open_ends(&k, &k);
	talk(300);
}

static void test_loss_disorder_doubles(void **state)
{
	struct tdm_status s;
	struct tdm_block b;

	(void)state;
	open_plain();
	for (int i = 0; i < 4; i++)
		write_at(0, false);
	deliver(1, 2);
	deliver(1, 0);
	deliver(1, 3);
	deliver(1, 3); /* and the second never */
	ends[1].nr = 0;
	for (int i = 0; i < 8; i++)
		tdm_cesopsn_read(ends[1].c, &b);
	s = status_at(1);
	assert_int_equal(s.lost, 8);
	assert_int_equal(s.reordered, 2);
	assert_int_equal(s.underruns, 0);
	assert_int_equal(s.alarms, 0);
}

/* 6.2.2: nothing for a while: packet loss state, which the far end is told of with R. */
static void test_packet_loss_state(void **state)
{
	struct tdm_block b;

	(void)state;
	open_plain();
	assert_int_equal(tdm_cesopsn_alarms(ends[0].c), 0);
	for (int ms = 0; ms < 260; ms++)
		tdm_cesopsn_read(ends[0].c, &b);
	assert_int_equal(tdm_cesopsn_alarms(ends[0].c), TDM_LOS);
	write_at(0, false);
	assert_int_equal(ends[1].queue[0].octets[0], 0x04);
	deliver_all(1);
	tdm_cesopsn_read(ends[1].c, &b);
	assert_int_equal(tdm_cesopsn_alarms(ends[1].c), TDM_RAI);
	talk(300);
	assert_int_equal(tdm_cesopsn_alarms(ends[0].c) | tdm_cesopsn_alarms(ends[1].c), 0);
}

/* L: the far end's line is faulty (table 1); the payload is left out. M 10: it has RDI. */
static void test_alarms_of_the_far_end(void **state)
{
	uint8_t rdi[4 + 31 * 8] = { 0x02, 0, 0, 0 };
	struct tdm_block b;

	(void)state;
	open_plain();
	write_at(0, true);
	assert_int_equal(ends[1].queue[0].len, 4);
	assert_int_equal(ends[1].queue[0].octets[0], 0x08);
	assert_int_equal(ends[1].queue[0].octets[1], 4);
	memcpy(rdi + 2, ends[1].queue[0].octets + 2, 2);
	deliver_all(1);
	tdm_cesopsn_read(ends[1].c, &b);
	assert_int_equal(tdm_cesopsn_alarms(ends[1].c), TDM_AIS);
	rdi[3]++;
	tdm_cesopsn_rx(ends[1].c, str_n(rdi, sizeof(rdi)));
	tdm_cesopsn_read(ends[1].c, &b);
	assert_int_equal(tdm_cesopsn_alarms(ends[1].c), TDM_RAI);
}

static void refuse(const uint8_t *octets, size_t len, const char *why)
{
	struct tdm_status before = status_at(0), after;

	tdm_cesopsn_rx(ends[0].c, str_n(octets, len));
	after = status_at(0);
	assert_int_equal(after.rx_packets, before.rx_packets);
	assert_int_equal(after.malformed, before.malformed + (why != NULL));
	if (why)
		assert_non_null(strstr(tdm_cesopsn_wrong(ends[0].c), why));
}

static void test_what_is_refused(void **state)
{
	uint8_t p[4 + 31 * 8] = { 0 };
	struct tdm_block b;

	(void)state;
	open_plain();
	assert_null(tdm_cesopsn_wrong(ends[0].c));
	for (size_t len = 0; len < sizeof(p); len++)
		refuse(p, len, len < 4 ? "no control word" : "another number of timeslots");
	tdm_cesopsn_read(ends[0].c, &b);
	assert_int_equal(tdm_cesopsn_alarms(ends[0].c), TDM_MISMATCH);
	p[0] = 0x10; /* an associated channel header (RFC 4385) */
	refuse(p, sizeof(p), "no control word");
	p[0] = 0x80;
	refuse(p, sizeof(p), "first four bits");
	p[0] = 0;
	p[1] = 0x40;
	refuse(p, sizeof(p), "fragments");
	p[1] = 20;
	refuse(p, sizeof(p), "another length");
	p[1] = 0;
	p[0] = 0x01; /* reserved code points, signalling packets: silently (table 1, note 2) */
	refuse(p, sizeof(p), NULL);
	p[0] = 0x03;
	refuse(p, sizeof(p), NULL);
	p[0] = 0x0a;
	refuse(p, sizeof(p), NULL);
}

static void test_what_is_refused_with_rtp(void **state)
{
	struct tdm_cesopsn_cfg k = cfg_of(TDM_E1, 2, true);
	uint8_t p[12 + 4 + 62] = { 0x80, 97, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4 };

	(void)state;
	open_ends(&k, &k);
	talk(300);
	p[0] = 0x90;
	refuse(p, sizeof(p), "no RTP header");
	p[0] = 0x80;
	p[1] = 98;
	refuse(p, sizeof(p), "payload type");
	p[1] = 97;
	p[3] = 9;
	refuse(p, sizeof(p), "another sequence number");
	p[3] = 0;
	p[11] = 5;
	refuse(p, sizeof(p), "another SSRC");
	refuse(p, 11, "no RTP header");
}

/* One that jumps far is a stray; two in a row are a far end that began anew. */
static void test_strays(void **state)
{
	uint8_t p[4 + 31 * 8] = { 0, 0, 0x70, 0 };
	struct tdm_status s;

	(void)state;
	open_plain();
	tdm_cesopsn_rx(ends[0].c, str_n(p, sizeof(p)));
	assert_true(talk(100) >= 199);
	s = status_at(0);
	assert_int_equal(s.lost + s.overruns + s.underruns, 0);
	ends[1].c = tdm_cesopsn_new(mem, &(struct tdm_cesopsn_cfg){ .frames = 8,
								    .seq = 0x4000,
								    .depth_ms = 4,
								    .max_depth_ms = 32 });
	talk(300);
	assert_int_equal(tdm_cesopsn_alarms(ends[0].c), 0);
	assert_true(talk(100) >= 199);
}

static void walk(void *ctx)
{
	struct tdm_cesopsn_cfg k = cfg_of(TDM_E1, 8, true);
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		tdm_cesopsn_new(m, &k);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(walk, NULL), 3);
}

#define CES_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CES_TEST(test_the_octets_of_a_packet),	 CES_TEST(test_all_forms),
		CES_TEST(test_loss_disorder_doubles),	 CES_TEST(test_packet_loss_state),
		CES_TEST(test_alarms_of_the_far_end),	 CES_TEST(test_what_is_refused),
		CES_TEST(test_what_is_refused_with_rtp), CES_TEST(test_strays),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
