/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/registration: see <trunkgate/sip/registration.h>. */
#include <stdio.h>

#include <trunkgate/sip/request.h>

#include "sip/registration.h"

#define CALL_ID_OCTETS 16
#define BACKOFF_S      30   /* RFC 5626 4.5: base-time */
#define BACKOFF_MAX_S  1800 /* max-time */
#define RETRY_MAX_S    3600 /* whatever Retry-After says */
#define MARGIN_MAX_S   600
#define AUTH_MAX       1024

struct sip_registration {
	struct fsm fsm;
	struct mem *mem;
	struct sip_registration_cfg cfg;
	char call_id[2 * CALL_ID_OCTETS + 1];
	uint32_t cseq, asked_s;
	unsigned failures, challenges, status;
	char auth[AUTH_MAX]; /* for the next request; "": none */
	enum sip_hdr auth_header;
	tick_t deadline, expires;
	struct str route[SIP_REGISTRATION_ROUTES];
	unsigned nr_routes;
	unsigned nr_pending; /* requests without a result */
	bool unsent;	     /* a request could not be sent */
};

/* What comes with an event. */
struct input {
	struct sip_stack *stack;
	tick_t now;
	const struct sip_event *ev;
};

/* Sending. -------------------------------------------------------------------------------------- */
static int send(struct sip_registration *r, const struct input *in, uint32_t expires_s)
{
	struct sip_extra extra[3] = { { STR_INIT("Supported"), STR_INIT("path") } };
	struct sip_out_request q = { .path = r->cfg.path,
				     .target = r->cfg.target,
				     .next = r->cfg.next,
				     .method = SIP_REGISTER,
				     .uri = r->cfg.registrar,
				     .from = r->cfg.aor,
				     .to = r->cfg.aor,
				     .call_id = str_of(r->call_id),
				     .cseq = ++r->cseq,
				     .body = { .extra = extra, .nr_extra = 2 },
				     .user = r };
	char text[512];
	int n = snprintf(text, sizeof(text), "<" STR_FMT ">;expires=%u", STR_ARG(r->cfg.contact),
			 expires_s);

	if (n < 0 || (size_t)n >= sizeof(text))
		return TG_ELIMIT;
	extra[1] = (struct sip_extra){ STR("Contact"), str_of(text) };
	if (r->auth[0])
		extra[q.body.nr_extra++] =
			(struct sip_extra){ str_of(sip_hdr_name(r->auth_header)), str_of(r->auth) };
	return sip_request_send(in->stack, in->now, &q);
}

static void do_send(void *self, int keep, const void *ev)
{
	struct sip_registration *r = self;

	r->deadline = TICK_NEVER;
	if (send(r, ev, keep ? r->asked_s : 0) < 0)
		r->unsent = true;
	else
		r->nr_pending++;
	r->auth[0] = '\0';
}

static void do_begin(void *self, int arg, const void *ev)
{
	struct sip_registration *r = self;

	(void)arg;
	(void)ev;
	r->challenges = 0;
}

/* Answers. -------------------------------------------------------------------------------------- */
/* 10.2.4: the expiry of our own contact. */
static uint32_t granted(const struct sip_registration *r, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_EXPIRES, 0);
	struct sip_value_walk w = { 0 };
	uint32_t s = r->asked_s;
	struct sip_nameaddr a;
	struct sip_uri ours;
	struct str value;

	if (h)
		str_to_u32(h->value, &s);
	if (sip_uri_parse(&ours, r->cfg.contact, NULL) < 0)
		return s;
	while (sip_msg_next_value(m, SIP_HDR_CONTACT, &w, &value))
		if (sip_nameaddr_parse(&a, value, NULL) == 0 && sip_uri_eq(&a.uri, &ours) &&
		    sip_params_find(a.params, STR("expires"), &value))
			str_to_u32(value, &s);
	return s;
}

