/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg_sip: what both SIP legs do alike. */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

#include "gateway/leg_sip.h"
#include "interwork/backward.h"

#define RETRY_MS 1000 /* to end a leg when there was no memory for it */

/* Session descriptions. ----------------------------------------------------------------------- */
int gw_sip_take_channel(struct gw_sip_leg *l)
{
	if (!l->borrowed)
		l->channel = gw_channel_get(&l->leg.gw->channels, l->leg.call);
	if (!l->channel)
		return TG_ELIMIT;
	gw_sip_caps(l);
	return 0;
}

bool gw_sip_has_sdp(const struct sip_msg *m)
{
	struct str sdp;

	return m && sip_msg_description(m, &sdp);
}

unsigned gw_sip_answer_offer(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag)
{
	struct sdp_caps caps = l->caps;
	struct sdp_choice choice;
	char buf[GW_SDP_MAX];
	struct sdp offer;
	struct str text = STR("");

	if (l->sdp_len)
		caps.session_version++; /* RFC 3264 8 */
	sip_msg_description(m, &text);
	if (sdp_parse(&offer, text, diag) < 0)
		return 400;
	if (sdp_answer(&caps, &offer, &choice, diag) < 0)
		return 488;
	caps.qos = (struct sdp_qos){ 0 };
	if (l->peer.flow.preconditions)
		sdp_qos_answer(&offer.media[choice.stream].qos, &caps.qos);
	if (sdp_print_answer(&caps, &offer, &choice, buf, sizeof(buf), &text) < 0) {
		tg_fail(diag, TG_ELIMIT, 0, "", "the answer would be too long");
		return 488;
	}
	memcpy(l->sdp, text.p, text.len);
	l->sdp_len = text.len;
	l->caps = caps;
	gw_sip_agree(l, &choice);
	return 0;
}

int gw_sip_make_offer(struct gw_sip_leg *l)
{
	struct str text;
	int err;

	if (l->sdp_len)
		l->caps.session_version++;
	err = sdp_print_offer(&l->caps, l->sdp, sizeof(l->sdp), &text);
	l->sdp_len = err < 0 ? 0 : text.len;
	return err;
}

bool gw_sip_read_answer(struct gw_sip_leg *l, const struct sip_msg *m, struct sdp_choice *choice,
			struct tg_diag *diag)
{
	struct sdp answer;
	struct str text;

	if (!m || !sip_msg_description(m, &text)) {
		tg_fail(diag, TG_ENOENT, 0, "RFC 3264 5", "no answer to our offer");
		return false;
	}
	return sdp_parse(&answer, text, diag) >= 0 &&
	       sdp_accept(&l->caps, &answer, choice, diag) >= 0;
}

bool gw_sip_take_answer(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag)
{
	struct sdp_choice choice;

	if (!gw_sip_read_answer(l, m, &choice, diag))
		return false;
	gw_sip_agree(l, &choice);
	return true;
}

struct sip_body gw_sip_body(const struct gw_sip_leg *l)
{
	return (struct sip_body){ .content_type = STR("application/sdp"),
				  .octets = str_n(l->sdp, l->sdp_len) };
}

void gw_sip_profile(struct gw_sip_leg *l)
{
	const struct gw_config *cfg = l->leg.gw->cfg;

	l->profile = gw_config_profile(cfg, l->peer.interworking);
	if (l->leg.at == 1 && l->leg.call->stripped)
		iw_profile_set(&l->profile, IW_TABLE_RULE, IW_RULE_ENCAPSULATION, 0);
	l->leg.plan.hex = iw_profile_rule(&l->profile, IW_RULE_HEX_DIGITS);
	l->iw = (struct iw_ctx){ &l->profile, &l->leg.call->rec->explain, l->leg.at };
}

unsigned gw_sip_extras(const struct iw_headers *h, struct sip_extra *extra, unsigned room)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < h->nr && nr < room; i++)
		extra[nr++] =
			(struct sip_extra){ str_of(h->name[i]), str_of(iw_header_value(h, i)) };
	return nr;
}

