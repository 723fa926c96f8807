/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m2pa: the table, messages octet by octet (RFC 4165 clause 2), alignment (4.1.3), acknowledgement
 * (4.2.1), outage (4.1.4), busy (4.1.5), retrieval (4.2.3). */
#include "ss7/m2pa_internal.h"

#include "unit/support.h"

#define WIRE 2048

struct message {
	uint8_t octet[M2PA_MAX_UNIT];
	size_t len;
	uint16_t stream;
};

static struct pair {
	struct mem *mem;
	struct m2pa *l[2];
	struct level2 l2[2];
	struct message wire[2][WIRE]; /* to each */
	unsigned head[2], nr[2];
	tick_t now;
	unsigned said[2][MTP2_OUT_CONGESTION + 1], got[2];
	uint8_t last[2]; /* octet of the MSU that came last */
	enum mtp2_reason reason[2];
	bool disordered;
} w;

static void note(int i, const struct mtp2_out *out)
{
	w.said[i][out->type]++;
	if (out->type == MTP2_OUT_OUT_OF_SERVICE)
		w.reason[i] = out->reason;
	if (out->type == MTP2_OUT_OUTAGE_OVER)
		w.l2[i].ops->proceed(w.l[i], w.now);
	if (out->type != MTP2_OUT_MSU)
		return;
	w.disordered = w.disordered || (uint8_t)out->octets.p[3] != (uint8_t)(w.last[i] + 1);
	w.last[i] = (uint8_t)out->octets.p[3];
	w.got[i]++;
}

static void drain(int i)
{
	struct mtp2_out out;
	struct message *m;

	while (w.l2[i].ops->next_out(w.l[i], &out))
		note(i, &out);
	for (;;) {
		m = &w.wire[!i][(w.head[!i] + w.nr[!i]) % WIRE];
		m->len = w.l2[i].ops->next_tx(w.l[i], w.now, m->octet);
		if (!m->len)
			break;
		m->stream = m2pa_tx_stream(w.l[i]);
		w.nr[!i]++;
		assert_true(w.nr[!i] < WIRE);
	}
	while (w.l2[i].ops->next_out(w.l[i], &out))
		note(i, &out);
}

/* What is on its way arrives. */
static void settle(void)
{
	for (unsigned i = 0; w.nr[0] || w.nr[1]; i = !i) {
		struct message *m = &w.wire[i][w.head[i] % WIRE];
		if (!w.nr[i])
			continue;
		w.head[i]++;
		w.nr[i]--;
		m2pa_rx(w.l[i], w.now, str_n(m->octet, m->len));
		drain((int)i);
	}
}

static void run(uint32_t ms)
{
	tick_t end = tick_add_ms(w.now, ms);

	for (;;) {
		tick_t at = tick_min(w.l2[0].ops->deadline(w.l[0]), w.l2[1].ops->deadline(w.l[1]));
		if (tick_before(end, at))
			break;
		w.now = tick_before(at, w.now) ? w.now : at;
		for (int i = 0; i < 2; i++) {
			if (tick_due(w.l2[i].ops->deadline(w.l[i]), w.now))
				w.l2[i].ops->tick(w.l[i], w.now);
			drain(i);
		}
		settle();
	}
	w.now = end;
}

