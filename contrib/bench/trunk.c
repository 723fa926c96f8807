/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/trunk: what trunks cost: a span over UDP (CESoPSN) and between processes, one end of it,
 * both ways, with the kernel's part over loopback; a signalling link (MTP2 on a timeslot of 64
 * kbit/s, full both ways), one end of it, bits and level 2.
 *
 *	contrib/bench/trunk [--quick]
 *
 * Prints lines "figure NAME VALUE UNIT" in CPU time of this process; of several runs the best
 * counts, for the others were disturbed.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/trunk.h"
#include "io/sock.h"
#include "io/span.h"
#include "ss7/mtp2.h"
#include "ss7/mtp2_hdlc.h"

#define RUNS 9

static struct mem *mem;
static struct io_loop *loop;

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct io_span *open_span(const struct gw_span_cfg *c)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct io_span *s = io_span_open(mem, loop, c, &d);

	if (!s)
		fprintf(stderr, "trunk: %s\n", d.text);
	return s;
}

static void millisecond(struct io_span *s, uint8_t mark)
{
	struct tdm_span end = io_span_end(s);
	struct tdm_block b;

	end.ops->read(end.self, &b);
	memset(&b, mark, sizeof(b));
	end.ops->write(end.self, &b);
}

static void give_up(void *self)
{
	(void)self;
}

/* Until both are up; a second at most. */
static bool join(struct io_span *a, struct io_span *b)
{
	struct io_timer t = { .fire = give_up };

	for (int i = 0; i < 1000; i++) {
		struct tdm_span x = io_span_end(a), y = io_span_end(b);

		if (x.ops->up(x.self) && y.ops->up(y.self))
			return true;
		io_timer_arm(loop, &t, tick_add_ms(io_now(), 1));
		io_loop_pass(loop);
		io_timer_cancel(loop, &t);
		millisecond(a, 1);
		millisecond(b, 2);
	}
	fprintf(stderr, "trunk: the spans do not come up: %s; %s\n", io_span_text(a),
		io_span_text(b));
	return false;
}

/* A core's share that one end takes, in percent. */
static bool measure(const char *name, const struct gw_span_cfg c[2], unsigned nr)
{
	struct io_span *a = open_span(&c[0]), *b = a ? open_span(&c[1]) : NULL;
	bool ok = a && b && join(a, b);
	double best = 1e9;

	for (int run = 0; ok && run < RUNS; run++) {
		double start = cpu_seconds(), took;

		for (unsigned ms = 0; ms < nr; ms++) {
			millisecond(a, (uint8_t)ms);
			millisecond(b, (uint8_t)ms);
		}
		took = cpu_seconds() - start;
		best = took < best ? took : best;
	}
	if (ok)
		printf("figure %s %.3f percent\n", name, best * 1000 / nr / 2 * 100);
	io_span_close(b);
	io_span_close(a);
	return ok;
}

static struct addr free_port(void)
{
	struct addr at = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	int fd;

	if (io_sock_udp(&at, &fd, NULL) == 0) {
		io_sock_local(fd, &at);
		close(fd);
	}
	return at;
}

static bool cesopsn(const char *name, unsigned frames, unsigned nr)
{
	struct gw_span_cfg c[2] = { { .driver = GW_SPAN_CESOPSN, .buffer_ms = 4 } };

	c[0].frames = (uint8_t)frames;
	c[0].local = free_port();
	c[0].remote = free_port();
	c[1] = c[0];
	c[1].local = c[0].remote;
	c[1].remote = c[0].local;
	return measure(name, c, nr);
}

static bool processes(unsigned nr)
{
	struct gw_span_cfg c[2] = { { .driver = GW_SPAN_UNIX, .buffer_ms = 4, .listen = true } };

	snprintf(c[0].path, sizeof(c[0].path), "/tmp/trunkgate-bench-%d", (int)getpid());
	c[1] = c[0];
	c[1].listen = false;
	return measure("unix_core_percent_per_e1", c, nr);
}

/* One end in a millisecond: units up, level 2, units down; there is always a message to send. */
static void serve(struct mtp2 *l, struct mtp2_hdlc *h, tick_t now, unsigned *got)
{
	static const uint8_t msu[40] = { 0x85, 1, 2, 3, 4 };
	struct mtp2_hdlc_rx rx;
	struct mtp2_out out;
	uint8_t buf[MTP2_MAX_UNIT];
	size_t len;

	for (; mtp2_hdlc_peek(h, &rx); mtp2_hdlc_drop(h)) {
		mtp2_rx_repeats(l, rx.repeats);
		if (rx.errors)
			mtp2_rx_errors(l, now, rx.errors);
		if (rx.unit.len)
			mtp2_rx(l, now, rx.unit);
		while (mtp2_next_out(l, &out))
			*got += out.type == MTP2_OUT_MSU;
	}
	while (tick_due(mtp2_deadline(l), now))
		mtp2_tick(l, now);
	while (mtp2_tx(l, now, str_n(msu, sizeof(msu))) == 0)
		;
	while (mtp2_next_out(l, &out))
		;
	while (mtp2_hdlc_room(h) && (len = mtp2_next_tx(l, now, buf)))
		mtp2_hdlc_send(h, str_n(buf, len));
}

static bool mtp2_link(unsigned nr)
{
	struct mtp2_hdlc *h[2] = { mtp2_hdlc_new(mem, false), mtp2_hdlc_new(mem, false) };
	struct mtp2 *l[2];
	uint8_t line[2][TDM_BLOCK] = { { 0 } }, tx[2][TDM_BLOCK];
	unsigned got[2] = { 0 };
	tick_t now = TICK_ZERO;
	double best = 1e9;

	for (int i = 0; i < 2; i++) {
		l[i] = mtp2_new(mem, &(struct mtp2_cfg){ .max_queued = 8 });
		if (!l[i] || !h[i])
			return false;
		mtp2_start(l[i], now);
	}
	for (int run = 0; run <= RUNS; run++) {
		double start = cpu_seconds(), took;

		for (unsigned ms = 0; ms < (run ? nr : 10000); ms++) {
			now = tick_add_ms(now, 1);
			for (int i = 0; i < 2; i++) {
				mtp2_hdlc_block(h[i], line[!i], tx[i], TDM_BLOCK);
				serve(l[i], h[i], now, &got[i]);
			}
			memcpy(line, tx, sizeof(line));
		}
		took = cpu_seconds() - start;
		best = run && took < best ? took : best;
	}
	printf("figure mtp2_core_percent_per_link %.3f percent\n", best * 1000 / nr / 2 * 100);
	return got[0] > nr / 10 && got[1] > nr / 10;
}

int main(int argc, char **argv)
{
	unsigned nr = argc > 1 && strcmp(argv[1], "--quick") == 0 ? 1000 : 10000;
	bool ok;

	mem = mem_root("bench");
	loop = io_loop_new(mem, NULL);
	if (!loop)
		return 1;
	ok = cesopsn("cesopsn_core_percent_per_e1", 8, nr);
	ok = cesopsn("cesopsn_1_frame_core_percent_per_e1", 1, nr / 4) && ok;
	ok = processes(nr) && ok;
	ok = mtp2_link(nr) && ok;
	ok = bench_m3ua(nr == 1000) && ok;
	io_loop_free(loop);
	mem_free(mem);
	return ok ? 0 : 1;
}
