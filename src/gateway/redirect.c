/* SPDX-License-Identifier: GPL-3.0-or-later */
/* redirect: RFC 3398 8.2.5, RFC 3261 8.1.3.4. */
#include <stdio.h>

#include "gateway/leg_sip.h"
#include "gateway/redirect.h"
#include "gateway/registry.h"
#include "interwork/progress.h"
#include "interwork/redirect.h"
#include "isup/params.h"

#define REASON_UNKNOWN	     0 /* Q.763 3.45 */
#define REASON_UNCONDITIONAL 3

/* What a 3xx says. ------------------------------------------------------------------------------ */
/* The number of a Contact as routes have it; NULL: it is none. */
static const char *number_of(const struct gw_sip_leg *l, const struct sip_uri *u,
			     char text[IW_NUMBER_TEXT_MAX])
{
	struct isup_number n;

	return iw_number_of_uri(u, &l->leg.plan, &n, NULL) < 0
		       ? NULL
		       : iw_number_text(&n, &l->leg.plan, text);
}

static bool is_ours(const struct gw *g, const struct sip_uri *u)
{
	struct addr a;

	return sip_uri_addr(u, &a) == 0 && addr_ip_eq(&a, &g->sip_local[SIP_UDP]);
}

static bool is_known(const struct gw_redirects *r, struct str text, bool is_uri)
{
	struct sip_uri a, b;

	for (unsigned i = 0; i < r->nr; i++) {
		const struct gw_redirect_target *t = &r->target[i];
		if (t->is_uri != is_uri)
			continue;
		if (!is_uri ? str_eq(t->text, text)
			    : sip_uri_parse(&a, t->text, NULL) == 0 &&
				      sip_uri_parse(&b, text, NULL) == 0 && sip_uri_eq(&a, &b))
			return true;
	}
	return false;
}

static struct gw_redirect_target *add(struct gw_call *call, struct str text, bool is_uri,
				      unsigned q)
{
	struct gw_redirects *r = call->redirects;
	struct gw_redirect_target *t = &r->target[r->nr];

	if (r->nr > GW_MAX_REDIRECTS || is_known(r, text, is_uri))
		return NULL;
	*t = (struct gw_redirect_target){ .text = mem_keep(call->mem, text),
					  .is_uri = is_uri,
					  .q = q };
	r->nr += t->text.p != NULL;
	return t->text.p ? t : NULL;
}

static void add_contact(struct gw_sip_leg *l, struct str value)
{
	bool follow = l->peer.flow.redirects == GW_REDIRECT_FOLLOW;
	char text[IW_NUMBER_TEXT_MAX];
	struct sip_nameaddr a;
	struct str uri;
	const char *number;

	if (sip_nameaddr_parse(&a, value, NULL) < 0 || a.star)
		return;
	number = number_of(l, &a.uri, text);
	if (number && (!follow || a.uri.scheme == SIP_SCHEME_TEL || is_ours(l->leg.gw, &a.uri))) {
		add(l->leg.call, str_of(number), false, sip_nameaddr_q(&a));
		return;
	}
	if (!follow || a.uri.scheme != SIP_SCHEME_SIP)
		return;
	uri = a.uri.text;
	if (a.uri.headers.len) /* they are not for us to copy (RFC 3261 19.1.5) */
		str_split(a.uri.text, '?', &uri);
	add(l->leg.call, uri, true, sip_nameaddr_q(&a));
}

/* The called number has been tried: it comes no second time. */
static bool begin(struct gw_call *call)
{
	struct gw_redirect_target *t;

	if (call->redirects)
		return true;
	call->redirects = MEM_NEW(call->mem, struct gw_redirects);
	if (!call->redirects)
		return false;
	t = add(call, str_of(call->rec->info.called), false, 0);
	if (t)
		t->tried = true;
	return true;
}

