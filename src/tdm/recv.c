/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/recv: see the header. A frame's place is its number modulo the size, and it is there when its
 * tag is its number, so nothing has to be cleared. Numbers wrap; differences are signed.
 */
#include <stdatomic.h>

#include "tdm/recv.h"

#define MASK	    (TDM_RECV_FRAMES - 1)
#define WINDOW	    250 /* blocks, over which the mean fill is taken */
#define GOOD_MS	    100 /* without a break, until LOS is over */
#define LOS_MS	    250
#define FAR_OFF	    256	    /* frames the mean may be off before it is put right at once */
#define RATE_MAX    5000000 /* ppb */
#define RATE_PER_FR 12500   /* ppb for a frame (125 us) that the fill is off: back in 10 s */
#define COUNT(r, what, n) \
	atomic_fetch_add_explicit(&(r)->stat.what, (uint64_t)(n), memory_order_relaxed)

_Static_assert((TDM_RECV_FRAMES & MASK) == 0, "a power of two");

struct stat {
	_Atomic uint64_t packets, octets, lost, late, reordered, malformed;
	_Atomic uint64_t dropped, repeated, underruns, overruns, losses;
	_Atomic uint32_t fill, depth;
	_Atomic int32_t rate_ppb;
	_Atomic unsigned alarms;
};

struct tdm_recv {
	struct tdm_recv_cfg cfg;
	bool any, playing;
	uint32_t low, high; /* of what has come: the first, and behind the last */
	uint32_t next;	    /* that is read; when playing */
	unsigned depth;
	unsigned silent_ms, good_ms;
	unsigned far, form; /* alarms of the far end; TDM_MISMATCH */
	int64_t sum;	    /* of the fill in this window */
	unsigned nr_sum;
	int32_t reference; /* mean fill in 1/256 frames as it began; 0: not known yet */
	int32_t off;	   /* from it */
	struct stat stat;
	uint32_t tag[TDM_RECV_FRAMES];
	uint8_t frame[TDM_RECV_FRAMES][TDM_MAX_TS];
};

static int32_t after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static void set_depth(struct tdm_recv *r, unsigned depth)
{
	r->depth = depth < r->cfg.max_depth ? depth : r->cfg.max_depth;
	atomic_store_explicit(&r->stat.depth, r->depth, memory_order_relaxed);
}

void tdm_recv_reset(struct tdm_recv *r)
{
	r->any = r->playing = false;
	r->silent_ms = r->good_ms = 0;
	r->far = r->form = 0;
	r->sum = 0;
	r->nr_sum = 0;
	r->reference = r->off = 0;
	for (uint32_t i = 0; i < TDM_RECV_FRAMES; i++)
		r->tag[i] = i + 1; /* the number of no frame in this place */
	atomic_store_explicit(&r->stat.alarms, TDM_LOS, memory_order_relaxed);
	set_depth(r, r->cfg.depth);
}

struct tdm_recv *tdm_recv_new(struct mem *m, const struct tdm_recv_cfg *cfg)
{
	struct tdm_recv *r = MEM_NEW(m, struct tdm_recv);

	if (!r)
		return NULL;
	r->cfg = *cfg;
	if (r->cfg.depth < TDM_BLOCK)
		r->cfg.depth = TDM_BLOCK;
	if (r->cfg.max_depth > TDM_RECV_FRAMES / 2)
		r->cfg.max_depth = TDM_RECV_FRAMES / 2;
	if (r->cfg.max_depth < r->cfg.depth)
		r->cfg.max_depth = r->cfg.depth;
	if (!r->cfg.los_ms)
		r->cfg.los_ms = LOS_MS;
	tdm_recv_reset(r);
	return r;
}

/* What comes in. ------------------------------------------------------------------------------ */

static void begin_at(struct tdm_recv *r, uint32_t at)
{
	r->any = true;
	r->playing = false;
	r->low = r->high = at;
}

