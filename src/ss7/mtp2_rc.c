/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reception control, beside Q.703 figures 14 (basic method) and 16 (preventive cyclic
 * retransmission); not checked against the ITU text.
 */
#include "ss7/mtp2_internal.h"

#define DO(step, arg) MTP2_DO(step, arg)

struct unit {
	uint8_t bsn, bib, fsn, fib;
	struct str rest; /* behind the length indicator */
};

MTP2_STEP(start)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->fsnx = 0;
	l->fibx = 1;
	l->bsn = 127;
	l->nacked = l->discarding = false;
	l->bad_bsn = l->bad_fib = 0;
}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ FSM_ANY, RC_START, NULL, RC_REJECTING, { DO(start, 0) } },
	{ RC_IDLE, RC_START, NULL, RC_REJECTING, { DO(start, 0) } },
	{ RC_IDLE, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("it is not started") },
	{ RC_REJECTING, RC_ACCEPT, NULL, RC_ACCEPTING, {{0}} },
	{ RC_REJECTING, RC_REJECT, NULL, FSM_SAME, {{0}}, IGNORE("it does") },
	{ RC_ACCEPTING, RC_REJECT, NULL, RC_REJECTING, {{0}} },
	{ RC_ACCEPTING, RC_ACCEPT, NULL, FSM_SAME, {{0}}, IGNORE("it does") },
	{ FSM_ANY, RC_STOP, NULL, RC_IDLE, {{0}} },
};
/* clang-format on */

static const struct fsm_state states[RC_NR_STATES] = {
	[RC_IDLE] = { .name = "IDLE", .rest = true },
	[RC_REJECTING] = { .name = "IN SERVICE, MSU REJECTED", .rest = true },
	[RC_ACCEPTING] = { .name = "IN SERVICE, MSU ACCEPTED", .rest = true },
};

static const char *const events[RC_NR_EVENTS] = {
	[RC_START] = "start",
	[RC_STOP] = "stop",
	[RC_ACCEPT] = "accept MSU, FISU",
	[RC_REJECT] = "reject MSU, FISU",
};

const struct fsm_def mtp2_rc_def = {
	.name = "MTP2 reception control",
	.clause = "Q.703 figures 14 and 16",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = RC_NR_STATES,
	.nr_events = RC_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = RC_IDLE,
};

/* Status. --------------------------------------------------------------------------------------- */

static void status_event(struct mtp2 *l, uint8_t status)
{
	static const uint8_t iac[] = { IAC_RX_SIO, IAC_RX_SIN, IAC_RX_SIE, IAC_RX_SIOS };
	static const uint8_t lsc[] = { LSC_RX_SIO,  LSC_RX_SIN,	 LSC_RX_SIE,
				       LSC_RX_SIOS, LSC_RX_SIPO, LSC_NR_EVENTS };

	if (status == MTP2_SIB) {
		mtp2_post(l, MTP2_M_TXC, TXC_RX_SIB);
		return;
	}
	if (status <= MTP2_SIOS)
		mtp2_post(l, MTP2_M_IAC, iac[status]);
	mtp2_post(l, MTP2_M_LSC, lsc[status]);
}

void mtp2_rc_hear_again(struct mtp2 *l)
{
	if (l->heard == MTP2_NO_STATUS)
		mtp2_post(l, MTP2_M_LSC, LSC_RX_FISU);
	else if (l->heard < MTP2_SIB)
		status_event(l, l->heard);
}

static void rx_status(struct mtp2 *l, const struct unit *u)
{
	uint8_t status = (uint8_t)u->rest.p[0] & 7;

	if (status > MTP2_SIB) {
		l->stats.rx_malformed++;
		return;
	}
	if (status != MTP2_SIB)
		l->heard = status;
	status_event(l, status);
	mtp2_run(l);
}

/* FISU and MSU. --------------------------------------------------------------------------------- */

