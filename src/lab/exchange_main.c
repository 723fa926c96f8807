/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_main: see the header. */
#include <stdio.h>
#include <string.h>

#include "io/random.h"
#include "lab/exchange_main.h"
#include "lab/exchange_run.h"

#define RESET_MS   3000 /* from the reset of the circuits to the first call: 2 s are ISUP's */
#define RETRY_MS   1
#define LINGER_MS  2000
#define CATCH_UP   240
#define USAGE	   2
#define TICKS_TURN 64

static void print_line(void *ctx, const char *line)
{
	fprintf(ctx, "%s\n", line);
}

static int complain(const char *text)
{
	fprintf(stderr, "trunkgate-lab: %s\n", text);
	return USAGE;
}

/* Records to the line, in order. */
static void to_line(struct exchange_run *r, const struct ring_rec *rec)
{
	if (ring_used(r->late) || !io_worker_put(r->worker, EXCHANGE_LINE_AGENT, rec))
		ring_put(r->late, rec);
}

static bool retry_late(struct exchange_run *r)
{
	struct ring_rec rec;

	while (ring_used(r->late) && io_worker_room(r->worker, EXCHANGE_LINE_AGENT) &&
	       ring_get(r->late, &rec))
		io_worker_put(r->worker, EXCHANGE_LINE_AGENT, &rec);
	return ring_used(r->late) > 0;
}

void exchange_drain(struct exchange_run *r, tick_t now)
{
	struct lab_exchange_out out;

	do {
		while (lab_exchange_next_out(r->exchange, &out)) {
			if (out.type == LAB_OUT_LINE)
				to_line(r, &out.line);
			else
				io_signalling_tx(r->signalling, now, &out.mtp);
		}
	} while (io_signalling_next(r->signalling, now) || io_signalling_flush(r->signalling, now));
}

static void on_worker(void *self)
{
	struct exchange_run *r = self;
	tick_t now = io_loop_now(r->loop);
	bool up = io_worker_line_up(r->worker, 0);
	struct ring_rec rec;

	while (io_worker_get(r->worker, EXCHANGE_LINE_AGENT, &rec)) {
		lab_exchange_line_rx(r->exchange, now, &rec);
		exchange_drain(r, now);
	}
	io_signalling_woken(r->signalling);
	io_span_look(r->span);
	if (up == r->span_up)
		return;
	r->span_up = up;
	exchange_say_state(r, up ? "the span is up" : "the span is down");
	lab_exchange_span_state(r->exchange, now, up);
	exchange_drain(r, now);
}

/* Time. --------------------------------------------------------------------------------------- */

static void make_calls(struct exchange_run *r, tick_t now)
{
	uint32_t nr;

	while (lab_callgen_next(&r->gen, now)) {
		lab_exchange_call(r->exchange, now, r->a.from, r->a.originate, &nr);
		exchange_drain(r, now);
	}
}

/* Once span and signalling are there for the first time. */
static void look_if_ready(struct exchange_run *r, tick_t now)
{
	if (r->ready || !r->span_up || !r->linked)
		return;
	r->ready = true;
	exchange_say_state(r, "ready");
	r->ready_at = tick_add_ms(now, RESET_MS);
	r->gen = lab_callgen(r->a.calls_per_1000_s, r->a.calls, r->ready_at);
	lab_exchange_reset(r->exchange, now);
	exchange_drain(r, now);
}

/* The answers to its last releases are awaited, for a while. */
static bool are_circuits_idle(struct exchange_run *r, tick_t now)
{
	struct isup_stats s;

	lab_exchange_stats(r->exchange, &s);
	if (tick_is_never(r->over_at))
		r->over_at = tick_add_ms(now, LINGER_MS);
	return !s.busy || tick_due(r->over_at, now);
}

static bool is_over(struct exchange_run *r, tick_t now)
{
	struct lab_exchange_counts c;

	if (r->interrupted || tick_due(r->end_at, now))
		return true;
	if (!r->ready)
		return r->a.originate && tick_due(tick_add_ms(r->began, r->a.wait_ms), now);
	if (!r->a.originate || r->gen.left)
		return false;
	lab_exchange_counts(r->exchange, &c);
	return !c.now && are_circuits_idle(r, now);
}

static tick_t next_wake(const struct exchange_run *r, bool late, tick_t now)
{
	tick_t at =
		tick_min(lab_exchange_deadline(r->exchange), io_signalling_deadline(r->signalling));

	at = tick_min(at, tick_min(r->progress_at, tick_min(r->end_at, r->over_at)));
	if (r->ready && r->a.originate)
		at = tick_min(at, lab_callgen_deadline(&r->gen));
	if (!r->ready && r->a.originate)
		at = tick_min(at, tick_add_ms(r->began, r->a.wait_ms));
	return late ? tick_min(at, tick_add_ms(now, RETRY_MS)) : at;
}

