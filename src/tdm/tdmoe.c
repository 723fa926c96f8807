/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/tdmoe: see the header. */
#include <stdatomic.h>

#include "base/cursor.h"
#include "tdm/tdmoe.h"

#define FLAG_RAI  1
#define FLAG_BITS 2
#define PER_WORD  4 /* channels whose signalling bits are in two octets */

struct tdm_tdmoe {
	struct tdm_tdmoe_cfg cfg;
	struct tdm_recv *recv;
	unsigned nr_ts;
	bool any;
	uint32_t at; /* number of the newest packet, its lower half as on the wire */
	const char *_Atomic wrong;
	uint16_t counter;
	uint8_t out[TDM_TDMOE_MAX];
};

struct tdm_tdmoe *tdm_tdmoe_new(struct mem *m, const struct tdm_tdmoe_cfg *cfg)
{
	struct tdm_recv_cfg r = { .nr_ts = tdm_nr_ts(cfg->kind),
				  .idle = tdm_idle(cfg->law),
				  .depth = cfg->depth_ms * TDM_BLOCK,
				  .max_depth = cfg->max_depth_ms * TDM_BLOCK,
				  .los_ms = cfg->los_ms,
				  .slave = cfg->slave };
	struct tdm_tdmoe *t = MEM_NEW(m, struct tdm_tdmoe);

	if (!t)
		return NULL;
	t->cfg = *cfg;
	t->nr_ts = r.nr_ts;
	t->recv = tdm_recv_new(m, &r);
	return t->recv ? t : NULL;
}

static unsigned nr_words(const struct tdm_tdmoe *t)
{
	return (t->nr_ts + PER_WORD - 1) / PER_WORD;
}

/* By channel on the wire, by frame in the buffer. */
static void put(struct tdm_tdmoe *t, uint16_t counter, const uint8_t *samples)
{
	uint8_t frames[TDM_BLOCK * TDM_MAX_TS];
	int16_t ahead = (int16_t)(counter - (uint16_t)t->at);
	uint32_t newest = t->at;

	for (unsigned i = 0; i < TDM_BLOCK; i++)
		for (unsigned n = 0; n < t->nr_ts; n++)
			frames[i * t->nr_ts + n] = samples[n * TDM_BLOCK + i];
	t->at = t->any ? t->at + (uint32_t)(int32_t)ahead : counter;
	t->any = true;
	tdm_recv_put(t->recv, t->at * TDM_BLOCK, frames, TDM_BLOCK);
	if (ahead < 0 && ahead > -TDM_BLOCK)
		t->at = newest; /* one that was late */
}

void tdm_tdmoe_rx(struct tdm_tdmoe *t, struct str octets)
{
	struct rd r = rd_init(octets);
	uint16_t subaddr = rd_be16(&r), counter, channels;
	uint8_t samples = rd_u8(&r), flags = rd_u8(&r);
	const char *why = NULL;

	counter = rd_be16(&r);
	channels = rd_be16(&r);
	if (!r.err && subaddr != t->cfg.subaddr)
		return;
	if (!r.err && flags & FLAG_BITS)
		rd_bytes(&r, (size_t)nr_words(t) * 2);
	if (r.err)
		why = "it is too short";
	else if (samples != TDM_BLOCK)
		why = "another number of samples than 8";
	else if (channels != t->nr_ts)
		why = "another number of channels";
	else if (rd_left(&r) < (size_t)t->nr_ts * TDM_BLOCK)
		why = "it is too short";
	if (why) {
		atomic_store_explicit(&t->wrong, why, memory_order_relaxed);
		tdm_recv_malformed(t->recv);
		return;
	}
	tdm_recv_far(t->recv, flags & FLAG_RAI ? TDM_RAI : 0);
	put(t, counter, (const uint8_t *)rd_rest(&r).p); /* padding may follow */
}

bool tdm_tdmoe_read(struct tdm_tdmoe *t, struct tdm_block *b)
{
	return tdm_recv_get(t->recv, b);
}

struct str tdm_tdmoe_write(struct tdm_tdmoe *t, const struct tdm_block *b)
{
	struct wr w = wr_init(t->out, sizeof(t->out));

	wr_be16(&w, t->cfg.subaddr);
	wr_u8(&w, TDM_BLOCK);
	wr_u8(&w, FLAG_BITS | (tdm_recv_alarms(t->recv) & TDM_LOS ? FLAG_RAI : 0));
	wr_be16(&w, t->counter++);
	wr_be16(&w, (uint16_t)t->nr_ts);
	for (unsigned i = 0; i < nr_words(t); i++)
		wr_be16(&w, 0);
	for (unsigned ts = 1; ts <= t->nr_ts; ts++)
		wr_bytes(&w, b->octet[ts], TDM_BLOCK);
	return wr_str(&w);
}

unsigned tdm_tdmoe_alarms(const struct tdm_tdmoe *t)
{
	return tdm_recv_alarms(t->recv);
}

int32_t tdm_tdmoe_rate_ppb(const struct tdm_tdmoe *t)
{
	return tdm_recv_rate_ppb(t->recv);
}

void tdm_tdmoe_status(const struct tdm_tdmoe *t, struct tdm_status *out)
{
	tdm_recv_status(t->recv, out);
}

const char *tdm_tdmoe_wrong(const struct tdm_tdmoe *t)
{
	return atomic_load_explicit(&t->wrong, memory_order_relaxed);
}
