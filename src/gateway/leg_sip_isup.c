/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg_sip_isup: bodies of application/isup in the messages of SIP legs (interwork/encap.h), for peers
 * whose profile has them. CANCEL and ACK carry none. */
#include "gateway/leg_sip.h"
#include "interwork/encap.h"

unsigned gw_sip_put_isup(struct gw_sip_leg *l, const struct isup_msg *m, struct iw_encap *e,
			 struct sip_body *body, struct sip_extra *extra, unsigned nr)
{
	if (iw_encap(&l->iw, m, m->type == ISUP_IAM, body->octets, e) <= 0)
		return nr;
	body->content_type = e->content_type;
	body->octets = e->body;
	if (e->disposition && nr < GW_MAX_EXTRAS)
		extra[nr++] =
			(struct sip_extra){ STR("Content-Disposition"), str_of(e->disposition) };
	return nr;
}

void gw_sip_take_isup(struct gw_sip_leg *l, const struct sip_msg *msg, struct isup_msg *m)
{
	struct isup_cause c = { 0 };
	struct isup_msg in_body;

	if (msg && iw_decap(&l->iw, msg, &in_body, NULL) > 0)
		iw_merge_backward(&l->iw, &in_body, iw_reason_cause(&l->iw, msg, &c), m);
}
