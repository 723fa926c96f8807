/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what happens to a signalling link: units, errors, time, level 3. What must hold: what
 * goes out is well formed and ends; messages are handed up in service only; a stopped link is out of
 * service; and a link that is started again with a sane peer comes up.
 *
 * An input is a list of (what, argument), some with octets behind them.
 */
#include <string.h>

#include "ss7/mtp2.h"

#include "fuzz/fuzz.h"

struct world {
	const uint8_t *p, *end;
	struct mtp2 *l;
	tick_t now;
	uint8_t sent[MTP2_MAX_UNIT]; /* the last unit of ours */
	size_t sent_len;
};

static uint8_t take(struct world *w)
{
	return w->p < w->end ? *w->p++ : 0;
}

static void drain(struct world *w)
{
	struct mtp2_out out;
	uint8_t buf[MTP2_MAX_UNIT];
	unsigned units = 0;
	size_t len;

	while (mtp2_next_out(w->l, &out))
		if (out.type == MTP2_OUT_MSU)
			fuzz_check(out.octets.len >= 1 && out.octets.len <= MTP2_MAX_MSU);
	while (units < 300 && (len = mtp2_next_tx(w->l, w->now, buf))) {
		fuzz_check(len >= MTP2_HEADER && len <= MTP2_MAX_UNIT);
		fuzz_check(buf[2] == (len - MTP2_HEADER < 63 ? len - MTP2_HEADER : 63));
		memcpy(w->sent, buf, len);
		w->sent_len = len;
		units++;
	}
	fuzz_check(units < 300);
}

static void rx(struct world *w, const uint8_t *o, size_t len)
{
	mtp2_rx(w->l, w->now, str_n(o, len));
	drain(w);
}

/* Numbers near those that are in use reach further than any. */
static void rx_near(struct world *w, uint8_t arg)
{
	uint8_t o[MTP2_MAX_UNIT] = { 0 };
	size_t len = arg % 16;

	o[0] = w->sent_len ? (uint8_t)(w->sent[1] + take(w) % 4 - 1) : take(w);
	o[1] = w->sent_len ? (uint8_t)(w->sent[0] + take(w) % 4) : take(w);
	if (arg & 0x40)
		o[0] ^= 0x80;
	if (arg & 0x80)
		o[1] ^= 0x80;
	o[2] = (uint8_t)len;
	for (size_t i = 0; i < len; i++)
		o[3 + i] = take(w);
	rx(w, o, 3 + len);
}

static void rx_any(struct world *w, size_t len)
{
	uint8_t o[300];
	size_t n = 0;

	while (n < len && w->p < w->end)
		o[n++] = take(w);
	rx(w, o, n);
}

static void pass(struct world *w, int64_t ms)
{
	tick_t until = tick_add_ms(w->now, ms);

	while (tick_due(mtp2_deadline(w->l), until)) {
		tick_t at = mtp2_deadline(w->l);

		w->now = tick_before(w->now, at) ? at : w->now;
		mtp2_tick(w->l, w->now);
		drain(w);
	}
	w->now = until;
}

static void level_3(struct world *w, uint8_t arg)
{
	uint8_t o[MTP2_MAX_MSU] = { 0x85 };

	switch (arg % 10) {
	case 0:
		mtp2_start(w->l, w->now);
		break;
	case 1:
		mtp2_stop(w->l, w->now);
		break;
	case 2:
		mtp2_emergency(w->l, w->now, arg & 0x40);
		break;
	case 3:
		mtp2_local_outage(w->l, w->now, arg & 0x40);
		break;
	case 4:
		mtp2_continue(w->l, w->now);
		break;
	case 5:
		mtp2_flush(w->l, w->now);
		break;
	case 6:
		mtp2_set_busy(w->l, w->now, (enum mtp2_busy)(arg >> 5) % 3);
		break;
	default:
		mtp2_tx(w->l, w->now, str_n(o, 3 + take(w)));
	}
	drain(w);
}

static void one_step(struct world *w)
{
	uint8_t what = take(w), arg = take(w);

	switch (what % 7) {
	case 0:
	case 1:
		rx_near(w, arg);
		break;
	case 2:
		rx_any(w, arg);
		break;
	case 3:
		mtp2_rx_repeats(w->l, arg * 16u);
		mtp2_rx_errors(w->l, w->now, arg % 8);
		drain(w);
		break;
	case 4:
		pass(w, arg * 100);
		break;
	case 5:
		level_3(w, arg);
		break;
	case 6: { /* a whole status */
		uint8_t o[] = { 0xff, 0xff, 1, arg % 8 };
		rx(w, o, 4);
		break;
	}
	}
}

/* Whatever was before: it can be taken down, and comes up with a peer that behaves. */
static void check_end(struct world *w)
{
	static const uint8_t fisu[] = { 0xff, 0xff, 0 }, sin[] = { 0xff, 0xff, 1, 1 };
	struct str msu;

	mtp2_stop(w->l, w->now);
	drain(w);
	fuzz_check(mtp2_state(w->l) == MTP2_OUT_OF_SERVICE);
	fuzz_check(tick_is_never(mtp2_deadline(w->l)));
	mtp2_retrieve(w->l, w->sent[0] & 127);
	while (mtp2_retrieve_next(w->l, &msu))
		fuzz_check(msu.len >= 3 && msu.len <= MTP2_MAX_MSU);
	mtp2_local_outage(w->l, w->now, false); /* it may have been said while out of service */
	mtp2_start(w->l, w->now);
	drain(w);
	rx(w, sin, sizeof(sin));
	pass(w, 9000);
	rx(w, fisu, sizeof(fisu));
	fuzz_check(mtp2_state(w->l) == MTP2_IN_SERVICE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct world w = { .p = data, .end = data + size };

	w.l = m ? mtp2_new(m, &(struct mtp2_cfg){ .max_queued = 16 }) : NULL;
	fuzz_check(w.l);
	while (w.p < w.end)
		one_step(&w);
	check_end(&w);
	mem_free(m);
	return 0;
}