/* RFC 3608 5: all that were known before go. */
static void keep_routes(struct sip_registration *r, const struct sip_msg *m)
{
	struct sip_value_walk w = { 0 };
	struct str value;

	while (r->nr_routes)
		mem_drop((void *)r->route[--r->nr_routes].p);
	while (r->nr_routes < SIP_REGISTRATION_ROUTES &&
	       sip_msg_next_value(m, SIP_HDR_SERVICE_ROUTE, &w, &value)) {
		r->route[r->nr_routes] = mem_keep(r->mem, value);
		if (!r->route[r->nr_routes].p)
			return;
		r->nr_routes++;
	}
}

static void do_take(void *self, int arg, const void *ev)
{
	const struct input *in = ev;
	struct sip_registration *r = self;
	uint32_t s = granted(r, in->ev->msg), margin = s / 2;

	(void)arg;
	if (margin > MARGIN_MAX_S)
		margin = MARGIN_MAX_S;
	r->failures = 0;
	r->expires = tick_add_us(in->now, S_US(s));
	r->deadline = tick_add_us(in->now, S_US(s > 1 ? s - margin : 1));
	keep_routes(r, in->ev->msg);
}

static void do_gone(void *self, int arg, const void *ev)
{
	struct sip_registration *r = self;

	(void)arg;
	(void)ev;
	r->deadline = TICK_NEVER;
	r->expires = TICK_ZERO;
}

/* 10.2.8 */
static void do_interval(void *self, int arg, const void *ev)
{
	const struct input *in = ev;
	const struct sip_header *h = sip_msg_header(in->ev->msg, SIP_HDR_MIN_EXPIRES, 0);
	struct sip_registration *r = self;

	(void)arg;
	if (h)
		str_to_u32(h->value, &r->asked_s);
}

static uint32_t retry_after(const struct sip_event *ev)
{
	struct sip_value v;

	if (!ev || !ev->msg || sip_msg_value(ev->msg, SIP_HDR_RETRY_AFTER, &v, NULL) < 0)
		return 0;
	return v.retry_after.seconds < RETRY_MAX_S ? v.retry_after.seconds : RETRY_MAX_S;
}

/* RFC 5626 4.5: between half of it and all of it. */
static void do_backoff(void *self, int arg, const void *ev)
{
	const struct input *in = ev;
	struct sip_registration *r = self;
	uint32_t most = BACKOFF_S << (r->failures < 6 ? r->failures : 6);
	uint32_t least = retry_after(in->ev);
	uint32_t s;

	(void)arg;
	if (most > BACKOFF_MAX_S)
		most = BACKOFF_MAX_S;
	s = most / 2 + rng_below(&r->cfg.rng, most / 2 + 1);
	r->failures++;
	r->deadline = tick_add_us(in->now, S_US(s > least ? s : least));
}

/* The machine. ---------------------------------------------------------------------------------- */
#define DO(step, a)            \
	{                      \
		do_##step, (a) \
	}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ REG_IDLE, REG_START, NULL, REG_TRYING, { DO(begin, 0), DO(send, 1) } },

	{ REG_TRYING, REG_OK, NULL, REG_REGISTERED, { DO(take, 0) } }, /* 10.2 */
	{ REG_TRYING, REG_CHALLENGE, NULL, FSM_SAME, { DO(send, 1) } }, /* 22.2 */
	{ REG_TRYING, REG_TOO_BRIEF, NULL, FSM_SAME, { DO(interval, 0), DO(send, 1) } }, /* 10.2.8 */
	{ REG_TRYING, REG_REFUSED, NULL, REG_WAITING, { DO(backoff, 0) } },
	{ REG_TRYING, REG_STOP, NULL, REG_LEAVING, { DO(begin, 0), DO(send, 0) } },

	{ REG_REGISTERED, REG_TM, NULL, REG_TRYING, { DO(begin, 0), DO(send, 1) } }, /* 10.2.4 */
	{ REG_REGISTERED, REG_STOP, NULL, REG_LEAVING, { DO(begin, 0), DO(send, 0) } }, /* 10.2.2 */

	{ REG_WAITING, REG_TM, NULL, REG_TRYING, { DO(begin, 0), DO(send, 1) } },
	{ REG_WAITING, REG_STOP, NULL, REG_LEAVING, { DO(begin, 0), DO(send, 0) } },

	{ REG_LEAVING, REG_OK, NULL, REG_IDLE, { DO(gone, 0) } },
	{ REG_LEAVING, REG_CHALLENGE, NULL, FSM_SAME, { DO(send, 0) } },
	{ REG_LEAVING, REG_TOO_BRIEF, NULL, REG_IDLE, { DO(gone, 0) } },
	{ REG_LEAVING, REG_REFUSED, NULL, REG_IDLE, { DO(gone, 0) } },
	{ REG_LEAVING, REG_START, NULL, REG_TRYING, { DO(begin, 0), DO(send, 1) } },

	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("means nothing here") },
};
/* clang-format on */