/* Beginning and end. -------------------------------------------------------------------------- */
void gw_sip_remember(struct gw_sip_leg *l, struct str call_id)
{
	struct gw *g = l->leg.gw;

	l->call_id = mem_keep(l->leg.call->mem, call_id);
	str_copyz(l->leg.call->rec->info.leg[l->leg.at].sip_call_id,
		  sizeof(l->leg.call->rec->info.leg[0].sip_call_id), call_id);
	if (l->call_id.p) /* without memory its messages are not in the log */
		htab_add(&g->by_call_id, &l->by_call_id, htab_hash(&g->by_call_id, call_id));
}

void gw_sip_fini(struct gw_leg *leg)
{
	struct gw_sip_leg *l = gw_sip_leg_of(leg);

	htab_del(&leg->gw->by_call_id, &l->by_call_id);
	gw_sip_wipe(l);
	gw_sip_early_fini(l);
	timerq_cancel(&leg->gw->timers, &l->renew_timer);
	if (l->channel && !l->borrowed)
		gw_channel_put(&leg->gw->channels, l->channel);
	l->channel = NULL;
}

static unsigned put_extras(const struct iw_release *end, struct sip_extra *x)
{
	unsigned nr = 0;

	if (end->reason[0])
		x[nr++] = (struct sip_extra){ STR("Reason"), str_of(end->reason) };
	if (end->contact[0])
		x[nr++] = (struct sip_extra){ STR("Contact"), str_of(end->contact) };
	return nr;
}

/* RFC 3261 21.5.4: it is we who have too much to do, and for so long. */
#define RETRY_AFTER ((struct sip_extra){ STR("Retry-After"), STR(GW_RETRY_AFTER_S) })

void gw_sip_hangup_again(struct gw_sip_leg *l)
{
	struct iw_headers headers = { 0 };
	struct sip_extra extra[GW_MAX_EXTRAS];
	struct sip_body body = { .extra = extra, .nr_extra = put_extras(&l->end, extra) };
	struct gw *g = l->leg.gw;
	struct iw_encap e;
	int err;

	if (l->leg.call->held_back && l->end.status == 503)
		extra[body.nr_extra++] = RETRY_AFTER;
	if (l->end_isup) {
		iw_backward_to_sip(&l->iw, &l->end_rel, &l->leg.plan, g->host, "", &headers);
		body.nr_extra += gw_sip_extras(&headers, extra + body.nr_extra,
					       GW_MAX_EXTRAS - 1 - body.nr_extra);
		body.nr_extra = gw_sip_put_isup(l, &l->end_rel, &e, &body, extra, body.nr_extra);
	}
	err = sip_call_hangup(g->sip, g->now, l->sip, l->end.status, &body);

	/* TG_ESTATE, TG_ENOENT: it is ending already, or over: the event has come or will */
	if (err == TG_ENOMEM || err == TG_ELIMIT)
		gw_leg_arm(&l->leg, RETRY_MS);
}

void gw_sip_hangup(struct gw_sip_leg *l, const struct isup_msg *rel)
{
	iw_rel_to_sip(&l->iw, rel, &l->leg.plan, l->leg.gw->host, &l->end);
	gw_leg_cancel(&l->leg);
	/* before the answer a leg to SIP ends with CANCEL */
	l->end_isup = l->leg.at == 0 || !tick_is_never(l->leg.call->rec->info.answered);
	l->end_rel = *rel;
	gw_sip_hangup_again(l);
}

void gw_sip_post_rel(struct gw_sip_leg *l, const struct isup_msg *rel, const char *label,
		     struct iw_source source, bool local)
{
	struct isup_cause c = { 0 };

	isup_get_cause(rel, &c);
	gw_leg_note(&l->leg, "cause", "%u %s for %s (%s)", c.value, isup_cause_name(c.value), label,
		    source.clause);
	if (local)
		gw_leg_post_own(&l->leg, rel);
	else
		gw_leg_post(&l->leg, rel);
}

