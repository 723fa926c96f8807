/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/worker: two of them, each with a span, and timeslots that are joined across (media/between.h): what
 * one span says the other hears, through joins that come, change, move and go, while the signalling
 * thread reads what they count. Under the thread sanitizer: make tsan.
 */
#include <stdatomic.h>
#include <string.h>

#include "io/worker.h"
#include "media/between.h"
#include "unit/support.h"

#define ROUNDS 12

static struct mem *mem;
static struct io_loop *loop;

static struct side {
	struct io_worker *worker;
	struct io_rtp_ports ports;
	struct tdm_virtual *cable;
	_Atomic uint8_t says, hears[TDM_MAX_TS]; /* of the far end of its span */
} side[2];

static void far_end(void *self, const struct tdm_block *rx, struct tdm_block *tx)
{
	struct side *s = self;

	for (unsigned ts = 1; ts < TDM_MAX_TS; ts++) {
		atomic_store(&s->hears[ts], rx->octet[ts][TDM_BLOCK - 1]);
		memset(tx->octet[ts], atomic_load(&s->says), TDM_BLOCK);
	}
}

static void give_up(void *self)
{
	(void)self;
	io_loop_stop(loop, -1);
}

static void wait_ms(int64_t ms)
{
	struct io_timer t = { .fire = give_up };

	io_timer_arm(loop, &t, tick_add_ms(io_now(), ms));
	io_loop_run(loop);
	io_timer_cancel(loop, &t);
}

static void open_ports(struct io_rtp_ports *ports)
{
	struct addr at = { ADDR_IP4, 0, { 127, 0, 0, 1 } };

	for (unsigned first = 30000; first < 60000; first += 10)
		if (io_rtp_ports_open(mem, &at, (uint16_t)first, (uint16_t)(first + 9), 1, ports,
				      NULL) == 0)
			return;
	fail_msg("no free port");
}

static bool start(struct side *s, unsigned nr, struct med_between *between)
{
	struct med_cfg mc = { .nr_channels = 1, .nr_spans = 2, .between = between };
	struct io_worker_cfg cfg = { .rtp = &s->ports, .nr_lines = 2 };
	struct tg_diag d = TG_DIAG_NONE;

	mc.elsewhere[1 - nr] = true;
	open_ports(&s->ports);
	s->cable = tdm_virtual_new(mem, TDM_E1, TDM_ALAW);
	cfg.engine = med_engine_new(mem, &mc);
	cfg.line[0] =
		(struct io_worker_line){ .span = tdm_virtual_end(s->cable, 0), .engine_span = nr };
	cfg.line[1] = (struct io_worker_line){ .span = tdm_virtual_end(s->cable, 1),
					       .user = { .block = far_end, .self = s } };
	s->worker = io_worker_new(mem, loop, &cfg, &d);
	return s->worker && io_worker_start(s->worker, &d) == 0;
}

static int setup(void **state)
{
	struct med_between *between;
	struct tg_diag d;

	(void)state;
	mem = mem_root("test");
	loop = io_loop_new(mem, &d);
	between = med_between_new(mem, 2);
	assert_non_null(between);
	return start(&side[0], 0, between) && start(&side[1], 1, between) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		io_worker_free(side[i].worker);
		io_rtp_ports_close(&side[i].ports);
	}
	io_loop_free(loop);
	mem_free(mem);
	return 0;
}

/* As the daemon does: to both. */
static void cmd(const struct med_timeslot *t)
{
	struct ring_rec rec;

	med_cmd_pack(&rec, MED_CMD_TIMESLOT, t, sizeof(*t));
	for (int i = 0; i < 2; i++)
		while (!io_worker_put(side[i].worker, IO_WORKER_ENGINE, &rec))
			wait_ms(5);
}

static void look(void)
{
	for (int i = 0; i < 2; i++) {
		struct io_worker_stats s;

		io_worker_stats(side[i].worker, &s);
		(void)io_worker_overloaded(side[i].worker);
		(void)io_worker_line_up(side[i].worker, 0);
	}
}

/* Until the far end hears that in the timeslot; however long the host takes. */
static void until(struct side *s, unsigned ts, uint8_t octet)
{
	for (int i = 0; i < 6000 && atomic_load(&s->hears[ts]) != octet; i++) {
		look();
		wait_ms(5);
	}
	assert_int_equal(atomic_load(&s->hears[ts]), octet);
}

static void test_joins(void **state)
{
	(void)state;
	for (unsigned n = 0; n < ROUNDS; n++) {
		struct med_timeslot j = { .leg = 1 + n,
					  .use = MED_TS_JOIN,
					  .timeslot = (uint8_t)(1 + n % 30),
					  .span2 = 1,
					  .timeslot2 = (uint8_t)(1 + (n * 7) % 30),
					  .through = MED_TO_FIRST };

		atomic_store(&side[0].says, (uint8_t)(0x20 + n));
		atomic_store(&side[1].says, (uint8_t)(0x80 + n));
		cmd(&j);
		until(&side[0], j.timeslot, (uint8_t)(0x80 + n));
		j.through |= MED_TO_SECOND;
		cmd(&j);
		until(&side[1], j.timeslot2, (uint8_t)(0x20 + n));
		j.use = MED_TS_FREE;
		cmd(&j);
		until(&side[0], j.timeslot, TDM_IDLE_A);
		until(&side[1], j.timeslot2, TDM_IDLE_A);
	}
}

/* To another timeslot of the other worker, as gateway/path.c does: parted, and joined again. */
static void test_moves(void **state)
{
	struct med_timeslot j = { .leg = 1, .use = MED_TS_JOIN, .timeslot = 3, .span2 = 1 };

	(void)state;
	j.through = MED_TO_FIRST | MED_TO_SECOND;
	atomic_store(&side[0].says, 0x11);
	for (uint8_t ts = 5; ts < 9; ts++) {
		j.use = MED_TS_JOIN;
		j.leg++;
		j.timeslot2 = ts;
		cmd(&j);
		until(&side[1], ts, 0x11);
		j.use = MED_TS_FREE;
		cmd(&j);
	}
	for (uint8_t ts = 5; ts < 9; ts++)
		until(&side[1], ts, TDM_IDLE_A);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_joins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moves, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