static const struct fsm_state states[REG_NR_STATES] = {
	[REG_IDLE] = { .name = "Idle", .rest = true },
	[REG_TRYING] = { .name = "Trying", .bound = "timer F of the transaction" },
	[REG_REGISTERED] = { .name = "Registered", .bound = "the refresh" },
	[REG_WAITING] = { .name = "Waiting", .bound = "the back-off" },
	[REG_LEAVING] = { .name = "Leaving", .bound = "timer F of the transaction" },
};

static const char *const events[REG_NR_EVENTS] = {
	[REG_START] = "start",	 [REG_STOP] = "stop",
	[REG_OK] = "2xx",	 [REG_CHALLENGE] = "challenge",
	[REG_TOO_BRIEF] = "423", [REG_REFUSED] = "refused",
	[REG_TM] = "timer",
};

const struct fsm_def sip_registration_def = {
	.name = "registration",
	.clause = "RFC 3261 10.2",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = REG_NR_STATES,
	.nr_events = REG_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = REG_IDLE,
};

/* In. ------------------------------------------------------------------------------------------- */
static void feed(struct sip_registration *r, struct sip_stack *s, tick_t now, uint8_t event,
		 const struct sip_event *ev)
{
	struct input in = { s, now, ev };

	fsm_feed(&r->fsm, event, &in);
	/* what fsm_raise queues comes without its input, and the back-off needs the time */
	if (r->unsent) {
		r->unsent = false;
		fsm_feed(&r->fsm, REG_REFUSED, &in);
	}
}

/* 22.2: an answer that was refused is not given again, but for a nonce that was only too old. */
static bool can_answer(struct sip_registration *r, const struct sip_msg *m)
{
	char cnonce[17];
	struct sip_digest_choice c;
	struct str value;

	if (!r->cfg.login.name.len || sip_digest_choose(m, &r->cfg.login, 1, &c) < 0)
		return false;
	if (r->challenges++ && (!c.challenge.stale || r->challenges > 3))
		return false;
	rng_hex(&r->cfg.rng, cnonce, 8);
	r->auth_header = c.answer_header;
	if (sip_digest_answer(&c, STR("REGISTER"), r->cfg.registrar, str_of(cnonce), 1, r->auth,
			      sizeof(r->auth) - 1, &value) < 0)
		return false;
	r->auth[value.len] = '\0';
	return true;
}

/* A second 423 that asks for no more than the first would go round for ever. */
static bool is_longer(const struct sip_registration *r, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_MIN_EXPIRES, 0);
	uint32_t s;

	return h && str_to_u32(h->value, &s) && s > r->asked_s;
}

