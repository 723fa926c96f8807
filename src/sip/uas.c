/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/uas: requests, RFC 3261 8.2 and 12.2.2: which transaction or dialog they belong to, and what
 * is refused before a session sees it. What is refused here is refused without state (8.2.7): the
 * same request always gets the same response, and a flood of them costs nothing that stays.
 */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

#include "sip/extension.h"
#include "sip/session.h"
#include "sip/subscription.h"

#define REPLY(...) (&(struct sip_reply){ __VA_ARGS__ })

static int answered(bool ok)
{
	return ok ? 0 : TG_ENOMEM;
}

static int refuse(struct sip_stack *s, unsigned status)
{
	return answered(sip_reply_stateless(s, REPLY(.status = status)));
}

static int refuse_with(struct sip_stack *s, unsigned status, enum sip_hdr hdr, struct str value)
{
	return answered(
		sip_reply_stateless(s, REPLY(.status = status, .hdr = hdr, .value = value)));
}

/* 18.2.2 with RFC 3581: to the source address; to the port it names, or came from when it asks for
 * that; elsewhere only when it names a host of its own choice (maddr). */
static void route_reply(struct sip_rx *rx)
{
	const struct sip_via *v = &rx->msg.via;
	uint16_t port = v->port ? v->port : 5060;
	struct addr maddr;

	rx->reply_to = rx->from;
	if (rx->path->reliable)
		return; /* by the connection it came by; see conn.c for when that is gone */
	if (v->maddr.len && addr_parse(&maddr, v->maddr, 0) == 0 &&
	    maddr.family == rx->from.family && !addr_is_any(&maddr)) {
		rx->reply_to = maddr;
		rx->reply_to.port = port;
	} else if (!v->has_rport) {
		rx->reply_to.port = port;
	}
}

void sip_uas_rx_bad(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	char allow[SIP_ALLOW_MAX];

	s->asked = false;
	if (!m->is_request || !m->parse_status || m->method == SIP_ACK)
		return;
	route_reply(&s->rx);
	if (m->parse_status == 501)
		refuse_with(s, 501, SIP_HDR_ALLOW, sip_allow(s, allow));
	else
		sip_reply_stateless(s, REPLY(.status = m->parse_status, .warning = true));
}

int sip_uas_rx_busy(struct sip_stack *s, uint32_t retry_after_s)
{
	char seconds[12];

	s->asked = false;
	if (s->rx.msg.method == SIP_ACK)
		return 0;
	route_reply(&s->rx);
	snprintf(seconds, sizeof(seconds), "%u", retry_after_s);
	return refuse_with(s, 503, SIP_HDR_RETRY_AFTER, str_of(seconds));
}

/* 8.2.1 */
static int refuse_method(struct sip_stack *s)
{
	unsigned status = s->rx.msg.method == SIP_METHOD_OTHER ? 501 : 405;
	char allow[SIP_ALLOW_MAX];

	return refuse_with(s, status, SIP_HDR_ALLOW, sip_allow(s, allow));
}

/* Bodies of a session are the stack's; those of other requests are for who asked for them. */
static bool is_for_session(enum sip_method method)
{
	return method == SIP_INVITE || method == SIP_PRACK || method == SIP_UPDATE ||
	       method == SIP_OPTIONS;
}

static bool is_understood(const struct sip_stack *s, enum sip_method method,
			  const struct sip_part *part)
{
	return sip_part_is(part, STR("application"), STR("sdp")) ||
	       (s->cfg.isup_bodies && sip_part_is(part, STR("application"), STR("isup"))) ||
	       (s->cfg.location_bodies && method == SIP_INVITE &&
		sip_part_is(part, STR("application"), STR("pidf+xml")));
}

/* 8.2.3, RFC 5621 3.1, 9.1: a part that nobody here understands, unless it may be ignored. The status
 * that refuses it, or 0. */
static unsigned content_refusal(const struct sip_stack *s, const struct sip_msg *m,
				struct tg_diag *diag)
{
	struct sip_part_walk w;
	struct sip_part part;
	int r;

	if (!m->body.len || !is_for_session(m->method))
		return 0;
	r = sip_msg_parts(m, &w, diag);
	if (w.whole.optional)
		return 0;
	while (r == 0 && (r = sip_part_next(&w, &part, diag)) > 0) {
		r = 0;
		if (!part.optional && (!is_understood(s, m->method, &part) || part.encoding.len))
			return 415;
	}
	return r < 0 ? 400 : 0;
}

static bool is_encoded(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTENT_ENCODING, 0);

	return h && m->body.len && !str_caseeq(h->value, STR("identity"));
}

