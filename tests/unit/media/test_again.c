/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a socket is visited out of its turn: for what may still come, not for what is lost. */
#include "unit/media/world.h"
#include "unit/support.h"
#include "rtp/packet.h"

#define PTIME 20
#define TURNS 200

static struct world w;

/* Of each packet, by number: is it sent, and how many packet times later? */
struct network {
	bool (*lost)(unsigned nr);
	unsigned (*later)(unsigned nr);
	unsigned buffer_ms;
};

static void give(unsigned channel, uint16_t seq)
{
	uint8_t out[RTP_HEADER_LEN + 8 * PTIME] = { 0 };
	struct rtp_packet p = { .pt = 8, .ssrc = 9, .seq = seq, .timestamp = seq * 8u * PTIME };

	rtp_header_enc(out, &p);
	med_engine_rx(w.e, channel, &w.peer, str_n(out, sizeof(out)));
}

/* What of the network is there at the n-th turn. */
static void arrive(const struct network *k, unsigned turn, unsigned channel)
{
	for (unsigned nr = turn < 3 ? 0 : turn - 3; nr <= turn; nr++)
		if (!k->lost(nr) && nr + k->later(nr) == turn)
			give(channel, (uint16_t)nr);
}

/* Visits of the socket beside those that it is its turn, of TURNS. */
static unsigned visits_more(const struct network *k)
{
	unsigned channel, turn = 0, visits = 0, last = 0;
	struct med_open o;
	struct str octets;
	struct addr to;

	world_init(&w, TDM_ALAW);
	o = world_open(&w, 7, 0);
	o.buffer_ms = (uint8_t)k->buffer_ms;
	o.flags |= MED_F_CONCEAL;
	world_cmd(&w, MED_CMD_OPEN, &o);
	for (unsigned ms = 1; turn < TURNS; ms++) {
		med_engine_span(w.e, 0, &w.near_rx, &w.near_tx);
		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel)) {
			visits++;
			if (!last || ms - last == PTIME) {
				arrive(k, turn++, channel);
				last = ms;
			}
			med_engine_packet(w.e, channel, &to, &octets);
		}
	}
	world_ref(&w, MED_CMD_CLOSE, 7, 0);
	world_report(&w, MED_REP_CLOSED, 7);
	world_fini(&w);
	return visits - turn;
}

static bool none_lost(unsigned nr)
{
	(void)nr;
	return false;
}

static bool each_tenth_lost(unsigned nr)
{
	return nr % 10 == 5;
}

static bool some_in_a_row_lost(unsigned nr)
{
	return nr >= 50 && nr < 55;
}

static unsigned in_step(unsigned nr)
{
	(void)nr;
	return 0;
}

/* One overtakes another. */
static unsigned swapped_once(unsigned nr)
{
	return nr == 12 ? 2 : 0;
}

static void test_loss_is_not_waited_for(void **state)
{
	const struct network clean = { none_lost, in_step, 40 };
	const struct network lossy = { each_tenth_lost, in_step, 40 };

	(void)state;
	assert_int_equal(visits_more(&clean), 0);
	assert_int_equal(visits_more(&lossy), 0);
}

/* A hole may be filled where packets have overtaken each other: four times each turn that it is near. */
static void test_swapped(void **state)
{
	const struct network swaps = { each_tenth_lost, swapped_once, 40 };
	unsigned more;

	(void)state;
	more = visits_more(&swaps);
	assert_in_range(more, 4 * TURNS / 10 / 2, 3 * 4 * TURNS / 10);
}

/* The buffer would run dry: it is looked for more, four times, and no more when it has. */
static void test_end_of_the_buffer(void **state)
{
	const struct network stops = { some_in_a_row_lost, in_step, 40 };

	(void)state;
	assert_in_range(visits_more(&stops), 4, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loss_is_not_waited_for),
		cmocka_unit_test(test_swapped),
		cmocka_unit_test(test_end_of_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
