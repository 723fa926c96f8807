/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transmission control, beside Q.703 figures 13 (basic method) and 15 (preventive cyclic
 * retransmission); not checked against the ITU text. What waits and what is not acknowledged is one
 * circular list, so that a message is copied once.
 */
#include <string.h>

#include "ss7/mtp2_internal.h"

#define DO(step, arg) MTP2_DO(step, arg)
#define LEVELS	      3

static unsigned at(const struct mtp2 *l, unsigned i)
{
	return (l->head + i) % l->room;
}

MTP2_STEP(start)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->nr_rtb = l->nr_tb = l->retransmit = 0;
	l->fsnf = 0;
	l->fib = l->bib = 1;
	l->bsn = 127;
	l->sib_due = l->sib_received = l->forced = false;
	mtp2_cancel(l, MTP2_T6);
	mtp2_cancel(l, MTP2_T7);
	mtp2_txc_level(l);
}

MTP2_STEP(status)
{
	struct mtp2 *l = self;

	(void)ev;
	l->status = (uint8_t)arg;
	if (arg != MTP2_SIOS)
		return;
	l->sib_received = l->sib_due = false;
	mtp2_cancel(l, MTP2_T6);
	mtp2_cancel(l, MTP2_T7);
}

MTP2_STEP(sib)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->sib_due = true;
}

/* 5.2.2: the inverted bit asks for what follows BSN. */
MTP2_STEP(nack)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->bib ^= 1;
	l->fibx ^= 1;
	l->nacked = true;
	l->stats.tx_nack++;
}

MTP2_STEP(rx_sib)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->stats.rx_sib++;
	if (!l->nr_rtb)
		return; /* nothing is held back */
	if (!l->sib_received)
		mtp2_arm(l, MTP2_T6);
	l->sib_received = true;
	mtp2_arm(l, MTP2_T7);
}

MTP2_STEP(flush)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->nr_tb = 0;
	mtp2_txc_level(l);
}

MTP2_STEP(fail)
{
	(void)ev;
	mtp2_fail(self, MTP2_M_LSC, LSC_FAILURE, (enum mtp2_reason)arg);
}

/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
static const struct fsm_row rows[] = {
	{ FSM_ANY, TXC_START, NULL, FSM_SAME, { DO(start, 0) } },
	{ FSM_ANY, TXC_SIO, NULL, TXC_STATUS, { DO(status, MTP2_SIO) } },
	{ FSM_ANY, TXC_SIN, NULL, TXC_STATUS, { DO(status, MTP2_SIN) } },
	{ FSM_ANY, TXC_SIE, NULL, TXC_STATUS, { DO(status, MTP2_SIE) } },
	{ FSM_ANY, TXC_SIOS, NULL, TXC_STATUS, { DO(status, MTP2_SIOS) } },
	{ FSM_ANY, TXC_SIPO, NULL, TXC_STATUS, { DO(status, MTP2_SIPO) } },
	{ FSM_ANY, TXC_FISU, NULL, TXC_FISU_ONLY, { DO(status, MTP2_NO_STATUS) } },
	{ FSM_ANY, TXC_MSU, NULL, TXC_MESSAGES, { DO(status, MTP2_NO_STATUS) } },
	{ FSM_ANY, TXC_FLUSH, NULL, FSM_SAME, { DO(flush, 0) } },

	{ TXC_MESSAGES, TXC_SIB, NULL, FSM_SAME, { DO(sib, 0) } },
	{ TXC_FISU_ONLY, TXC_SIB, NULL, FSM_SAME, { DO(sib, 0) } },
	NOTHING(TXC_STATUS, TXC_SIB, "another status is sent"),
	{ FSM_ANY, TXC_NACK, NULL, FSM_SAME, { DO(nack, 0) } },
	{ FSM_ANY, TXC_RX_SIB, NULL, FSM_SAME, { DO(rx_sib, 0) } },
	{ FSM_ANY, TXC_T6, NULL, FSM_SAME, { DO(fail, MTP2_R_T6) } },
	{ FSM_ANY, TXC_T7, NULL, FSM_SAME, { DO(fail, MTP2_R_T7) } },
};
/* clang-format on */