/* Cause 23 with the number as it is in the diagnostic of cause 22 (Q.850 table 1). */
static void put_number(struct gw_sip_leg *l, const struct sip_msg *m, struct isup_msg *rel)
{
	struct sip_value_walk w = { 0 };
	struct str value, octets;
	struct isup_number n;
	struct sip_nameaddr a;
	struct isup_cause c;
	struct isup_msg tmp;

	if (isup_get_cause(rel, &c) < 0 || c.value != IW_CAUSE_REDIRECTION ||
	    !sip_msg_next_value(m, SIP_HDR_CONTACT, &w, &value) ||
	    sip_nameaddr_parse(&a, value, NULL) < 0 || a.star ||
	    iw_number_of_uri(&a.uri, &l->leg.plan, &n, NULL) < 0)
		return;
	isup_msg_init(&tmp, ISUP_IAM, 0);
	if (isup_put_number(&tmp, ISUP_P_CALLED_NUMBER, &n) < 0 ||
	    !isup_get(&tmp, ISUP_P_CALLED_NUMBER, &octets) || octets.len > sizeof(c.diagnostics))
		return;
	memcpy(c.diagnostics, octets.p, octets.len);
	c.nr_diagnostics = (uint8_t)octets.len;
	isup_put_cause(rel, &c);
}

static bool is_redirection(unsigned status)
{
	return status == 300 || status == 301 || status == 302;
}

/* 21.3.4: the same request by way of a proxy, the one in Contact: nobody has been redirected. */
static void use_proxy(struct gw_sip_leg *l, const struct sip_msg *m)
{
	struct gw_call *call = l->leg.call;
	struct gw_redirect_target *t;
	struct sip_value_walk w = { 0 };
	struct gw_redirects *r;
	struct sip_nameaddr a;
	struct str value, uri;

	if (l->peer.flow.redirects != GW_REDIRECT_FOLLOW || !l->request_uri.len ||
	    !sip_msg_next_value(m, SIP_HDR_CONTACT, &w, &value) ||
	    sip_nameaddr_parse(&a, value, NULL) < 0 || a.star || a.uri.scheme != SIP_SCHEME_SIP ||
	    is_ours(l->leg.gw, &a.uri) || !begin(call))
		return;
	r = call->redirects;
	str_split(a.uri.text, '?', &uri);
	t = add(call, uri, true, 1000);
	if (!t)
		return;
	t->is_proxy = true;
	r->iam = call->iam;
	r->fresh = true;
	r->peer = l->peer;
	r->called = l->request_uri;
}

/* 21.3.5: what else there is the body says, in no form that is for telephones. */
static void note_alternative(struct gw_sip_leg *l, const struct sip_msg *m)
{
	gw_leg_note(&l->leg, "380", "alternative service, %zu octets of " STR_FMT ": not used",
		    m->body.len, STR_ARG(m->content_type.len ? m->content_type : STR("nothing")));
}

void gw_redirect_rx(struct gw_sip_leg *l, unsigned status, const struct sip_msg *m,
		    struct isup_msg *rel)
{
	struct gw_call *call = l->leg.call;
	struct sip_value_walk w = { 0 };
	struct gw_redirects *r;
	struct str value;

	if (status >= 600 && call->redirects)
		for (unsigned i = 0; i < call->redirects->nr; i++)
			call->redirects->target[i].tried = true;
	if (!m || &l->leg != call->leg[1])
		return;
	if (status == 305)
		use_proxy(l, m);
	else if (status == 380)
		note_alternative(l, m);
	if (!is_redirection(status))
		return;
	if (l->peer.flow.redirects == GW_REDIRECT_RELEASE) {
		put_number(l, m, rel);
		return;
	}
	if (!begin(call))
		return;
	r = call->redirects;
	r->iam = call->iam;
	if (iw_redirect_again(&r->iam, status == 302 ? REASON_UNCONDITIONAL : REASON_UNKNOWN) < 0) {
		gw_leg_note(&l->leg, "redirection", "the call has been redirected too often");
		return;
	}
	r->fresh = true;
	r->peer = l->peer;
	while (sip_msg_next_value(m, SIP_HDR_CONTACT, &w, &value))
		add_contact(l, value);
}

/* The next target. ------------------------------------------------------------------------------ */
static struct gw_redirect_target *best(struct gw_redirects *r)
{
	struct gw_redirect_target *found = NULL;

	for (unsigned i = 0; i < r->nr; i++)
		if (!r->target[i].tried && (!found || r->target[i].q > found->q))
			found = &r->target[i];
	return found;
}

