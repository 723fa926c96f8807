/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/links: two signalling points over timeslot 16 of a virtual span in a real worker, and over a
 * packet socket: both come up, and a message each way arrives. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/links.h"
#include "unit/support.h"

#define PROVING_MS 200

static struct world {
	struct mem *mem;
	struct io_loop *loop;
	struct mtp3 *t[2];
	struct io_links *links[2];
	struct io_worker *worker;
	bool up[2];
	bool talking;
	unsigned got[2];
} w;

static void drain(void *self)
{
	unsigned me = *(unsigned *)self;
	struct mtp_prim p;

	while (mtp3_next_out(w.t[me], &p)) {
		if (p.type == MTP_PAUSE || p.type == MTP_RESUME)
			w.up[me] = p.type == MTP_RESUME;
		if (p.type == MTP_TRANSFER)
			w.got[me]++;
	}
}

static unsigned number[2] = { 0, 1 };

static tick_t turn(void *self, tick_t now)
{
	tick_t at = TICK_NEVER;

	(void)self;
	for (unsigned i = 0; i < 2; i++) {
		if (tick_due(mtp3_deadline(w.t[i]), now))
			mtp3_tick(w.t[i], now);
		drain(&number[i]);
		io_links_flush(w.links[i]);
		at = tick_min(at, mtp3_deadline(w.t[i]));
	}
	if (w.talking ? w.got[0] && w.got[1] : w.up[0] && w.up[1])
		io_loop_stop(w.loop, 0);
	return at;
}

static void on_woken(void *self)
{
	(void)self;
	for (unsigned i = 0; i < 2; i++)
		if (w.links[i])
			io_links_woken(w.links[i]);
}

static void give_up(void *self)
{
	(void)self;
	io_loop_stop(w.loop, -1);
}

static int run(void)
{
	struct io_timer t = { .fire = give_up };
	int rc;

	io_timer_arm(w.loop, &t, tick_add_ms(io_now(), 30000));
	rc = io_loop_run(w.loop);
	io_timer_cancel(w.loop, &t);
	return rc;
}

static void begin(const struct io_link_cfg cfg[2])
{
	struct tg_diag d = TG_DIAG_NONE;

	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	w.loop = io_loop_new(w.mem, &d);
	for (unsigned i = 0; i < 2; i++) {
		struct io_links_user user = { drain, &number[i] };
		struct mtp3_cfg c = { .own_pc = 1 + i,
				      .ni = 2,
				      .nr_linksets = 1,
				      .nr_links = 1,
				      .linkset = { { .name = "peer", .adjacent_pc = 2 - i } } };

		c.link[0].mtp2.timer_ms[MTP2_T4N] = PROVING_MS;
		w.t[i] = mtp3_new(w.mem, &c);
		assert_non_null(w.t[i]);
		w.links[i] = io_links_new(w.mem, w.loop, w.t[i], &cfg[i], 1, &user, &d);
		assert_non_null(w.links[i]);
	}
	io_loop_on_turn(w.loop, turn, NULL);
}

static void talk(void)
{
	for (unsigned i = 0; i < 2; i++) {
		drain(&number[i]);
		mtp3_activate_all(w.t[i], io_now());
	}
	assert_int_equal(run(), 0);
	w.talking = true;
	for (unsigned i = 0; i < 2; i++) {
		struct mtp_prim p = { .type = MTP_TRANSFER,
				      .label = { .dpc = 2 - i, .si = MTP_SI_ISUP, .ni = 2 },
				      .sif = STR("hello") };
		assert_int_equal(mtp3_tx(w.t[i], io_now(), &p), 0);
	}
	assert_int_equal(run(), 0);
	assert_int_equal(w.got[0], 1);
	assert_int_equal(w.got[1], 1);
}

static void end(void)
{
	io_worker_free(w.worker);
	io_links_free(w.links[0]);
	io_links_free(w.links[1]);
	io_loop_free(w.loop);
	mem_free(w.mem);
}

static void idle(void *self, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)self;
	(void)rx;
	tdm_block_idle(tx, TDM_ALAW);
}

static void test_timeslot(void **state)
{
	struct io_link_cfg links[2] = { { 0 } };
	struct io_worker_cfg *cfg;
	struct tg_diag d = TG_DIAG_NONE;
	struct tdm_virtual *cable;

	(void)state;
	begin(links);
	cfg = MEM_NEW(w.mem, struct io_worker_cfg);
	cable = tdm_virtual_new(w.mem, TDM_E1, TDM_ALAW);
	*cfg = (struct io_worker_cfg){ .nr_lines = 2, .nr_timeslots = 2, .woken = on_woken };
	for (unsigned i = 0; i < 2; i++) {
		cfg->line[i] = (struct io_worker_line){ .span = tdm_virtual_end(cable, (int)i),
							.user = { idle, NULL } };
		cfg->timeslot[i] = io_links_timeslot(w.links[i], 0, i, 16);
	}
	w.worker = io_worker_new(w.mem, w.loop, cfg, &d);
	assert_non_null(w.worker);
	assert_int_equal(io_worker_start(w.worker, &d), 0);
	talk();
	end();
}

static void test_packets(void **state)
{
	struct io_link_cfg links[2] = { { .packet = true, .listen = true }, { .packet = true } };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		snprintf(links[i].path, sizeof(links[i].path), "/tmp/trunkgate-links-%d",
			 (int)getpid());
	begin(links);
	talk();
	end();
}

static void test_bad_path(void **state)
{
	struct io_link_cfg cfg = { .packet = true, .listen = true, .path = "/nowhere/at/all" };
	struct io_links_user user = { drain, &number[0] };
	struct tg_diag d = TG_DIAG_NONE;
	struct mem *m = mem_root("test");
	struct io_loop *loop = io_loop_new(m, &d);

	(void)state;
	assert_null(io_links_new(m, loop, NULL, &cfg, 1, &user, &d));
	assert_non_null(strstr(d.text, "/nowhere/at/all: No such file"));
	io_loop_free(loop);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timeslot),
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_bad_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
