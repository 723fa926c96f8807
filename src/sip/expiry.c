/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/expiry: session timers; see expiry.h. */
#include "sip/expiry.h"

#include <stdio.h>

#include <trunkgate/sip/headers.h>

#include "sip/session.h"

#define SESSION(x)   container_of(x, struct sip_session, expiry)
#define SIP_MAX_SE_S 86400
#define MAX_RAISES   4

static const struct fsm_state states[EXP_NR_STATES] = {
	[EXP_OFF] = { .name = "Off", .rest = true },
	[EXP_OURS] = { .name = "We refresh", .bound = "half of the interval (RFC 4028 10)" },
	[EXP_REFRESHING] = { .name = "Refreshing", .bound = "the interval (RFC 4028 10)" },
	[EXP_THEIRS] = { .name = "The peer refreshes", .bound = "the interval (RFC 4028 10)" },
	[EXP_OVER] = { .name = "Over", .rest = true },
};

static const char *const events[EXP_NR_EVENTS] = {
	[EXP_E_OURS] = "agreed: we refresh",
	[EXP_E_THEIRS] = "agreed: they refresh",
	[EXP_E_NONE] = "agreed: no timer",
	[EXP_E_FAILED] = "refresh failed",
	[EXP_E_TIMER] = "timer",
};

/* Steps. ---------------------------------------------------------------------------------------- */
static void arm_at(struct sip_expiry *x, tick_t at)
{
	x->timer.kind = SIP_TM_SESSION_EXPIRY;
	timerq_arm(&SESSION(x)->stack->timers, &x->timer, tick_min(at, x->end));
}

/* Section 10: the BYE goes a third of the interval before its end, at most 32 s. */
static void do_begin(void *self, int divisor, const void *ev)
{
	struct sip_expiry *x = self;
	tick_t now = SESSION(x)->stack->now;
	uint32_t early_s = x->interval_s / 3 < 32 ? x->interval_s / 3 : 32;

	(void)ev;
	x->end = tick_add_ms(now, 1000 * (int64_t)(x->interval_s - early_s));
	arm_at(x, divisor ? tick_add_ms(now, 1000 * (int64_t)x->interval_s / divisor) : x->end);
}

static void do_wait(void *self, int arg, const void *ev)
{
	struct sip_expiry *x = self;

	(void)arg;
	(void)ev;
	arm_at(x, x->end);
}

/* RFC 3261 14.1: who made the Call-ID waits longer. */
static void do_retry_later(void *self, int arg, const void *ev)
{
	struct sip_expiry *x = self;
	struct sip_session *ses = SESSION(x);
	uint32_t ms = ses->call_id.len ? 2100 + 10 * rng_below(&ses->stack->cfg.rng, 191)
				       : 10 * rng_below(&ses->stack->cfg.rng, 201);

	(void)arg;
	(void)ev;
	arm_at(x, tick_add_ms(ses->stack->now, ms ? ms : 10));
}

static void do_refresh(void *self, int arg, const void *ev)
{
	struct sip_expiry *x = self;
	struct sip_session *ses = SESSION(x);
	int err;

	(void)arg;
	(void)ev;
	if (ses->fsm.state != SES_ESTABLISHED)
		err = TG_ESTATE;
	else if (ses->dialog->allows_update)
		err = sip_inside_refresh(ses);
	else
		err = sip_session_refresh(ses);
	if (err < 0)
		fsm_raise(&x->fsm, EXP_E_FAILED);
}

static void do_stop(void *self, int arg, const void *ev)
{
	struct sip_expiry *x = self;

	(void)arg;
	(void)ev;
	timerq_cancel(&SESSION(x)->stack->timers, &x->timer);
}

static void do_expire(void *self, int arg, const void *ev)
{
	struct sip_expiry *x = self;

	(void)arg;
	(void)ev;
	x->over = true;
}

static bool is_at_end(const void *self, const void *ev)
{
	const struct sip_expiry *x = self;
	const struct sip_session *ses = SESSION((struct sip_expiry *)(uintptr_t)x);

	(void)ev;
	return tick_due(x->end, ses->stack->now);
}

