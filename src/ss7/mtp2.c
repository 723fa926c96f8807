/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mtp2: see the header. What is told becomes a post, and posts run in order. */
#include <assert.h>

#include "base/list.h"
#include "ss7/mtp2_internal.h"

#define MAX_QUEUED 512

/* Q.703 12.3 for 64 kbit/s; T1.111.3 for ANSI. Not checked against their texts. */
static const struct {
	uint16_t itu_ms, ansi_ms;
	uint8_t machine, event;
} timers[MTP2_NR_TIMERS] = {
	[MTP2_T1] = { 45000, 13000, MTP2_M_LSC, LSC_T1 },
	[MTP2_T2] = { 50000, 11500, MTP2_M_IAC, IAC_T2 },
	[MTP2_T3] = { 1500, 11500, MTP2_M_IAC, IAC_T3 },
	[MTP2_T4N] = { 8200, 2300, MTP2_M_IAC, IAC_T4 },
	[MTP2_T4E] = { 500, 600, MTP2_M_IAC, IAC_T4 },
	[MTP2_T5] = { 100, 100, MTP2_M_CC, CC_T5 },
	[MTP2_T6] = { 4500, 4500, MTP2_M_TXC, TXC_T6 },
	[MTP2_T7] = { 1200, 1500, MTP2_M_TXC, TXC_T7 },
};

static const struct fsm_def *const defs[MTP2_NR_MACHINES] = {
	[MTP2_M_LSC] = &mtp2_lsc_def,	[MTP2_M_IAC] = &mtp2_iac_def,
	[MTP2_M_POC] = &mtp2_poc_def,	[MTP2_M_CC] = &mtp2_cc_def,
	[MTP2_M_AERM] = &mtp2_aerm_def, [MTP2_M_SUERM] = &mtp2_suerm_def,
	[MTP2_M_TXC] = &mtp2_txc_def,	[MTP2_M_RC] = &mtp2_rc_def,
};

uint32_t mtp2_timer_default_ms(enum mtp2_timer t, bool ansi)
{
	return ansi ? timers[t].ansi_ms : timers[t].itu_ms;
}

static void init(struct mtp2 *l, const struct mtp2_cfg *cfg)
{
	l->cfg = *cfg;
	if (!l->cfg.max_queued)
		l->cfg.max_queued = MAX_QUEUED;
	for (enum mtp2_timer t = 0; t < MTP2_NR_TIMERS; t++) {
		if (!l->cfg.timer_ms[t])
			l->cfg.timer_ms[t] = mtp2_timer_default_ms(t, cfg->ansi);
		l->timer[t].kind = (uint16_t)t;
	}
	timerq_init(&l->timers);
	for (int m = 0; m < MTP2_NR_MACHINES; m++)
		fsm_init(&l->m[m], defs[m], defs[m]->start, l);
	l->room = l->cfg.max_queued + MTP2_WINDOW;
	l->status = MTP2_SIOS;
	l->heard = MTP2_SILENT;
	l->fib = l->bib = l->fibx = 1;
	l->bsn = 127;
}

struct mtp2 *mtp2_new(struct mem *parent, const struct mtp2_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "mtp2");
	struct mtp2 *l = m ? MEM_NEW(m, struct mtp2) : NULL;

	if (l) {
		init(l, cfg);
		l->mem = m;
		l->msu = MEM_ARRAY(m, l->room, struct mtp2_msu);
	}
	if (!l || !l->msu) {
		mem_free(m);
		return NULL;
	}
	return l;
}

void mtp2_free(struct mtp2 *l)
{
	if (l)
		mem_free(l->mem);
}

/* Posts. ---------------------------------------------------------------------------------------- */

void mtp2_post(struct mtp2 *l, enum mtp2_machine m, uint8_t event)
{
	assert(l->nr_posts < MTP2_POSTS);
	l->post[(l->next_post + l->nr_posts++) % MTP2_POSTS] =
		(struct mtp2_post){ (uint8_t)m, event };
}

void mtp2_run(struct mtp2 *l)
{
	while (l->nr_posts) {
		struct mtp2_post p = l->post[l->next_post];

		l->next_post = (l->next_post + 1) % MTP2_POSTS;
		l->nr_posts--;
		fsm_feed(&l->m[p.machine], p.event, NULL);
	}
}

void mtp2_fail(struct mtp2 *l, enum mtp2_machine m, uint8_t event, enum mtp2_reason why)
{
	l->why = why;
	mtp2_post(l, m, event);
}

void mtp2_arm(struct mtp2 *l, enum mtp2_timer t)
{
	timerq_arm(&l->timers, &l->timer[t], tick_add_ms(l->now, l->cfg.timer_ms[t]));
}

void mtp2_cancel(struct mtp2 *l, enum mtp2_timer t)
{
	timerq_cancel(&l->timers, &l->timer[t]);
}

void mtp2_say(struct mtp2 *l, const struct mtp2_out *out)
{
	assert(l->nr_outs < MTP2_OUTS);
	l->out[(l->next_out + l->nr_outs++) % MTP2_OUTS] = *out;
}

