/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what happens to a link of M2PA: messages, the association, time, level 3. What must
 * hold: what goes out is a message and ends; messages are handed up in service only and in order; a
 * stopped link is out of service; and a link that is started again with a sane peer comes up.
 *
 * An input is a list of (what, argument), some with octets behind them.
 */
#include <string.h>

#include "ss7/m2pa.h"

#include "fuzz/fuzz.h"

struct world {
	const uint8_t *p, *end;
	struct m2pa *l;
	struct level2 l2;
	tick_t now;
	uint8_t sent[M2PA_HEADER]; /* of our last message */
};

static uint8_t take(struct world *w)
{
	return w->p < w->end ? *w->p++ : 0;
}

static void drain(struct world *w)
{
	uint8_t buf[M2PA_MAX_UNIT];
	struct mtp2_out out;
	unsigned nr = 0;
	size_t len;

	while (w->l2.ops->next_out(w->l, &out)) {
		if (out.type == MTP2_OUT_OUTAGE_OVER)
			w->l2.ops->proceed(w->l, w->now);
		if (out.type == MTP2_OUT_MSU)
			fuzz_check(out.octets.len >= 3 && out.octets.len <= MTP2_MAX_MSU);
	}
	for (; nr < 100 && (len = w->l2.ops->next_tx(w->l, w->now, buf)); nr++) {
		fuzz_check(len >= M2PA_HEADER && len <= M2PA_MAX_UNIT);
		fuzz_check(m2pa_frame(str_n(buf, len)) == (int)len);
		fuzz_check(m2pa_tx_stream(w->l) == 1 || buf[3] == 2);
		memcpy(w->sent, buf, sizeof(w->sent));
	}
	fuzz_check(nr < 100);
}

static void rx(struct world *w, const uint8_t *o, size_t len)
{
	m2pa_rx(w->l, w->now, str_n(o, len));
	drain(w);
}

/* A whole message; its numbers are near those in use. */
static void rx_message(struct world *w, uint8_t type, const uint8_t *data, size_t len, uint8_t arg)
{
	uint8_t o[M2PA_HEADER + 300] = { 1, 0, 11, type };

	o[6] = (uint8_t)((M2PA_HEADER + len) >> 8);
	o[7] = (uint8_t)(M2PA_HEADER + len);
	memcpy(o + 9, w->sent + 13, 3);
	memcpy(o + 13, w->sent + 9, 3);
	o[11] = (uint8_t)(o[11] - (arg & 3));
	o[15] = (uint8_t)(o[15] + (arg >> 2 & 3));
	if (o[15] < (arg >> 2 & 3) && ++o[14] == 0)
		o[13]++;
	memcpy(o + M2PA_HEADER, data, len);
	rx(w, o, M2PA_HEADER + len);
}

static void rx_status(struct world *w, uint8_t arg)
{
	const uint8_t status[] = { 0, 0, 0, (uint8_t)(arg >> 4) };

	rx_message(w, 2, status, sizeof(status), arg & 1);
}

static void rx_octets(struct world *w, uint8_t arg, bool whole)
{
	uint8_t o[300];
	size_t n = 0, len = whole ? arg >> 4 : arg;

	while (n < len && w->p < w->end)
		o[n++] = take(w);
	if (whole)
		rx_message(w, 1, o, n, arg);
	else
		rx(w, o, n);
}

static void pass(struct world *w, uint32_t ms)
{
	tick_t end = tick_add_ms(w->now, ms);

	for (int i = 0; i < 2000 && tick_due(w->l2.ops->deadline(w->l), end); i++) {
		if (tick_before(w->now, w->l2.ops->deadline(w->l)))
			w->now = w->l2.ops->deadline(w->l);
		w->l2.ops->tick(w->l, w->now);
		drain(w);
	}
	w->now = end;
}

static void level_3(struct world *w, uint8_t arg)
{
	uint8_t msu[40] = { 0x85 };
	struct str back;

	switch (arg % 6) {
	case 0:
		w->l2.ops->start(w->l, w->now);
		break;
	case 1:
		w->l2.ops->stop(w->l, w->now);
		break;
	case 2:
		w->l2.ops->emergency(w->l, w->now, arg & 0x80);
		break;
	case 3:
	case 4:
		w->l2.ops->tx(w->l, w->now, str_n(msu, arg % sizeof(msu)));
		break;
	case 5:
		w->l2.ops->retrieve(w->l, arg & 0x80 ? -1 : arg / 6);
		while (arg & 0x40 && w->l2.ops->retrieve_next(w->l, &back))
			fuzz_check(back.len >= 3 && back.len <= MTP2_MAX_MSU);
		break;
	}
	drain(w);
}

static void one_step(struct world *w)
{
	uint8_t what = take(w), arg = take(w);

	switch (what % 7) {
	case 0:
	case 1:
		rx_status(w, arg);
		break;
	case 2:
		rx_octets(w, arg, true);
		break;
	case 3:
		rx_octets(w, arg, false);
		break;
	case 4:
		pass(w, arg * 50);
		break;
	case 5:
		level_3(w, arg);
		break;
	case 6:
		if (arg & 1)
			m2pa_up(w->l, w->now);
		else
			m2pa_down(w->l, w->now);
		drain(w);
		break;
	}
}

static void check_end(struct world *w)
{
	m2pa_up(w->l, w->now);
	w->l2.ops->stop(w->l, w->now);
	drain(w);
	fuzz_check(strcmp(w->l2.ops->state(w->l), "OUT OF SERVICE") == 0);
	fuzz_check(tick_is_never(w->l2.ops->deadline(w->l)));
	w->l2.ops->start(w->l, w->now);
	drain(w);
	rx_status(w, 1 << 4);
	rx_status(w, 2 << 4);
	pass(w, 9000);
	rx_status(w, 4 << 4);
	fuzz_check(strcmp(w->l2.ops->state(w->l), "IN SERVICE") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct world w = { .p = data, .end = data + size };

	w.l = m ? m2pa_new(m, &(struct m2pa_cfg){ .max_queued = 16 }) : NULL;
	fuzz_check(w.l);
	w.l2 = m2pa_level2(w.l);
	while (w.p < w.end)
		one_step(&w);
	check_end(&w);
	mem_free(m);
	return 0;
}