/* One that we know by its address, or one like who has sent us there, but for his password. */
static bool take_peer(struct gw *g, struct gw_redirects *r)
{
	const struct gw_peer_cfg *known;
	struct gw_peer_cfg *p = &r->peer;
	struct addr addr;
	struct sip_uri u;

	if (sip_uri_parse(&u, r->uri, NULL) < 0)
		return false;
	p->login = (struct gw_login_cfg){ 0 };
	p->domain[0] = p->host[0] = '\0';
	if (sip_uri_addr(&u, &addr) == 0) {
		known = gw_registry_peer_of(g, &addr);
		if (known)
			*p = *known;
		p->host[0] = '\0';
		p->addr = addr; /* another port than his is another one there */
		return !addr_is_any(&addr);
	}
	p->addr = (struct addr){ .port = u.port };
	return str_copyz(p->host, sizeof(p->host), u.host);
}

static void tell_caller(struct gw_call *call)
{
	const struct isup_event e = { .event = ISUP_EVENT_FORWARDED };
	struct isup_msg m;

	isup_msg_init(&m, ISUP_CPG, 0);
	if (call->addressed && isup_put_event(&m, &e) == 0)
		call->leg[0]->ops->call_tx(call->leg[0], &m);
}

static void follow(struct gw_call *call, const struct gw_redirect_target *t,
		   const struct gw_route_cfg *route)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 1, false };

	gw_log(call->rec, at, STR("redirected"), "%s " STR_FMT, t->is_proxy ? "by way of" : "to",
	       STR_ARG(t->text));
	gw_call_forget_leg(call);
	call->iam = call->redirects->iam;
	call->to_trunk[0] = '\0';
	if (!t->is_proxy)
		tell_caller(call);
	if (route)
		gw_call_take_route(call, route);
	else
		gw_call_set_up_uri(call);
}

static bool put_called(struct gw_call *call, const char *text)
{
	struct isup_msg *iam = &call->redirects->iam;
	struct isup_number n, old;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &old) < 0 ||
	    iw_number_of_text(str_of(text), &call->leg[0]->plan, &n, NULL) < 0)
		return false;
	n.inn = old.inn;
	return isup_put_number(iam, ISUP_P_CALLED_NUMBER, &n) == 0 &&
	       str_copyz(call->rec->info.called, sizeof(call->rec->info.called), str_of(text));
}

static bool try_one(struct gw_call *call, const struct gw_redirect_target *t)
{
	struct gw_redirects *r = call->redirects;
	const struct gw_route_cfg *route = NULL;
	char text[IW_NUMBER_TEXT_MAX];

	r->uri = t->is_uri ? t->text : STR("");
	if (t->is_uri && !take_peer(call->gw, r))
		return false;
	if (t->is_proxy)
		r->uri = r->called;
	if (!t->is_uri) {
		str_copyz(text, sizeof(text), t->text);
		route = gw_route_find(call->gw->cfg, call->leg[0]->side,
				      call->rec->info.leg[0].name, text);
		if (!route || !put_called(call, text))
			return false;
	}
	follow(call, t, route);
	return true;
}

bool gw_call_redirect(struct gw_call *call)
{
	struct gw_redirects *r = call->redirects;
	struct gw_redirect_target *t;

	if (!r || call->path.released || !tick_is_never(call->rec->info.answered))
		return false;
	r->fresh = false;
	while (call->nr_tried < GW_MAX_CHOICES && (t = best(r))) {
		t->tried = true;
		if (try_one(call, t))
			return true;
	}
	return false;
}

/* Backward. ------------------------------------------------------------------------------------- */
static void acm_to_cpg(struct isup_msg *m)
{
	struct isup_event e = { .event = iw_progress_alerting(m)  ? ISUP_EVENT_ALERTING
					 : iw_progress_in_band(m) ? ISUP_EVENT_IN_BAND
								  : ISUP_EVENT_PROGRESS };

	isup_msg_init(m, ISUP_CPG, 0);
	isup_put_event(m, &e);
}

void gw_call_addressed(struct gw_call *call, struct isup_msg *m)
{
	if (call->addressed && m->type == ISUP_ACM)
		acm_to_cpg(m);
	else if (call->addressed && m->type == ISUP_CON)
		isup_msg_init(m, ISUP_ANM, 0);
	call->addressed |= m->type == ISUP_ACM;
}