bool mtp2_next_out(struct mtp2 *l, struct mtp2_out *out)
{
	if (!l->nr_outs)
		return false;
	*out = l->out[l->next_out];
	l->next_out = (l->next_out + 1) % MTP2_OUTS;
	l->nr_outs--;
	return true;
}

/* Inputs. --------------------------------------------------------------------------------------- */

static void lsc(struct mtp2 *l, tick_t now, enum lsc_event event)
{
	l->now = now;
	mtp2_post(l, MTP2_M_LSC, (uint8_t)event);
	mtp2_run(l);
}

void mtp2_start(struct mtp2 *l, tick_t now)
{
	lsc(l, now, LSC_START);
}

void mtp2_stop(struct mtp2 *l, tick_t now)
{
	lsc(l, now, LSC_STOP);
}

void mtp2_emergency(struct mtp2 *l, tick_t now, bool emergency)
{
	lsc(l, now, emergency ? LSC_EMERGENCY : LSC_EMERGENCY_CEASES);
}

void mtp2_local_outage(struct mtp2 *l, tick_t now, bool outage)
{
	lsc(l, now, outage ? LSC_LOCAL_OUTAGE : LSC_LOCAL_RECOVERED);
}

void mtp2_continue(struct mtp2 *l, tick_t now)
{
	lsc(l, now, LSC_CONTINUE);
}

void mtp2_flush(struct mtp2 *l, tick_t now)
{
	lsc(l, now, LSC_FLUSH);
}

void mtp2_set_busy(struct mtp2 *l, tick_t now, enum mtp2_busy busy)
{
	static const uint8_t event[] = { CC_NORMAL, CC_BUSY_ACCEPT, CC_BUSY_DISCARD };

	l->now = now;
	if (l->m[MTP2_M_LSC].state < MTP2_ALIGNED_READY)
		return;
	mtp2_post(l, MTP2_M_CC, event[busy]);
	mtp2_run(l);
}

uint8_t mtp2_bsnt(const struct mtp2 *l)
{
	return (l->fsnx - 1) & 127;
}

void mtp2_rx(struct mtp2 *l, tick_t now, struct str unit)
{
	l->now = now;
	mtp2_rc_unit(l, unit);
	mtp2_run(l);
}

void mtp2_rx_repeats(struct mtp2 *l, uint32_t nr)
{
	l->good += nr;
}

/* Beyond the monitors' limits more of them say nothing more. */
void mtp2_rx_errors(struct mtp2 *l, tick_t now, uint32_t nr)
{
	l->now = now;
	l->stats.rx_errors += nr;
	l->heard = MTP2_SILENT;
	mtp2_suerm_settle(l);
	for (uint32_t i = 0; i < nr && i < MTP2_SUERM_LIMIT; i++) {
		mtp2_post(l, MTP2_M_AERM, ERM_ERROR);
		mtp2_post(l, MTP2_M_SUERM, ERM_ERROR);
		mtp2_run(l);
	}
}

void mtp2_tick(struct mtp2 *l, tick_t now)
{
	struct timer *t = timerq_pop_due(&l->timers, now);

	l->now = now;
	if (!t)
		return;
	mtp2_post(l, (enum mtp2_machine)timers[t->kind].machine, timers[t->kind].event);
	mtp2_run(l);
}

tick_t mtp2_deadline(const struct mtp2 *l)
{
	return timerq_deadline(&l->timers);
}

/* What the operator sees. ----------------------------------------------------------------------- */

enum mtp2_state mtp2_state(const struct mtp2 *l)
{
	return (enum mtp2_state)l->m[MTP2_M_LSC].state;
}

const char *mtp2_reason_text(enum mtp2_reason r)
{
	static const char *const text[MTP2_NR_REASONS] = {
		[MTP2_R_NONE] = "none",
		[MTP2_R_STOPPED] = "stopped",
		[MTP2_R_T1] = "T1: the peer did not get ready",
		[MTP2_R_T2] = "T2: nothing came from the peer",
		[MTP2_R_T3] = "T3: the peer did not answer SIO",
		[MTP2_R_T6] = "T6: the peer was busy for too long",
		[MTP2_R_T7] = "T7: no acknowledgement",
		[MTP2_R_PROVING] = "AERM: too many errors while proving",
		[MTP2_R_SUERM] = "SUERM: too many errors",
		[MTP2_R_BSN] = "two BSNs that make no sense",
		[MTP2_R_FIB] = "two FIBs that make no sense",
		[MTP2_R_SIO] = "SIO received",
		[MTP2_R_SIN] = "SIN received",
		[MTP2_R_SIE] = "SIE received",
		[MTP2_R_SIOS] = "SIOS received",
		[MTP2_R_ASSOCIATION] = "there is no association",
	};

	return (unsigned)r < MTP2_NR_REASONS ? text[r] : "?";
}

void mtp2_stats(const struct mtp2 *l, struct mtp2_stats *out)
{
	*out = l->stats;
	out->queued = (uint16_t)l->nr_tb;
	out->unacknowledged = (uint16_t)l->nr_rtb;
}