/* What a call keeps of a request: what its responses repeat (8.2.6.2) and what makes the dialog
 * (12.1.1). A datagram of it for each call would be far more than the calls' number bounds. */
static bool is_too_large(const struct sip_msg *m)
{
	static const bool kept[SIP_NR_HDRS] = {
		[SIP_HDR_VIA] = true,	       [SIP_HDR_FROM] = true, [SIP_HDR_TO] = true,
		[SIP_HDR_CALL_ID] = true,      [SIP_HDR_CSEQ] = true, [SIP_HDR_CONTACT] = true,
		[SIP_HDR_RECORD_ROUTE] = true,
	};
	size_t octets = 0;

	for (unsigned i = 0; i < m->nr_headers; i++)
		octets += kept[m->header[i].id] ? m->header[i].value.len : 0;
	return octets > SIP_MAX_KEPT;
}

/* 20.30: each value becomes a Route of our requests. 0, or the status that refuses them. */
static unsigned bad_routes(const struct sip_msg *m)
{
	struct sip_value_walk w = { 0 };
	struct sip_nameaddr a;
	struct str value;

	for (unsigned nr = 0; sip_msg_next_value(m, SIP_HDR_RECORD_ROUTE, &w, &value); nr++) {
		if (nr == SIP_MAX_ROUTES)
			return 513;
		if (sip_nameaddr_parse(&a, value, NULL) < 0)
			return 400;
	}
	return 0;
}

/* 8.2.2.3: names what is not supported. A Require without a value asks for nothing. */
static bool is_extension_odd(struct sip_stack *s, int *result)
{
	struct sip_reply r = { .status = 420, .hdr = SIP_HDR_UNSUPPORTED };
	char tags[256];
	int odd = sip_ext_unsupported(s, tags, sizeof(tags), &r.value);

	if (odd > 1)
		r.copied = SIP_HDR_REQUIRE;
	if (odd)
		*result = answered(sip_reply_stateless(s, &r));
	return odd != 0;
}

/* RFC 4028 9, and RFC 3261 21.4.15 for 100rel. */
static bool is_session_odd(struct sip_stack *s, int *result)
{
	const struct sip_msg *m = &s->rx.msg;
	uint32_t min_se_s = sip_expiry_too_small(s);

	if (min_se_s)
		*result = sip_expiry_refuse(s, min_se_s);
	else if (m->method == SIP_INVITE && !m->to.tag.len &&
		 s->cfg.features.rel100 == SIP_REL100_REQUIRED &&
		 !sip_msg_has_token(m, SIP_HDR_SUPPORTED, STR("100rel")) &&
		 !sip_msg_has_token(m, SIP_HDR_REQUIRE, STR("100rel")))
		*result = refuse_with(s, 421, SIP_HDR_REQUIRE, STR("100rel"));
	else
		return false;
	return true;
}

/* 8.2.2.1; RFC 5630 5.1.2 */
static bool refused_scheme(struct sip_stack *s, int *result)
{
	char warning[ADDR_TEXT_MAX + 32];
	unsigned status = sip_sips_refusal(s, warning, sizeof(warning));

	if (status && warning[0])
		*result = refuse_with(s, status, SIP_HDR_WARNING, str_of(warning));
	else if (status)
		*result = refuse(s, status);
	return status != 0;
}

static bool refused_content(struct sip_stack *s, int *result)
{
	unsigned status = content_refusal(s, &s->rx.msg, &s->rx.diag);

	if (status == 415)
		*result = refuse_with(s, 415, SIP_HDR_ACCEPT, sip_accept(s));
	else if (status)
		*result =
			answered(sip_reply_stateless(s, REPLY(.status = status, .warning = true)));
	return status != 0;
}

/* The checks of 8.2 in its order; true when the request has been dealt with. */
static bool refused(struct sip_stack *s, int *result)
{
	const struct sip_msg *m = &s->rx.msg;

	if (!sip_ext_method(s, m->method) && (m->to.tag.len || !sip_is_asked(s, m->method)))
		*result = refuse_method(s);
	else if (is_too_large(m))
		*result = refuse(s, 513);
	else if (bad_routes(m))
		*result = refuse(s, bad_routes(m));
	else if (refused_scheme(s, result))
		return true;
	else if (!m->to.tag.len && sip_trans_merged(s))
		*result = refuse(s, 482);
	else if (is_extension_odd(s, result) || is_session_odd(s, result))
		return true;
	else if (is_encoded(m))
		*result = refuse_with(s, 415, SIP_HDR_ACCEPT_ENCODING, STR("identity"));
	else
		return refused_content(s, result);
	return true;
}

