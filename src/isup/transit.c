/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transit: what changes in an IAM that passes through. */
#include "isup/transit.h"

#define HOPS_MASK      0x1f /* Q.763 3.80 */
#define MAX_SATELLITES 2    /* Q.763 3.35; 3 is spare */
#define MAX_DELAY_MS   0xffff

static int hop(struct isup_msg *iam, const struct isup_variant *v, uint8_t initial)
{
	uint8_t hops;

	if (!isup_param_row(v, ISUP_P_HOP_COUNTER))
		return 0;
	if (isup_get_u8(iam, ISUP_P_HOP_COUNTER, &hops) < 0)
		return initial ? isup_put_u8(iam, ISUP_P_HOP_COUNTER, initial & HOPS_MASK) : 0;
	hops &= HOPS_MASK;
	if (hops <= 1)
		return TG_ELIMIT;
	return isup_put_u8(iam, ISUP_P_HOP_COUNTER, (uint8_t)(hops - 1));
}

/* Q.763 3.42: ms, two octets, the most significant first. */
static void delay(struct isup_msg *iam, uint16_t ms)
{
	struct str s;
	uint32_t sum;

	if (!isup_get(iam, ISUP_P_PROPAGATION_DELAY, &s) || s.len != 2)
		return;
	sum = ((uint32_t)(uint8_t)s.p[0] << 8 | (uint8_t)s.p[1]) + ms;
	if (sum > MAX_DELAY_MS)
		sum = MAX_DELAY_MS;
	isup_put(iam, ISUP_P_PROPAGATION_DELAY,
		 str_n((uint8_t[]){ (uint8_t)(sum >> 8), (uint8_t)sum }, 2));
}

static void nature(struct isup_msg *iam, const struct isup_transit *t)
{
	struct isup_nci nci;

	if (isup_get_nci(iam, &nci) < 0)
		return;
	if (t->satellite && nci.satellite < MAX_SATELLITES)
		nci.satellite++;
	if (t->echo_device)
		nci.echo_device = 1;
	isup_put_nci(iam, &nci);
}

int isup_transit_iam(struct isup_msg *iam, const struct isup_variant *v,
		     const struct isup_transit *t)
{
	int err = hop(iam, v, t->initial_hops);

	if (err < 0)
		return err;
	delay(iam, t->delay_ms);
	nature(iam, t);
	return 0;
}
