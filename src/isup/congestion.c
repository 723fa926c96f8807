/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Congestion of the signalling network (Q.764 2.10): each MTP-STATUS, but one in T29, lets fewer calls
 * through, T30 without one more of them again. Automatic congestion control (Q.764 2.11): an exchange that is congested says so in REL; who hears
 * it sends it fewer calls, and more again when it hears it no longer. The shares and the time are a
 * matter of the exchange (E.412); not checked against the ITU text.
 */
#include "isup/circuit.h"
#include "isup/field.h"

#define MAX_LEVEL 2
#define CALMER_MS 5000 /* without a REL that says it: one level down */

/* Of 100 calls so many are refused. */
static const uint8_t share[MAX_LEVEL + 1] = { 0, 25, 75 };

/* The same for each step of the network's. */
static const uint8_t step_share[] = { 0, 20, 40, 60, 80, 95 };
#define MAX_STEP (sizeof(step_share) - 1)

static void calm_down(const struct isup *x, struct isup_destination *d, tick_t now)
{
	while (d->congestion && !tick_before(now, d->calmer)) {
		d->congestion--;
		d->calmer = tick_add_ms(d->calmer, CALMER_MS);
	}
	while (d->mtp_step && !tick_before(now, d->t30)) {
		d->mtp_step--;
		d->t30 = tick_add_ms(d->t30, x->timer_ms[ISUP_T30]);
	}
}

int isup_mtp_congested(struct isup *x, tick_t now, uint32_t dpc)
{
	struct isup_destination *d = isup_find_destination(x, dpc);

	x->now = now;
	if (!d)
		return TG_ENOENT;
	calm_down(x, d, now);
	if (d->mtp_step && tick_before(now, d->t29))
		return 0;
	if (d->mtp_step < MAX_STEP)
		d->mtp_step++;
	d->t29 = tick_add_ms(now, x->timer_ms[ISUP_T29]);
	d->t30 = tick_add_ms(now, x->timer_ms[ISUP_T30]);
	return 0;
}

void isup_congestion_rx(struct isup_circuit *c, const struct isup_msg *rel)
{
	struct isup_destination *d = c->to;
	uint8_t level;

	if (isup_get_u8(rel, ISUP_P_CONGESTION_LEVEL, &level) < 0 || level == 0)
		return;
	d->congestion = level > MAX_LEVEL ? MAX_LEVEL : level;
	d->calmer = tick_add_ms(c->x->now, CALMER_MS);
}

void isup_congestion_put(const struct isup *x, struct isup_msg *rel)
{
	if (x->congestion && isup_param_row(x->v, ISUP_P_CONGESTION_LEVEL))
		isup_put_u8(rel, ISUP_P_CONGESTION_LEVEL, x->congestion);
}

void isup_congestion(struct isup *x, unsigned level)
{
	x->congestion = (uint8_t)(level > MAX_LEVEL ? MAX_LEVEL : level);
}

bool isup_sheds(struct isup *x, tick_t now, uint32_t dpc)
{
	struct isup_destination *d = isup_find_destination(x, dpc);

	uint8_t percent;

	if (!d)
		return false;
	calm_down(x, d, now);
	percent = share[d->congestion];
	if (step_share[d->mtp_step] > percent)
		percent = step_share[d->mtp_step];
	if (percent == 0)
		return false;
	d->shed = (uint8_t)(d->shed + percent);
	if (d->shed < 100)
		return false;
	d->shed = (uint8_t)(d->shed - 100);
	return true;
}