static tick_t on_turn(void *self, tick_t now)
{
	struct exchange_run *r = self;
	bool late;

	for (int i = 0; i < TICKS_TURN && tick_due(io_signalling_deadline(r->signalling), now); i++)
		io_signalling_tick(r->signalling, now);
	if (tick_due(lab_exchange_deadline(r->exchange), now)) {
		lab_exchange_tick(r->exchange, now);
		exchange_drain(r, now);
	}
	look_if_ready(r, now);
	if (r->ready && r->a.originate)
		make_calls(r, now);
	late = retry_late(r);
	if (tick_due(r->progress_at, now)) {
		exchange_progress(r, now);
		r->progress_at = tick_add_ms(now, r->a.progress_ms);
	}
	if (is_over(r, now))
		io_loop_stop(r->loop, 0);
	return next_wake(r, late, now);
}

static void on_signal(void *self, int number)
{
	struct exchange_run *r = self;

	(void)number;
	r->interrupted = true;
	io_loop_stop(r->loop, 0);
}

/* Start and end. ------------------------------------------------------------------------------ */

static void line_cmd(void *self, const struct ring_rec *rec)
{
	lab_line_cmd(self, rec);
}

static bool line_report(void *self, struct ring_rec *rec)
{
	return lab_line_report(self, rec);
}

static int open_worker(struct exchange_run *r, struct tg_diag *diag)
{
	struct io_worker_cfg k = { .nr_lines = 1,
				   .nr_agents = 1,
				   .catch_up_ms = CATCH_UP,
				   .woken = on_worker,
				   .self = r };

	k.line[0] = (struct io_worker_line){ .span = io_span_end(r->span),
					     .user = lab_line_user(r->line),
					     .clock = r->a.span.clock_slave };
	k.agent[0] = (struct io_worker_agent){ line_cmd, line_report, r->line };
	exchange_link_timeslots(r, &k);
	r->worker = io_worker_new(r->mem, r->loop, &k, diag);
	return r->worker ? TG_OK : TG_EIO;
}

static int open_exchange(struct exchange_run *r, struct tg_diag *diag)
{
	struct lab_exchange_cfg x = { .opc = r->a.point_code,
				      .dpc = r->a.peer_point_code,
				      .ni = (uint8_t)r->a.ni,
				      .nr_circuits = r->a.nr_circuits,
				      .circuit = r->a.circuit,
				      .hold_ms = r->a.hold_ms,
				      .ring_ms = r->a.ring_ms,
				      .rng = io_random() };
	struct lab_line_cfg line = { .law = r->a.span.law };

	r->exchange = lab_exchange_new(r->mem, &x);
	r->line = lab_line_new(r->mem, &line);
	r->late = ring_new(r->mem, EXCHANGE_LATE);
	if (!r->exchange || !r->line || !r->late)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the exchange");
	return TG_OK;
}

static int open_all(struct exchange_run *r, struct tg_diag *diag)
{
	r->loop = io_loop_new(r->mem, diag);
	if (!r->loop || io_loop_signals(r->loop, on_signal, r, diag) < 0)
		return TG_EIO;
	r->span = io_span_open(r->mem, r->loop, &r->a.span, diag);
	if (!r->span || open_exchange(r, diag) < 0 || exchange_link_open(r, diag) < 0)
		return TG_EIO;
	return open_worker(r, diag);
}

static void close_all(struct exchange_run *r)
{
	io_worker_free(r->worker);
	io_span_close(r->span);
	lab_exchange_free(r->exchange);
	io_signalling_free(r->signalling);
	if (r->loop)
		io_loop_free(r->loop);
}

static int run(struct exchange_run *r)
{
	struct tg_diag diag = TG_DIAG_NONE;
	tick_t now = io_now();

	if (io_worker_start(r->worker, &diag) < 0)
		return complain(diag.text);
	r->progress_at = r->a.progress_ms ? tick_add_ms(now, r->a.progress_ms) : TICK_NEVER;
	r->end_at = r->a.duration_ms ? tick_add_ms(now, r->a.duration_ms) : TICK_NEVER;
	io_loop_on_turn(r->loop, on_turn, r);
	lab_exchange_span_state(r->exchange, now, false);
	exchange_drain(r, now);
	io_signalling_start(r->signalling, now);
	exchange_drain(r, now);
	io_loop_run(r->loop);
	return exchange_summary(r, io_now());
}

int exchange_main(int argc, char **argv)
{
	static struct exchange_run r;
	struct tg_diag diag = TG_DIAG_NONE;
	int status = exchange_args_parse(&r.a, argc, argv, &diag);

	if (status == EXCHANGE_ARGS_HELP) {
		exchange_args_help(print_line, stdout);
		return 0;
	}
	if (status < 0)
		return complain(diag.text);
	r.began = io_now();
	r.over_at = TICK_NEVER;
	if (r.a.debug)
		exchange_say_log(&r);
	r.mem = mem_root("exchange");
	if (!r.mem)
		return complain("out of memory");
	if (open_all(&r, &diag) < 0)
		status = complain(diag.text);
	else
		status = run(&r);
	close_all(&r);
	mem_free(r.mem);
	return status;
}