#define DO(step, a)          \
	{                    \
		do_##step, a \
	}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ FSM_ANY, EXP_E_OURS, NULL, EXP_OURS, { DO(begin, 2) } },
	{ FSM_ANY, EXP_E_THEIRS, NULL, EXP_THEIRS, { DO(begin, 0) } },
	{ FSM_ANY, EXP_E_NONE, NULL, EXP_OFF, { DO(stop, 0) } },

	{ EXP_OURS, EXP_E_TIMER, is_at_end, EXP_OVER, { DO(expire, 0) } },
	{ EXP_OURS, EXP_E_TIMER, NULL, EXP_REFRESHING, { DO(wait, 0), DO(refresh, 0) } },
	{ EXP_REFRESHING, EXP_E_FAILED, NULL, EXP_OURS, { DO(retry_later, 0) } },
	{ EXP_REFRESHING, EXP_E_TIMER, NULL, EXP_OVER, { DO(expire, 0) } },
	{ EXP_THEIRS, EXP_E_TIMER, NULL, EXP_OVER, { DO(expire, 0) } },

	{ FSM_ANY, EXP_E_FAILED, NULL, FSM_SAME, {}, IGNORE("no refresh of ours is open") },
	{ FSM_ANY, EXP_E_TIMER, NULL, FSM_SAME, {}, IGNORE("the timer does not run here") },
};
/* clang-format on */

const struct fsm_def sip_expiry_def = {
	.name = "session timer",
	.clause = "RFC 4028 7, 9, 10",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = EXP_NR_STATES,
	.nr_events = EXP_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = EXP_OFF,
};

/* Headers. -------------------------------------------------------------------------------------- */
/* Section 4. An interval of 0: none, or none that can be read. */
static struct sip_session_expires se_of(const struct sip_msg *m)
{
	struct sip_value v;

	if (sip_msg_value(m, SIP_HDR_SESSION_EXPIRES, &v, NULL) < 0)
		return (struct sip_session_expires){ 0 };
	if (v.session_expires.interval_s > SIP_MAX_SE_S)
		v.session_expires.interval_s = SIP_MAX_SE_S;
	return v.session_expires;
}

static uint32_t min_se_of(const struct sip_msg *m)
{
	struct sip_value v;

	if (sip_msg_value(m, SIP_HDR_MIN_SE, &v, NULL) < 0)
		return 0;
	return v.number < SIP_MAX_SE_S ? v.number : SIP_MAX_SE_S;
}

static bool supports(const struct sip_msg *m)
{
	return sip_msg_has_token(m, SIP_HDR_SUPPORTED, STR("timer")) ||
	       sip_msg_has_token(m, SIP_HDR_REQUIRE, STR("timer"));
}