/* Is there a place for frames at..at+nr, and does it begin anew for them? */
static bool make_room(struct tdm_recv *r, uint32_t at, unsigned nr)
{
	uint32_t oldest = r->playing ? r->next : r->low;

	if (!r->any) {
		begin_at(r, at);
		return true;
	}
	if (r->playing && after(at + nr, oldest) <= 0) {
		COUNT(r, late, 1);
		return false;
	}
	if (after(at + nr, oldest) > TDM_RECV_FRAMES || after(at, oldest) < -TDM_RECV_FRAMES) {
		COUNT(r, overruns, 1);
		begin_at(r, at);
	}
	return true;
}

static bool take(struct tdm_recv *r, uint32_t at, unsigned nr)
{
	r->silent_ms = 0;
	r->form = 0;
	COUNT(r, packets, 1);
	if (nr > TDM_RECV_FRAMES / 8 || !make_room(r, at, nr))
		return false;
	if (after(at, r->high) < 0)
		COUNT(r, reordered, 1);
	if (after(at, r->low) < 0 && !r->playing)
		r->low = at;
	if (after(at + nr, r->high) > 0)
		r->high = at + nr;
	return true;
}

void tdm_recv_put(struct tdm_recv *r, uint32_t at, const uint8_t *frames, unsigned nr)
{
	COUNT(r, octets, nr * r->cfg.nr_ts);
	if (!take(r, at, nr))
		return;
	for (unsigned i = 0; i < nr; i++) {
		unsigned place = (at + i) & MASK;

		if (r->playing && after(at + i, r->next) < 0)
			continue;
		r->tag[place] = at + i;
		memcpy(r->frame[place], frames + i * r->cfg.nr_ts, r->cfg.nr_ts);
	}
}

void tdm_recv_put_idle(struct tdm_recv *r, uint32_t at, unsigned nr)
{
	if (!take(r, at, nr))
		return;
	for (unsigned i = 0; i < nr; i++) {
		unsigned place = (at + i) & MASK;

		r->tag[place] = at + i;
		memset(r->frame[place], r->cfg.idle, r->cfg.nr_ts);
	}
}

void tdm_recv_far(struct tdm_recv *r, unsigned alarms)
{
	r->far = alarms;
}

void tdm_recv_malformed(struct tdm_recv *r)
{
	COUNT(r, malformed, 1);
	r->form = TDM_MISMATCH;
}

bool tdm_recv_room(const struct tdm_recv *r)
{
	uint32_t oldest = r->playing ? r->next : r->low;

	return !r->any || after(r->high, oldest) <= TDM_RECV_FRAMES - 2 * TDM_BLOCK;
}

unsigned tdm_recv_arrived(const struct tdm_recv *r)
{
	if (r->playing)
		return after(r->high, r->next) < 0 ? 0 : (r->high - r->next) / TDM_BLOCK;
	return r->any && after(r->high, r->low) >= (int32_t)r->depth;
}

/* What is read. ------------------------------------------------------------------------------- */

static void update_alarms(struct tdm_recv *r)
{
	unsigned was = atomic_load_explicit(&r->stat.alarms, memory_order_relaxed), now = was;

	if (r->silent_ms >= r->cfg.los_ms)
		now |= TDM_LOS;
	else if (r->good_ms >= GOOD_MS)
		now &= ~(unsigned)TDM_LOS;
	now = (now & TDM_LOS) | r->form | (now & TDM_LOS ? 0 : r->far);
	if (now == was)
		return;
	if (now & ~was & TDM_LOS)
		COUNT(r, losses, 1);
	atomic_store_explicit(&r->stat.alarms, now, memory_order_relaxed);
}

static void start_window(struct tdm_recv *r)
{
	r->sum = 0;
	r->nr_sum = 0;
	r->reference = r->off = 0;
}

static bool begin_to_play(struct tdm_recv *r)
{
	if (!r->any || after(r->high, r->low) < (int32_t)r->depth)
		return false;
	r->next = r->high - r->depth;
	r->playing = true;
	start_window(r);
	return true;
}

static void run_dry(struct tdm_recv *r)
{
	COUNT(r, underruns, 1);
	r->playing = false;
	r->good_ms = 0;
	r->low = r->high;
	if (!r->cfg.slave || r->depth > TDM_BLOCK)
		set_depth(r, r->depth + r->depth / 2 + TDM_BLOCK);
}