static const struct fsm_state states[TXC_NR_STATES] = {
	[TXC_STATUS] = { .name = "LSSU", .rest = true },
	[TXC_FISU_ONLY] = { .name = "FISU, MSU INHIBITED", .rest = true },
	[TXC_MESSAGES] = { .name = "MSU", .rest = true },
};

static const char *const events[TXC_NR_EVENTS] = {
	[TXC_START] = "start",
	[TXC_SIO] = "send SIO",
	[TXC_SIN] = "send SIN",
	[TXC_SIE] = "send SIE",
	[TXC_SIOS] = "send SIOS",
	[TXC_SIPO] = "send SIPO",
	[TXC_SIB] = "send SIB",
	[TXC_FISU] = "send FISU",
	[TXC_MSU] = "send MSU",
	[TXC_FLUSH] = "flush",
	[TXC_NACK] = "NACK to be sent",
	[TXC_RX_SIB] = "SIB received",
	[TXC_T6] = "T6",
	[TXC_T7] = "T7",
};

const struct fsm_def mtp2_txc_def = {
	.name = "MTP2 transmission control",
	.clause = "Q.703 figures 13 and 15",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = TXC_NR_STATES,
	.nr_events = TXC_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = TXC_STATUS,
};

/* The queue. ------------------------------------------------------------------------------------ */

/* Q.704 3.8: onset and abatement apart, so that it does not flutter. */
void mtp2_txc_level(struct mtp2 *l)
{
	static const unsigned onset[LEVELS] = { 50, 70, 85 }, abate[LEVELS] = { 30, 55, 75 };
	unsigned percent = l->nr_tb * 100 / l->cfg.max_queued;
	uint8_t level = l->level;

	while (level < LEVELS && percent >= onset[level])
		level++;
	while (level && percent < abate[level - 1])
		level--;
	if (level == l->level)
		return;
	l->level = level;
	mtp2_say(l, &(struct mtp2_out){ .type = MTP2_OUT_CONGESTION, .level = level });
}

int mtp2_tx(struct mtp2 *l, tick_t now, struct str msu)
{
	uint8_t state = l->m[MTP2_M_LSC].state;
	struct mtp2_msu *to;

	l->now = now;
	if (msu.len < 3 || msu.len > MTP2_MAX_MSU) /* 2.3.3: fewer would be an LSSU */
		return TG_EINVAL;
	if (state != MTP2_IN_SERVICE && state != MTP2_PROCESSOR_OUTAGE)
		return TG_ESTATE;
	if (l->nr_tb >= l->cfg.max_queued)
		return TG_ELIMIT;
	to = &l->msu[at(l, l->nr_rtb + l->nr_tb)];
	memcpy(to->octet, msu.p, msu.len);
	to->len = (uint16_t)msu.len;
	l->nr_tb++;
	mtp2_txc_level(l);
	return 0;
}

/* The oldest `nr` are done with. */
void mtp2_txc_release(struct mtp2 *l, unsigned nr)
{
	l->head = at(l, nr);
	l->nr_rtb -= nr;
	l->fsnf = (l->fsnf + nr) & 127;
	l->retransmit -= nr < l->retransmit ? nr : l->retransmit;
}

void mtp2_txc_acknowledged(struct mtp2 *l, uint8_t bsn, uint8_t bib)
{
	unsigned nr = (bsn - l->fsnf + 1u) & 127;

	if (nr) {
		mtp2_txc_release(l, nr);
		l->sib_received = false;
		mtp2_cancel(l, MTP2_T6);
		if (l->nr_rtb)
			mtp2_arm(l, MTP2_T7);
		else
			mtp2_cancel(l, MTP2_T7);
	}
	if (l->cfg.preventive || bib == l->fib)
		return;
	l->stats.rx_nack++;
	l->fib = bib;
	l->retransmit = 0;
}

/* Retrieval (Q.704 5.4): what the peer has is dropped; the rest is handed out, then forgotten. */
void mtp2_retrieve(struct mtp2 *l, int fsnc)
{
	unsigned nr = fsnc < 0 ? l->nr_rtb : ((unsigned)fsnc - l->fsnf + 1u) & 127;

	/* a number that nobody sent: as if none were known */
	mtp2_txc_release(l, nr <= l->nr_rtb ? nr : l->nr_rtb);
}