static uint8_t event_of(struct sip_registration *r, const struct sip_event *ev)
{
	if (!ev->msg)
		return REG_REFUSED;
	if (ev->status < 300)
		return REG_OK;
	if ((ev->status == 401 || ev->status == 407) && can_answer(r, ev->msg))
		return REG_CHALLENGE;
	if (ev->status == 423 && is_longer(r, ev->msg))
		return REG_TOO_BRIEF;
	return REG_REFUSED;
}

bool sip_registration_rx(struct sip_registration *r, struct sip_stack *s, tick_t now,
			 const struct sip_event *ev)
{
	if (ev->type != SIP_EV_RESPONSE || ev->user != r)
		return false;
	if (r->nr_pending)
		r->nr_pending--;
	/* to what a stop or start has overtaken; the older one's time is over first */
	if (ev->msg ? ev->msg->cseq != r->cseq : r->nr_pending > 0)
		return true;
	r->status = ev->status;
	feed(r, s, now, event_of(r, ev), ev);
	return true;
}

void sip_registration_start(struct sip_registration *r, struct sip_stack *s, tick_t now)
{
	feed(r, s, now, REG_START, NULL);
}

void sip_registration_stop(struct sip_registration *r, struct sip_stack *s, tick_t now)
{
	feed(r, s, now, REG_STOP, NULL);
}

void sip_registration_tick(struct sip_registration *r, struct sip_stack *s, tick_t now)
{
	if (!tick_due(r->deadline, now))
		return;
	r->deadline = TICK_NEVER;
	feed(r, s, now, REG_TM, NULL);
}

tick_t sip_registration_deadline(const struct sip_registration *r)
{
	return r->deadline;
}

/* Making. --------------------------------------------------------------------------------------- */
static bool keep_texts(struct sip_registration *r, const struct sip_registration_cfg *cfg)
{
	r->cfg.next = cfg->next.len ? mem_keep(r->mem, cfg->next) : STR("");
	r->cfg.registrar = mem_keep(r->mem, cfg->registrar);
	r->cfg.aor = mem_keep(r->mem, cfg->aor);
	r->cfg.contact = mem_keep(r->mem, cfg->contact);
	r->cfg.login.name = mem_keep(r->mem, cfg->login.name);
	r->cfg.login.realm = mem_keep(r->mem, cfg->login.realm);
	return r->cfg.next.p && r->cfg.registrar.p && r->cfg.aor.p && r->cfg.contact.p &&
	       r->cfg.login.name.p && r->cfg.login.realm.p;
}

struct sip_registration *sip_registration_new(struct mem *parent,
					      const struct sip_registration_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "registration");
	struct sip_registration *r = m ? MEM_NEW(m, struct sip_registration) : NULL;
	struct sip_uri u;

	if (r) {
		r->mem = m;
		r->cfg = *cfg;
	}
	if (!r || sip_uri_parse(&u, cfg->contact, NULL) < 0 || !keep_texts(r, cfg)) {
		mem_free(m);
		return NULL;
	}
	r->asked_s = cfg->expires_s ? cfg->expires_s : 3600;
	r->deadline = TICK_NEVER;
	rng_hex(&cfg->rng, r->call_id, CALL_ID_OCTETS);
	fsm_init(&r->fsm, &sip_registration_def, REG_IDLE, r);
	return r;
}

void sip_registration_free(struct sip_registration *r)
{
	if (r)
		mem_free(r->mem);
}

bool sip_registration_up(const struct sip_registration *r, tick_t now)
{
	return !tick_due(r->expires, now);
}

tick_t sip_registration_expires(const struct sip_registration *r)
{
	return r->expires;
}

bool sip_registration_idle(const struct sip_registration *r)
{
	return r->fsm.state == REG_IDLE && !r->nr_pending;
}

unsigned sip_registration_status(const struct sip_registration *r)
{
	return r->status;
}

bool sip_registration_route(const struct sip_registration *r, unsigned n, struct str *value)
{
	if (n >= r->nr_routes)
		return false;
	*value = r->route[n];
	return true;
}