static int begin(void **state)
{
	struct m2pa_cfg cfg = { .max_queued = 64 };

	(void)state;
	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	w.now = tick_add_ms(w.now, 1000);
	for (int i = 0; i < 2; i++) {
		w.l[i] = m2pa_new(w.mem, &cfg);
		w.l2[i] = m2pa_level2(w.l[i]);
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	mem_free(w.mem);
	return 0;
}

static void connect(void)
{
	for (int i = 0; i < 2; i++) {
		m2pa_up(w.l[i], w.now);
		drain(i);
	}
	settle();
}

static void start(int i)
{
	w.l2[i].ops->start(w.l[i], w.now);
	drain(i);
	settle();
}

static void align(void)
{
	connect();
	start(0);
	start(1);
	run(15000);
	assert_int_equal(w.said[0][MTP2_OUT_IN_SERVICE], 1);
	assert_int_equal(w.said[1][MTP2_OUT_IN_SERVICE], 1);
}

static void send(int i, uint8_t number)
{
	const uint8_t msu[] = { 0x85, 1, 2, number };

	assert_int_equal(w.l2[i].ops->tx(w.l[i], w.now, str_n(msu, sizeof(msu))), 0);
}

static void test_table(void **state)
{
	(void)state;
	check_fsm(&m2pa_def, "m2pa");
}

/* What `next_tx` gives, as hex. */
static const char *next(int i)
{
	static uint8_t buf[M2PA_MAX_UNIT];

	return hex_of(str_n(buf, w.l2[i].ops->next_tx(w.l[i], w.now, buf)));
}

#define OOS	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 09"
#define ALIGN	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 01"
#define NORMAL	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 02"
#define SHORTLY "01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 03"
#define READY	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 04"
#define OUTAGE	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 05"
#define BACK	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 06"
#define BUSY	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 07"
#define ENDED	"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 08"

static void rx(const char *hex)
{
	struct mtp2_out out;

	m2pa_rx(w.l[0], w.now, octets_of(hex));
	while (w.l2[0].ops->next_out(w.l[0], &out))
		note(0, &out);
}

/* The other end is this text. */
static void align_by_text(void)
{
	m2pa_up(w.l[0], w.now);
	assert_string_equal(next(0), OOS);
	assert_int_equal(m2pa_tx_stream(w.l[0]), 0);
	w.l2[0].ops->emergency(w.l[0], w.now, true);
	w.l2[0].ops->start(w.l[0], w.now);
	assert_string_equal(next(0), ALIGN);
	rx(ALIGN);
	assert_string_equal(next(0), SHORTLY);
	rx(NORMAL);
	assert_string_equal(next(0), SHORTLY);
	while (w.l[0]->fsm.state == M2PA_S_PROVING) {
		w.now = w.l2[0].ops->deadline(w.l[0]);
		w.l2[0].ops->tick(w.l[0], w.now);
		if (w.l[0]->fsm.state == M2PA_S_PROVING)
			assert_string_equal(next(0), SHORTLY);
	}
	assert_string_equal(next(0), READY);
	assert_int_equal(m2pa_tx_stream(w.l[0]), 0);
	rx(NORMAL);
	assert_int_equal(w.l[0]->fsm.state, M2PA_S_READY);
	rx(READY);
	assert_int_equal(w.said[0][MTP2_OUT_IN_SERVICE], 1);
	assert_string_equal(next(0), "");
}

static void test_messages(void **state)
{
	(void)state;
	align_by_text();
	send(0, 7);
	assert_string_equal(next(0), "01 00 0b 01 00 00 00 15 00 ff ff ff 00 00 00 00 00 85 01 02 "
				     "07");
	assert_int_equal(m2pa_tx_stream(w.l[0]), 1);
	rx("01 00 0b 01 00 00 00 15 00 00 00 00 00 00 00 00 00 85 01 02 01");
	assert_int_equal(w.got[0], 1);
	assert_int_equal(w.l[0]->nr, 0); /* acknowledged */
	assert_string_equal(next(0), "01 00 0b 01 00 00 00 10 00 00 00 00 00 00 00 00");
	assert_string_equal(next(0), "");
	/* an empty one is not acknowledged; the same number again is dropped */
	rx("01 00 0b 01 00 00 00 10 00 00 00 00 00 00 00 00");
	rx("01 00 0b 01 00 00 00 15 00 00 00 00 00 00 00 00 00 85 01 02 01");
	assert_string_equal(next(0), "");
	assert_int_equal(w.got[0], 1);
	/* with a message of ours it needs no empty one */
	rx("01 00 0b 01 00 00 00 15 00 00 00 00 00 00 00 01 00 85 01 02 02");
	send(0, 8);
	assert_string_equal(next(0), "01 00 0b 01 00 00 00 15 00 00 00 01 00 00 00 01 00 85 01 02 "
				     "08");
	assert_string_equal(next(0), "");
}

static void test_what_is_none(void **state)
{
	static const char *const bad[] = {
		"",
		"01 00 0b 02",
		"01 00 0b 02 00 00 00 15 00 ff ff ff 00 ff ff ff 00 00 00 09",
		"01 00 01 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 09",
		"01 00 0b 03 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 09",
		"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 0a",
		"01 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 00",
		"01 00 0b 02 00 00 00 10 00 ff ff ff 00 ff ff ff",
		"01 00 0b 01 00 00 00 13 00 ff ff ff 00 00 00 00 00 85 01",
		"01 00 0b 01 00 00 00 15 00 ff ff ff 00 00 00 01 00 85 01 02 07",
	};
	uint64_t before;

	(void)state;
	align_by_text();
	for (size_t i = 0; i < NR_OF(bad); i++) {
		before = w.l[0]->stats.rx_malformed;
		rx(bad[i]);
		assert_int_equal(w.l[0]->stats.rx_malformed, before + 1);
		assert_string_equal(next(0), "");
	}
	assert_int_equal(w.l[0]->fsm.state, M2PA_S_IN_SERVICE);
	/* 4.1.9: another version is told that we are out of service */
	rx("02 00 0b 02 00 00 00 14 00 ff ff ff 00 ff ff ff 00 00 00 01");
	assert_string_equal(next(0), OOS);
}

static void test_frames(void **state)
{
	(void)state;
	assert_int_equal(m2pa_frame(OCTETS("01 00 0b 02 00 00 00")), 0);
	assert_int_equal(m2pa_frame(OCTETS(OOS " 01 00")), 20);
	assert_int_equal(m2pa_frame(OCTETS("01 00 01 02 00 00 00 14")), TG_EINVAL);
	assert_int_equal(m2pa_frame(OCTETS("01 00 0b 02 00 00 00 0f")), TG_EINVAL);
	assert_int_equal(m2pa_frame(OCTETS("01 00 0b 02 00 00 10 01")), TG_EINVAL);
}

static void test_busy(void **state)
{
	(void)state;
	align_by_text();
	send(0, 1);
	next(0);
	rx(BUSY);
	send(0, 2);
	assert_string_equal(next(0), "");
	assert_true(timer_armed(&w.l[0]->timer[M2PA_TM_T6]));
	assert_false(timer_armed(&w.l[0]->timer[M2PA_TM_T7]));
	rx(ENDED);
	assert_false(timer_armed(&w.l[0]->timer[M2PA_TM_T6]));
	assert_true(timer_armed(&w.l[0]->timer[M2PA_TM_T7]));
	assert_string_not_equal(next(0), "");
	rx(BUSY);
	w.now = w.l2[0].ops->deadline(w.l[0]);
	w.l2[0].ops->tick(w.l[0], w.now);
	rx("");
	assert_int_equal(w.reason[0], MTP2_R_T6);
	assert_string_not_equal(next(0), "");
}

static void test_outage(void **state)
{
	(void)state;
	align_by_text();
	rx(OUTAGE);
	assert_int_equal(w.said[0][MTP2_OUT_REMOTE_OUTAGE], 1);
	send(0, 1);
	assert_string_equal(next(0), "");
	rx(BACK);
	assert_int_equal(w.said[0][MTP2_OUT_OUTAGE_OVER], 1);
	assert_string_equal(next(0), READY);
	assert_int_equal(m2pa_tx_stream(w.l[0]), 1);
	assert_string_not_equal(next(0), "");
	assert_int_equal(w.l[0]->fsm.state, M2PA_S_IN_SERVICE);
}

static void test_no_answer(void **state)
{
	(void)state;
	align_by_text();
	send(0, 1);
	next(0);
	w.now = w.l2[0].ops->deadline(w.l[0]);
	w.l2[0].ops->tick(w.l[0], w.now);
	rx("");
	assert_int_equal(w.reason[0], MTP2_R_T7);
	assert_int_equal(w.l[0]->stats.failures, 1);
}

static void test_pair(void **state)
{
	(void)state;
	align();
	for (unsigned n = 1; n <= 5000; n++) {
		send(0, (uint8_t)n);
		send(1, (uint8_t)n);
		drain(0);
		drain(1);
		settle();
		run(1);
	}
	assert_int_equal(w.got[0], 5000);
	assert_int_equal(w.got[1], 5000);
	assert_false(w.disordered);
}

static void test_numbers_wrap(void **state)
{
	(void)state;
	align();
	w.l[0]->first_fsn = M2PA_MOD - 3;
	w.l[1]->rx_fsn = M2PA_MOD - 4;
	for (unsigned n = 1; n <= 20; n++) {
		send(0, (uint8_t)n);
		if (n % 4 == 0) {
			drain(0);
			settle();
		}
	}
	assert_int_equal(w.got[1], 20);
	assert_false(w.disordered);
	assert_int_equal(w.l2[1].ops->bsnt(w.l[1]), 16);
}

/* A peer that is started late, and one that is not there. */
static void test_alignment_alone(void **state)
{
	(void)state;
	start(0);
	assert_int_equal(w.said[0][MTP2_OUT_OUT_OF_SERVICE], 1);
	assert_int_equal(w.reason[0], MTP2_R_ASSOCIATION);
	connect();
	start(0);
	run(600000);
	assert_int_equal(w.reason[0], MTP2_R_T2);
	start(0);
	run(2000);
	start(1);
	run(15000);
	assert_int_equal(w.said[0][MTP2_OUT_IN_SERVICE], 1);
	assert_int_equal(w.said[1][MTP2_OUT_IN_SERVICE], 1);
}

static unsigned left(int i)
{
	struct str msu;
	unsigned nr = 0;

	for (; w.l2[i].ops->retrieve_next(w.l[i], &msu); nr++)
		w.last[0] = (uint8_t)msu.p[3];
	return nr;
}

static void test_retrieval(void **state)
{
	(void)state;
	for (int with = 0; with < 2; with++) {
		end(NULL);
		begin(NULL);
		align();
		for (uint8_t n = 0; n < 4; n++)
			send(0, n);
		drain(0);
		w.head[1] += w.nr[1];
		w.nr[1] = 0; /* they are lost */
		m2pa_down(w.l[0], w.now);
		drain(0);
		assert_int_equal(w.reason[0], MTP2_R_ASSOCIATION);
		w.l2[0].ops->retrieve(w.l[0], with ? 1 : -1);
		assert_int_equal(left(0), with ? 2 : 0);
		if (with)
			assert_int_equal(w.last[0], 3);
	}
}

static void test_full(void **state)
{
	const uint8_t msu[] = { 0x85, 1, 2, 3 };

	(void)state;
	align_by_text();
	rx(BUSY);
	for (int i = 0; i < 64; i++)
		send(0, 1);
	rx("");
	assert_int_equal(w.said[0][MTP2_OUT_CONGESTION], 1);
	assert_int_equal(w.l2[0].ops->tx(w.l[0], w.now, str_n(msu, sizeof(msu))), TG_ELIMIT);
}

static void test_stop(void **state)
{
	(void)state;
	align();
	w.l2[0].ops->stop(w.l[0], w.now);
	drain(0);
	settle();
	assert_int_equal(w.reason[1], MTP2_R_SIOS);
	assert_int_equal(w.said[0][MTP2_OUT_OUT_OF_SERVICE], 0);
	start(0);
	start(1);
	run(15000);
	assert_int_equal(w.said[0][MTP2_OUT_IN_SERVICE], 2);
}

static void make_once(void *ctx)
{
	struct m2pa_cfg cfg = { 0 };
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		m2pa_free(m2pa_new(m, &cfg));
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(make_once, NULL) > 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		WITH(test_messages),
		WITH(test_what_is_none),
		WITH(test_frames),
		WITH(test_busy),
		WITH(test_outage),
		WITH(test_no_answer),
		WITH(test_pair),
		WITH(test_numbers_wrap),
		WITH(test_alignment_alone),
		WITH(test_retrieval),
		WITH(test_full),
		WITH(test_stop),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