bool mtp2_retrieve_next(struct mtp2 *l, struct str *msu)
{
	const struct mtp2_msu *m = &l->msu[l->head];

	if (!l->nr_rtb && !l->nr_tb)
		return false;
	*msu = str_n(m->octet, m->len);
	if (!l->nr_rtb) {
		l->nr_rtb = 1;
		l->nr_tb--;
	}
	mtp2_txc_release(l, 1);
	l->retransmit = l->nr_rtb;
	return true;
}

/* Units. ---------------------------------------------------------------------------------------- */

static void header(const struct mtp2 *l, uint8_t fsn, size_t len, uint8_t *buf)
{
	buf[0] = (uint8_t)(l->bsn | l->bib << 7);
	buf[1] = (uint8_t)(fsn | l->fib << 7);
	buf[2] = (uint8_t)(len < 63 ? len : 63);
}

static size_t send_status(struct mtp2 *l, uint8_t status, uint8_t *buf)
{
	header(l, mtp2_fsnt(l), 1, buf);
	buf[MTP2_HEADER] = status;
	return MTP2_HEADER + 1;
}

static size_t send_msu(struct mtp2 *l, unsigned i, uint8_t *buf)
{
	const struct mtp2_msu *m = &l->msu[at(l, i)];

	header(l, (l->fsnf + i) & 127, m->len, buf);
	memcpy(buf + MTP2_HEADER, m->octet, m->len);
	l->last_len = 0;
	return MTP2_HEADER + (size_t)m->len;
}

static size_t send_new(struct mtp2 *l, uint8_t *buf)
{
	l->nr_tb--;
	l->nr_rtb++;
	l->stats.tx_msu++;
	if (!timer_armed(&l->timer[MTP2_T7]))
		mtp2_arm(l, MTP2_T7);
	mtp2_txc_level(l);
	if (!l->cfg.preventive)
		l->retransmit = l->nr_rtb;
	else if (l->nr_rtb == MTP2_WINDOW) { /* 6.4: N1 is reached */
		l->forced = true;
		l->retransmit = 0;
	}
	return send_msu(l, l->nr_rtb - 1, buf);
}

static size_t send_again(struct mtp2 *l, uint8_t *buf)
{
	l->stats.retransmitted++;
	l->retransmit++;
	return send_msu(l, l->retransmit - 1, buf);
}

/* Clause 6: new ones first, else all that is not acknowledged, over and over. */
static size_t send_preventive(struct mtp2 *l, uint8_t *buf)
{
	if (l->retransmit >= l->nr_rtb) {
		l->forced = false;
		l->retransmit = 0;
	}
	if (!l->forced && l->nr_tb && l->nr_rtb < MTP2_WINDOW)
		return send_new(l, buf);
	return l->nr_rtb ? send_again(l, buf) : 0;
}

static size_t send_message(struct mtp2 *l, uint8_t *buf)
{
	if (l->m[MTP2_M_TXC].state != TXC_MESSAGES)
		return 0;
	if (l->cfg.preventive)
		return send_preventive(l, buf);
	if (l->retransmit < l->nr_rtb)
		return send_again(l, buf);
	return l->nr_tb && l->nr_rtb < MTP2_WINDOW ? send_new(l, buf) : 0;
}

/* 0: it is what repeats itself. */
static size_t once(struct mtp2 *l, const uint8_t *buf, size_t len)
{
	if (l->last_len == len && memcmp(l->last, buf, len) == 0)
		return 0;
	l->last_len = len;
	memcpy(l->last, buf, len);
	return len;
}

size_t mtp2_next_tx(struct mtp2 *l, tick_t now, uint8_t *buf)
{
	size_t len;

	l->now = now;
	if (l->m[MTP2_M_TXC].state == TXC_STATUS)
		return once(l, buf, send_status(l, l->status, buf));
	if (l->sib_due) {
		l->sib_due = false;
		l->last_len = 0;
		return send_status(l, MTP2_SIB, buf);
	}
	len = send_message(l, buf);
	if (len)
		return len;
	header(l, mtp2_fsnt(l), 0, buf);
	return once(l, buf, MTP2_HEADER);
}
