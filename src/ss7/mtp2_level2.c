/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MTP2 as level 2 of MTP3. */
#include "ss7/level2.h"

static void start(void *self, tick_t now)
{
	mtp2_start(self, now);
}

static void stop(void *self, tick_t now)
{
	mtp2_stop(self, now);
}

static void emergency(void *self, tick_t now, bool is)
{
	mtp2_emergency(self, now, is);
}

static void proceed(void *self, tick_t now)
{
	mtp2_continue(self, now);
}

static int tx(void *self, tick_t now, struct str msu)
{
	return mtp2_tx(self, now, msu);
}

static uint32_t bsnt(const void *self)
{
	return mtp2_bsnt(self);
}

static void retrieve(void *self, int32_t fsnc)
{
	mtp2_retrieve(self, (int)fsnc);
}

static bool retrieve_next(void *self, struct str *msu)
{
	return mtp2_retrieve_next(self, msu);
}

static void rx(void *self, tick_t now, struct str unit)
{
	mtp2_rx(self, now, unit);
}

static void rx_errors(void *self, tick_t now, uint32_t nr)
{
	mtp2_rx_errors(self, now, nr);
}

static bool next_out(void *self, struct mtp2_out *out)
{
	return mtp2_next_out(self, out);
}

static size_t next_tx(void *self, tick_t now, uint8_t *buf)
{
	return mtp2_next_tx(self, now, buf);
}

static void tick(void *self, tick_t now)
{
	mtp2_tick(self, now);
}

static tick_t deadline(const void *self)
{
	return mtp2_deadline(self);
}

static const char *state(const void *self)
{
	return mtp2_state_name(mtp2_state(self));
}

static void stats(const void *self, struct mtp2_stats *out)
{
	mtp2_stats(self, out);
}

static const struct level2_ops ops = {
	.start = start,
	.stop = stop,
	.emergency = emergency,
	.proceed = proceed,
	.tx = tx,
	.bsnt = bsnt,
	.retrieve = retrieve,
	.retrieve_next = retrieve_next,
	.rx = rx,
	.rx_errors = rx_errors,
	.next_out = next_out,
	.next_tx = next_tx,
	.tick = tick,
	.deadline = deadline,
	.state = state,
	.stats = stats,
};

struct level2 mtp2_level2(struct mtp2 *l)
{
	return (struct level2){ &ops, l };
}
