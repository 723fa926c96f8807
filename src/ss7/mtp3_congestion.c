/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Congestion on the way to a destination (Q.704 11.2, 13.6, 13.7): of our own links, or heard in TFC
 * of a transfer point, told the users in STATUS; and, where TFC has levels (ANSI, the national
 * option), the signalling route set congestion test. An end point sends no TFC: all whose messages
 * wait in its queues are its own users. Not checked against the ITU text.
 *
 * A lower level is not told: who is told in STATUS sends less, and without more of them more again
 * by its own timers (Q.764 2.10).
 */
#include "ss7/mtp3_internal.h"

#define MTP3_EACH 8 /* messages of a user into congestion for one more STATUS (11.2.3.1) */

static void tell(struct mtp3 *t, struct mtp3_dest *d)
{
	d->status_due = t->look = true;
}

static bool uses(struct mtp3_link *k, uint32_t pc)
{
	for (unsigned sls = 0; sls < 1u << k->t->cfg.sls_bits; sls++)
		if (mtp3_link_to(k->t, pc, (uint8_t)sls) == k)
			return true;
	return false;
}

void mtp3_link_congestion(struct mtp3_link *k, uint8_t level)
{
	struct mtp3 *t = k->t;

	k->level = level;
	for (unsigned i = 0; level && i < t->nr_dests; i++)
		if (uses(k, t->dest[i].pc)) {
			t->dest[i].own_level = level;
			t->dest[i].nr_into = 0;
			tell(t, &t->dest[i]);
		}
}

void mtp3_sent_over(struct mtp3_link *k, uint32_t pc)
{
	struct mtp3_dest *d = k->level ? mtp3_dest(k->t, pc) : NULL;

	if (!d || ++d->nr_into % MTP3_EACH)
		return;
	d->own_level = k->level;
	tell(k->t, d);
}

/* The higher one; without levels it is 1. */
uint8_t mtp3_level(const struct mtp3_dest *d)
{
	uint8_t level = d->level > d->own_level ? d->level : d->own_level;

	return level ? level : 1;
}

static void arm(struct mtp3 *t, struct mtp3_dest *d, enum mtp3_kind kind)
{
	enum mtp3_timer which = kind == MTP3_KIND_T15 ? MTP3_T15 : MTP3_T16;

	d->t15.kind = kind;
	timerq_arm(&t->timers, &d->t15, tick_add_ms(t->now, t->cfg.timer_ms[which]));
}

void mtp3_tfc(struct mtp3 *t, struct mtp3_dest *d, struct str body)
{
	unsigned octets = mtp3_pc_octets(t->cfg.variant);

	if (t->cfg.variant == MTP3_ITU)
		d->level = (uint8_t)body.p[1] >> 6;
	else
		d->level = body.len > octets ? (uint8_t)body.p[octets] & 3 : 0;
	d->own_level = 0;
	tell(t, d);
	if (d->level)
		arm(t, d, MTP3_KIND_T15);
	else
		timerq_cancel(&t->timers, &d->t15);
}

/* 13.7.3: a message that is dropped on the way while the level is what it was; who drops it says
 * TFC. */
static void rct(struct mtp3 *t, struct mtp3_dest *d)
{
	struct mtp_label label = { .opc = t->cfg.own_pc,
				   .dpc = d->pc,
				   .ni = t->cfg.ni,
				   .priority = (uint8_t)(d->level - 1) };
	uint8_t heading = MTP3_RCT, buf[MTP2_MAX_MSU];

	mtp3_send(t, d->pc, 0, str_n(buf, mtp3_enc(t, &label, str_n(&heading, 1), buf)));
}

/* T15: the level is tested; T16: no TFC came, so it is one lower. */
void mtp3_t15(struct mtp3 *t, struct mtp3_dest *d, enum mtp3_kind kind)
{
	if (kind == MTP3_KIND_T16)
		d->level--;
	if (!d->level)
		return;
	if (!mtp3_reaches(t, d->pc)) { /* 13.7: the test ends with the route */
		d->level = 0;
		return;
	}
	rct(t, d);
	arm(t, d, MTP3_KIND_T16);
}