/* 5.3.2: two bad ones among three. False: this one is bad. */
static bool is_sane(struct mtp2 *l, bool good, unsigned *of_three, enum mtp2_reason why)
{
	static const uint8_t bits[] = { 0, 1, 1, 2, 1, 2, 2, 3 };

	*of_three = (*of_three << 1 | !good) & 7;
	if (!good && bits[*of_three] >= 2)
		mtp2_fail(l, MTP2_M_LSC, LSC_FAILURE, why);
	return good;
}

static void take(struct mtp2 *l, const struct unit *u)
{
	if (l->m[MTP2_M_CC].state == CC_LEVEL_2) {
		l->discarding = true;
		return;
	}
	l->bsn = l->fsnx;
	l->fsnx = (l->fsnx + 1) & 127;
	l->stats.rx_msu++;
	mtp2_say(l, &(struct mtp2_out){ .type = MTP2_OUT_MSU, .octets = u->rest });
}

static bool is_next(const struct mtp2 *l, const struct unit *u)
{
	return u->rest.len && u->fsn == l->fsnx;
}

/* 5.2.2: a gap is asked for once, until what comes has the new bit. */
static void accept_basic(struct mtp2 *l, const struct unit *u)
{
	if (u->fib != l->fibx) {
		is_sane(l, l->nacked, &l->bad_fib, MTP2_R_FIB);
		return;
	}
	is_sane(l, true, &l->bad_fib, MTP2_R_FIB);
	l->nacked = false;
	if (is_next(l, u))
		take(l, u);
	else if (u->fsn == ((l->fsnx - 1) & 127))
		return;
	else if (l->m[MTP2_M_CC].state == CC_LEVEL_2)
		l->discarding = true; /* 9.2: asked for when there is room */
	else
		mtp2_post(l, MTP2_M_TXC, TXC_NACK);
}

static void rx_fisu(struct mtp2 *l, const struct unit *u)
{
	bool good = ((u->bsn - l->fsnf + 1u) & 127) <= l->nr_rtb;

	l->heard = MTP2_NO_STATUS;
	if (l->m[MTP2_M_LSC].state < MTP2_ALIGNED_READY)
		return;
	if (!is_sane(l, good, &l->bad_bsn, MTP2_R_BSN))
		return;
	mtp2_txc_acknowledged(l, u->bsn, u->bib);
	if (l->m[MTP2_M_LSC].state != MTP2_IN_SERVICE) {
		mtp2_post(l, MTP2_M_LSC, LSC_RX_FISU);
		mtp2_run(l);
	}
	if (l->m[MTP2_M_RC].state != RC_ACCEPTING)
		return;
	if (!l->cfg.preventive)
		accept_basic(l, u);
	else if (is_next(l, u))
		take(l, u);
}

static bool parse(struct str octets, struct unit *u)
{
	const uint8_t *o = (const uint8_t *)octets.p;
	size_t len;

	if (octets.len < MTP2_HEADER || octets.len > MTP2_MAX_UNIT)
		return false;
	u->bsn = o[0] & 127;
	u->bib = o[0] >> 7;
	u->fsn = o[1] & 127;
	u->fib = o[1] >> 7;
	u->rest = str_from(octets, MTP2_HEADER);
	len = u->rest.len;
	return (o[2] & 63) == (len < 63 ? len : 63);
}

void mtp2_rc_unit(struct mtp2 *l, struct str octets)
{
	struct unit u;

	if (!parse(octets, &u)) { /* 4.1.4: not a unit, though its check octets are right */
		l->stats.rx_malformed++;
		return;
	}
	l->good++;
	if (l->m[MTP2_M_RC].state == RC_IDLE) {
		if (!u.rest.len || u.rest.len > 2)
			l->heard = MTP2_NO_STATUS;
		else if (((uint8_t)u.rest.p[0] & 7) < MTP2_SIB)
			l->heard = (uint8_t)u.rest.p[0] & 7;
		return;
	}
	if (l->further_proving)
		mtp2_post(l, MTP2_M_IAC, IAC_CORRECT_SU);
	if (u.rest.len == 1 || u.rest.len == 2)
		rx_status(l, &u);
	else
		rx_fisu(l, &u);
}