/* 11.2: the status an INVITE would get. */
static int rx_options(struct sip_stack *s, bool in_dialog)
{
	bool full = !in_dialog && (s->refuse_status || ids_nr(s->calls) >= s->cfg.max_calls);
	unsigned status = !full ? 200 : s->refuse_status ? s->refuse_status : 503;

	return answered(sip_reply_stateless(s, REPLY(.status = status, .capabilities = true)));
}

/* Outside a dialog. */
static int rx_new(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	sip_call_id replaced;

	if (sip_is_asked(s, m->method)) {
		sip_ask(s);
		return 0;
	}
	if (m->method == SIP_OPTIONS)
		return rx_options(s, false);
	if (m->method == SIP_SUBSCRIBE)
		return sip_subscription_rx_new(s);
	if (m->method != SIP_INVITE)
		return refuse(s, 481); /* 15.1.2 */
	if (!sip_contact_usable(m))    /* 8.1.1.8 */
		return answered(sip_reply_stateless(
			s, REPLY(.status = 400, .reason = STR("INVITE without a SIP Contact"))));
	if (s->refuse_status)
		return refuse(s, s->refuse_status);
	if (sip_replaces_of(s, &replaced))
		return refuse(s, sip_replaces_of(s, &replaced));
	sip_session_rx_new(s);
	return 0;
}

/* 12.2.2 */
static int rx_in_dialog(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_dialog *d = sip_dialog_find(s, m->call_id, m->to.tag, m->from.tag);
	struct sip_session *ses;
	int result;

	if (!d)
		return m->method == SIP_NOTIFY && sip_subscription_rx_first(s, &result)
			       ? result
			       : refuse(s, 481);
	ses = d->session;
	if (!sip_dialog_cseq_ok(d, m->cseq))
		return refuse(s, 500);
	if (m->method == SIP_BYE && list_linked(&d->early))
		return refuse(s, 481); /* 15: the callee may not, before its 2xx */
	d->remote_cseq = m->cseq;
	if (m->method == SIP_OPTIONS)
		return rx_options(s, true);
	if (m->method == SIP_SUBSCRIBE || m->method == SIP_NOTIFY || m->method == SIP_REFER)
		return sip_subscription_rx(d);
	if (!ses) /* a subscription's alone */
		return refuse(s, 481);
	if (m->method == SIP_INVITE) {
		sip_session_rx_again(d);
		return 0;
	}
	if (m->method != SIP_BYE)
		return sip_inside_rx(d);
	/* The dialog may be gone when this comes again: the transaction remembers. */
	if (!sip_reply_stateful(s, REPLY(.status = 200), ses))
		return TG_ENOMEM;
	sip_session_feed(ses, SES_BYE, &(struct sip_session_in){ .msg = m });
	return 0;
}

/* 9.2 */
static int rx_cancel(struct sip_stack *s)
{
	struct sip_trans *invite = sip_trans_find_server(s, SIP_INVITE);
	struct sip_session_in in = { .msg = &s->rx.msg };
	struct sip_session *ses;

	if (is_too_large(&s->rx.msg))
		return refuse(s, 513);
	if (!invite)
		return refuse(s, 481);
	ses = invite->session;
	if (!sip_reply_stateful(s, REPLY(.status = 200, .tag = sip_session_tag(ses)), ses))
		return TG_ENOMEM;
	if (ses && ses->invite == invite)
		sip_session_feed(ses, SES_CANCEL, &in);
	return 0;
}

/* What matches no transaction: of a 2xx, or nothing of ours (17.1.1.3). */
static int rx_ack(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_dialog *d = sip_dialog_find(s, m->call_id, m->to.tag, m->from.tag);

	if (d && d->session)
		sip_session_rx_ack(d);
	else
		s->stats.dropped++;
	return 0;
}

int sip_uas_rx(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_trans_in in = { .msg = m };
	struct sip_trans *t;
	int result = 0;

	s->asked = false;
	route_reply(&s->rx);
	t = sip_trans_find_server(s, m->method == SIP_ACK ? SIP_INVITE : m->method);
	if (t && m->method == SIP_ACK)
		sip_trans_feed(t, IST_ACK, &in);
	else if (t)
		sip_trans_feed(t, t->class->invite ? IST_INVITE : NIST_REQUEST, &in);
	else if (m->method == SIP_ACK)
		result = rx_ack(s);
	else if (m->method == SIP_CANCEL)
		result = rx_cancel(s);
	else if (!refused(s, &result))
		result = m->to.tag.len ? rx_in_dialog(s) : rx_new(s);
	return result;
}