static uint32_t least_of(const struct sip_features *f)
{
	return f->min_se_s > SIP_MIN_SE_S ? f->min_se_s : SIP_MIN_SE_S;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* The callee, section 9. ------------------------------------------------------------------------ */
uint32_t sip_expiry_too_small(const struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	uint32_t least = least_of(&s->cfg.features);
	struct sip_session_expires se = se_of(m);

	if (m->method != SIP_INVITE && m->method != SIP_UPDATE)
		return 0;
	return se.interval_s && se.interval_s < least && supports(m) ? least : 0;
}

int sip_expiry_refuse(struct sip_stack *s, uint32_t min_se_s)
{
	char line[64];
	struct sip_build b;
	struct sip_reply r = { .status = 422 };

	sip_build_init(&b, line, sizeof(line));
	sip_build_header_f(&b, SIP_HDR_MIN_SE, "%u", min_se_s);
	r.lines = str_n(line, b.len);
	return sip_reply_stateless(s, &r) ? 0 : TG_ENOMEM;
}

/* Table 2. */
void sip_expiry_rx_request(struct sip_session *ses, const struct sip_msg *m)
{
	const struct sip_features *f = &ses->features;
	struct sip_expiry *x = &ses->expiry;
	struct sip_session_expires se = se_of(m);
	bool can = supports(m);

	x->next_s = 0;
	if (!se.interval_s && !f->session_expires_s)
		return;
	x->next_s = se.interval_s ? larger(se.interval_s, least_of(f))
				  : larger(f->session_expires_s, min_se_of(m));
	x->next_s = larger(x->next_s, least_of(f));
	if (!can)
		x->next_ours = true;
	else if (se.refresher != SIP_REFRESHER_NONE)
		x->next_ours = se.refresher == SIP_REFRESHER_UAS;
	else
		x->next_ours = !se.interval_s && !f->refresh_by_peer;
	x->next_require = !x->next_ours;
}

void sip_expiry_put_response(const struct sip_session *ses, struct sip_build *b)
{
	const struct sip_expiry *x = &ses->expiry;

	if (!x->next_s)
		return;
	if (x->next_require)
		sip_build_header(b, SIP_HDR_REQUIRE, STR("timer"));
	sip_build_header_f(b, SIP_HDR_SESSION_EXPIRES, "%u;refresher=%s", x->next_s,
			   x->next_ours ? "uas" : "uac");
}

void sip_expiry_answered(struct sip_session *ses)
{
	struct sip_expiry *x = &ses->expiry;

	if (x->next_s)
		x->interval_s = x->next_s;
	fsm_feed(&x->fsm, !x->next_s ? EXP_E_NONE : x->next_ours ? EXP_E_OURS : EXP_E_THEIRS, NULL);
}

/* The caller, section 7. ------------------------------------------------------------------------ */
static bool is_on(const struct sip_expiry *x)
{
	return x->fsm.state != EXP_OFF && x->fsm.state != EXP_OVER;
}

static uint32_t wanted_s(const struct sip_session *ses)
{
	const struct sip_expiry *x = &ses->expiry;
	uint32_t s = is_on(x) ? x->interval_s : ses->features.session_expires_s;

	return s ? larger(s, larger(x->min_se_s, SIP_MIN_SE_S)) : 0;
}

void sip_expiry_put_request(const struct sip_session *ses, struct sip_build *b)
{
	const struct sip_expiry *x = &ses->expiry;
	uint32_t s = wanted_s(ses), least = larger(x->min_se_s, ses->features.min_se_s);
	bool ours = is_on(x) ? x->fsm.state != EXP_THEIRS : !ses->features.refresh_by_peer;

	if (!s)
		return;
	sip_build_header(b, SIP_HDR_SUPPORTED, STR("timer"));
	sip_build_header_f(b, SIP_HDR_SESSION_EXPIRES, "%u;refresher=%s", larger(s, least),
			   ours ? "uac" : "uas");
	if (least > SIP_MIN_SE_S)
		sip_build_header_f(b, SIP_HDR_MIN_SE, "%u", least);
}

/* 7.2: without the header the peer knows no timer, and whoever asked may refresh by himself. */
void sip_expiry_agreed(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_expiry *x = &ses->expiry;
	uint32_t s = wanted_s(ses);
	struct sip_session_expires se = se_of(m);

	if (!s)
		return;
	x->interval_s = se.interval_s ? larger(se.interval_s, SIP_MIN_SE_S) : s;
	fsm_feed(&x->fsm, se.refresher == SIP_REFRESHER_UAS ? EXP_E_THEIRS : EXP_E_OURS, NULL);
}

bool sip_expiry_raise(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_expiry *x = &ses->expiry;
	uint32_t least = min_se_of(m);

	if (least <= larger(wanted_s(ses), x->min_se_s) || ++x->raises > MAX_RAISES)
		return false;
	x->min_se_s = least;
	return true;
}

void sip_expiry_done(struct sip_session *ses, unsigned status, const struct sip_msg *m)
{
	if (status == 422 && m)
		sip_expiry_raise(ses, m);
	if (status / 100 != 2)
		fsm_feed(&ses->expiry.fsm, EXP_E_FAILED, NULL);
}

/* What a re-INVITE would repeat. ---------------------------------------------------------------- */
static void forget(struct str *s)
{
	mem_drop((char *)(uintptr_t)s->p);
	*s = STR("");
	s->p = NULL;
}

static void take(struct sip_session *ses, struct str *into, const struct sip_body *body)
{
	struct sip_expiry *x = &ses->expiry;

	if (!body || !sip_is_description(body->content_type, body->octets) ||
	    !str_caseeq(body->content_type, STR("application/sdp")))
		return;
	forget(into);
	if (is_on(x) || x->next_s || ses->features.session_expires_s)
		*into = mem_keep(ses->mem, body->octets);
}

void sip_expiry_keep(struct sip_session *ses, const struct sip_body *body)
{
	take(ses, &ses->expiry.description, body);
}

void sip_expiry_offer(struct sip_session *ses, const struct sip_body *body)
{
	take(ses, &ses->expiry.offered, body);
}

void sip_expiry_settle(struct sip_session *ses, bool agreed)
{
	struct sip_expiry *x = &ses->expiry;

	if (!x->offered.p)
		return;
	if (!agreed) {
		forget(&x->offered);
		return;
	}
	forget(&x->description);
	x->description = x->offered;
	x->offered = (struct str){ 0 };
}

/* ----------------------------------------------------------------------------------------------- */
void sip_expiry_fini(struct sip_session *ses)
{
	do_stop(&ses->expiry, 0, NULL);
}

void sip_expiry_timer(struct sip_session *ses)
{
	struct sip_expiry *x = &ses->expiry;

	fsm_feed(&x->fsm, EXP_E_TIMER, NULL);
	if (!x->over)
		return;
	x->over = false;
	sip_session_feed(ses, SES_EXPIRED, NULL);
}
