/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg_sip_isup: bodies of application/isup in the messages of SIP legs (interwork/encap.h), for peers
 * whose profile has them. CANCEL and ACK carry none. What has no counterpart in SIP goes in an INFO. */
#include "gateway/leg_sip.h"
#include "interwork/cause.h"
#include "interwork/encap.h"

static unsigned put(const struct iw_ctx *x, const struct isup_msg *m,
		    const struct iw_location *where, struct iw_encap *e, struct sip_body *body,
		    struct sip_extra *extra, unsigned nr)
{
	if (iw_encap(x, m, m->type == ISUP_IAM, body->octets, where, e) <= 0)
		return nr;
	body->content_type = e->content_type;
	body->octets = e->body;
	if (e->disposition && nr < GW_MAX_EXTRAS)
		extra[nr++] =
			(struct sip_extra){ STR("Content-Disposition"), str_of(e->disposition) };
	return nr;
}

unsigned gw_sip_put_isup(struct gw_sip_leg *l, const struct isup_msg *m, struct iw_encap *e,
			 struct sip_body *body, struct sip_extra *extra, unsigned nr)
{
	return put(&l->iw, m, NULL, e, body, extra, nr);
}

unsigned gw_sip_put_iam(struct gw_sip_leg *l, const struct isup_msg *m,
			const struct iw_location *where, struct iw_encap *e, struct sip_body *body,
			struct sip_extra *extra, unsigned nr)
{
	return put(&l->iw, m, where, e, body, extra, nr);
}

bool gw_sip_has_isup(struct gw_sip_leg *l, const struct sip_msg *msg, struct isup_msg *m)
{
	return msg && iw_decap(&l->iw, msg, m, NULL) > 0;
}

bool gw_sip_isup_is_preferred(const struct gw_sip_leg *l)
{
	return iw_profile_rule(&l->profile, IW_RULE_ENCAPSULATION) &&
	       iw_profile_rule(&l->profile, IW_RULE_ISUP_HANDLING) == IW_HANDLING_PREFERRED;
}

void gw_sip_take_isup(struct gw_sip_leg *l, const struct sip_msg *msg, struct isup_msg *m)
{
	struct isup_cause c = { 0 };
	struct isup_msg in_body;

	if (msg && iw_decap(&l->iw, msg, &in_body, NULL) > 0)
		iw_merge_backward(&l->iw, &in_body, iw_reason_cause(&l->iw, msg, &c), m);
}

/* Before the call is confirmed there is no dialog that an INFO of ours could be in. */
void gw_sip_do_info(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	struct sip_extra extra[GW_MAX_EXTRAS];
	struct sip_body body = { .extra = extra };
	struct gw *g = l->leg.gw;
	struct iw_encap e;
	char name[8];
	int err;

	(void)arg;
	if (!iw_encap_in_call(in->msg->type))
		return;
	body.nr_extra = gw_sip_put_isup(l, in->msg, &e, &body, extra, 0);
	if (!body.octets.len)
		return;
	err = sip_call_info(g->sip, g->now, l->sip, &body);
	if (err < 0)
		gw_leg_note(&l->leg, isup_msg_name(in->msg->type, name), "not sent: %s",
			    tg_strerror(err));
}

/* The 200 has been sent: a body that is not for the trunk is heard and let go. */
void gw_sip_do_take_info(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	struct isup_msg m;
	char name[8];

	(void)arg;
	if (gw_overlap_info(l, in->ev->msg) || iw_decap(&l->iw, in->ev->msg, &m, NULL) <= 0)
		return;
	if (iw_encap_in_call(m.type))
		gw_leg_post(&l->leg, &m);
	else
		gw_leg_note(&l->leg, "INFO", "%s in it goes no further",
			    isup_msg_name(m.type, name));
}

/* A REL, as if the exchange behind this gateway had refused the call. */
unsigned gw_sip_put_rel(const struct iw_ctx *x, unsigned status, uint8_t cause, struct iw_encap *e,
			struct sip_body *body, struct sip_extra *extra, unsigned nr)
{
	struct isup_msg rel;

	if (!cause)
		cause = iw_cause_of_status(x, status, NULL, false, NULL).value;
	iw_local_rel(cause, &rel);
	return put(x, &rel, NULL, e, body, extra, nr);
}