static void read_block(struct tdm_recv *r, struct tdm_block *b)
{
	unsigned lost = 0;

	for (unsigned i = 0; i < TDM_BLOCK; i++, r->next++) {
		const uint8_t *f = r->frame[r->next & MASK];

		if (r->tag[r->next & MASK] != r->next) {
			lost++;
			continue;
		}
		for (unsigned n = 0; n < r->cfg.nr_ts; n++)
			b->octet[n + !r->cfg.raw][i] = f[n];
	}
	if (lost)
		COUNT(r, lost, lost);
}

static void slip(struct tdm_recv *r)
{
	int32_t limit = (int32_t)(r->depth / 2 > TDM_BLOCK ? r->depth / 2 : TDM_BLOCK) * 256;

	if (r->off > limit) {
		r->next++;
		COUNT(r, dropped, 1);
	} else if (r->off < -limit) {
		r->next--;
		COUNT(r, repeated, 1);
	}
}

/* Once in a window: how far the mean fill is from what it was when playing began. */
static void look_at_mean(struct tdm_recv *r)
{
	int32_t mean = (int32_t)(r->sum * 256 / WINDOW), rate;

	r->sum = 0;
	r->nr_sum = 0;
	if (!r->reference)
		r->reference = mean ? mean : 1;
	r->off = mean - r->reference;
	rate = r->off / 256 * RATE_PER_FR + r->off % 256 * RATE_PER_FR / 256;
	rate = rate > RATE_MAX ? RATE_MAX : rate < -RATE_MAX ? -RATE_MAX : rate;
	atomic_store_explicit(&r->stat.rate_ppb, rate, memory_order_relaxed);
	if (r->off > FAR_OFF * 256 && after(r->high, r->next) > (int32_t)r->depth) {
		COUNT(r, overruns, 1);
		r->next = r->high - r->depth;
		start_window(r);
	} else if (!r->cfg.slave) {
		slip(r);
	}
}

static bool read_or_idle(struct tdm_recv *r, struct tdm_block *b)
{
	int32_t fill;

	if (!r->playing && !begin_to_play(r))
		return false;
	fill = after(r->high, r->next);
	atomic_store_explicit(&r->stat.fill, fill > 0 ? (uint32_t)fill : 0, memory_order_relaxed);
	if (fill < TDM_BLOCK) {
		run_dry(r);
		return false;
	}
	read_block(r, b);
	r->good_ms += r->good_ms < GOOD_MS;
	r->sum += fill;
	if (++r->nr_sum == WINDOW)
		look_at_mean(r);
	return true;
}

bool tdm_recv_get(struct tdm_recv *r, struct tdm_block *b)
{
	bool there;

	memset(b, r->cfg.idle, sizeof(*b));
	there = read_or_idle(r, b);
	r->silent_ms += r->silent_ms < r->cfg.los_ms;
	if (r->silent_ms >= r->cfg.los_ms)
		r->good_ms = 0;
	update_alarms(r);
	return there;
}

int32_t tdm_recv_rate_ppb(const struct tdm_recv *r)
{
	return r->playing ? atomic_load_explicit(&r->stat.rate_ppb, memory_order_relaxed) : 0;
}

unsigned tdm_recv_alarms(const struct tdm_recv *r)
{
	return atomic_load_explicit(&r->stat.alarms, memory_order_relaxed);
}

void tdm_recv_status(const struct tdm_recv *r, struct tdm_status *out)
{
	const struct stat *s = &r->stat;

	*out = (struct tdm_status){ .alarms = s->alarms,
				    .rx_packets = s->packets,
				    .rx_octets = s->octets,
				    .lost = s->lost,
				    .late = s->late,
				    .reordered = s->reordered,
				    .malformed = s->malformed,
				    .slips_dropped = s->dropped,
				    .slips_repeated = s->repeated,
				    .underruns = s->underruns,
				    .overruns = s->overruns,
				    .losses = s->losses,
				    .fill_us = s->fill * 125u,
				    .depth_us = s->depth * 125u,
				    .rate_ppb = s->rate_ppb };
}