/* RFC 3261 20.43: 399 for what has no code of its own; 305 for formats that do not fit. */
static void print_warning(struct gw *g, unsigned status, const char *text, char *buf, size_t size)
{
	size_t len;

	len = (size_t)snprintf(buf, size, "%u %s \"", status == 488 ? 305 : 399, g->host);
	for (; *text && len < size - 2; text++)
		if (*text >= ' ' && *text < 0x7f)
			buf[len++] = *text == '"' || *text == '\\' ? '\'' : *text;
	buf[len++] = '"';
	buf[len] = '\0';
}

/* Of an offer in an UPDATE or PRACK, or else of an INVITE. */
static int refuse(struct gw *g, const struct iw_ctx *x, sip_call_id id, bool inside,
		  unsigned status, const char *text, uint8_t cause)
{
	struct iw_encap e;
	char warning[240], reason[IW_REASON_MAX];
	struct sip_extra extra[GW_MAX_EXTRAS];
	struct sip_body body = { .extra = extra };
	const struct isup_cause own = { .location = ISUP_LOC_PUBLIC_LOCAL, .value = cause };

	if (text && text[0]) {
		print_warning(g, status, text, warning, sizeof(warning));
		extra[body.nr_extra++] = (struct sip_extra){ STR("Warning"), str_of(warning) };
	}
	if (cause)
		extra[body.nr_extra++] =
			(struct sip_extra){ STR("Reason"), str_of(iw_reason_print(&own, reason)) };
	if (status == 420) /* 21.4.15 */
		extra[body.nr_extra++] =
			(struct sip_extra){ STR("Unsupported"), STR("precondition") };
	if (status == 421) /* RFC 3261 21.4.16 */
		extra[body.nr_extra++] = (struct sip_extra){ STR("Require"), STR("100rel") };
	if (status == 503 && cause == IW_CAUSE_CONGESTION)
		extra[body.nr_extra++] = RETRY_AFTER;
	if (x)
		body.nr_extra = gw_sip_put_rel(x, status, cause, &e, &body, extra, body.nr_extra);
	if (inside)
		return sip_call_respond(g->sip, g->now, id, status, &body);
	return sip_call_reject(g->sip, g->now, id, status, &body);
}

int gw_sip_refuse(struct gw *g, const struct iw_ctx *x, sip_call_id id, unsigned status,
		  const char *text, uint8_t cause)
{
	return refuse(g, x, id, false, status, text, cause);
}

int gw_sip_reject(struct gw *g, sip_call_id id, unsigned status, const char *text, uint8_t cause)
{
	return gw_sip_refuse(g, NULL, id, status, text, cause);
}

/* Re-INVITE. ---------------------------------------------------------------------------------- */
static int answer_reinvite(struct gw_sip_leg *l, bool inside)
{
	struct sip_body body = gw_sip_body(l);
	struct gw *g = l->leg.gw;

	if (inside)
		return sip_call_respond(g->sip, g->now, l->sip, 200, &body);
	return sip_call_answer(g->sip, g->now, l->sip, &body);
}

void gw_sip_reinvite(struct gw_sip_leg *l, const struct sip_event *ev)
{
	bool inside = ev->type != SIP_EV_REINVITE;
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_media m;
	unsigned status;

	if (iw_location_refused(&l->iw, ev->msg)) {
		refuse(l->leg.gw, NULL, l->sip, inside, 415, "no locations with this peer", 0);
		return;
	}
	if (!gw_sip_has_sdp(ev->msg)) {
		l->we_offered = gw_sip_make_offer(l) == 0 && answer_reinvite(l, inside) == 0;
		return;
	}
	status = gw_sip_answer_offer(l, ev->msg, &diag);
	if (status) {
		gw_leg_note(&l->leg, "offer refused", "%u %s", status, diag.text);
		refuse(l->leg.gw, NULL, l->sip, inside, status, diag.text, 0);
		return;
	}
	answer_reinvite(l, inside);
	m = gw_sip_end(l, GW_MEDIA_MODIFY);
	gw_leg_post_media(&l->leg, &m);
	if (l->leg.at == 0)
		gw_sip_qos_updated(l);
	gw_sip_tell_hold(l);
}
