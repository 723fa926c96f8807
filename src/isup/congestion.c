/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Automatic congestion control (Q.764 2.11): an exchange that is congested says so in REL; who hears
 * it sends it fewer calls, and more again when it hears it no longer. The shares and the time are a
 * matter of the exchange (E.412); not checked against the ITU text.
 */
#include "isup/circuit.h"
#include "isup/field.h"

#define MAX_LEVEL 2
#define CALMER_MS 5000 /* without a REL that says it: one level down */

/* Of 100 calls so many are refused. */
static const uint8_t share[MAX_LEVEL + 1] = { 0, 25, 75 };

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

	while (d && d->congestion && !tick_before(now, d->calmer)) {
		d->congestion--;
		d->calmer = tick_add_ms(d->calmer, CALMER_MS);
	}
	if (!d || !d->congestion)
		return false;
	d->shed = (uint8_t)(d->shed + share[d->congestion]);
	if (d->shed < 100)
		return false;
	d->shed = (uint8_t)(d->shed - 100);
	return true;
}
