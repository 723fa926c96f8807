/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/subscription: what both roles share, and the notifier (RFC 6665 4.2); see subscription.h. */
#include "sip/subscription.h"

#include <string.h>

#include "sip/extension.h"
#include "sip/login.h"
#include "sip/session.h"

/* Both roles. ----------------------------------------------------------------------------------- */
struct sip_subscription *sip_subscription_find(const struct sip_stack *s, sip_subscription_id id)
{
	return s->subscriptions ? ids_find(s->subscriptions, id) : NULL;
}

int sip_subscription_new(struct sip_stack *s, struct str event, bool notifier,
			 struct sip_subscription **out)
{
	struct mem *m = s->subscriptions ? mem_sub(s->mem, "subscription") : NULL;
	struct sip_subscription *x = m ? MEM_NEW(m, struct sip_subscription) : NULL;
	int err;

	if (!s->subscriptions)
		return TG_ELIMIT;
	if (!x) {
		mem_free(m);
		return TG_ENOMEM;
	}
	x->mem = m;
	x->stack = s;
	x->notifier = notifier;
	x->event = mem_keep(m, event);
	err = x->event.p ? ids_put(s->subscriptions, x, &x->id) : TG_ENOMEM;
	if (err < 0) {
		mem_free(m);
		return err;
	}
	list_add_tail(&s->all_subscriptions, &x->link);
	list_init(&x->usage);
	x->timer.kind = SIP_TM_SUBSCRIPTION;
	fsm_init(&x->fsm, notifier ? &sip_notifier_def : &sip_subscriber_def,
		 notifier ? NTF_ACTIVE : SUB_ASKING, x);
	*out = x;
	return 0;
}

void sip_subscription_join(struct sip_subscription *x, struct sip_dialog *d)
{
	x->dialog = d;
	list_add_tail(&d->usages, &x->usage);
}

void sip_subscription_free(struct sip_subscription *x)
{
	struct sip_dialog *d = x->dialog;

	timerq_cancel(&x->stack->timers, &x->timer);
	ids_del(x->stack->subscriptions, x->id);
	list_del(&x->link);
	list_del(&x->usage);
	if (d && !d->session && list_empty(&d->usages))
		sip_dialog_free(d);
	mem_free(x->mem);
}

void sip_subscription_event(struct sip_subscription *x, enum sip_event_type type,
			    const struct sip_msg *msg)
{
	struct sip_event e = {
		.type = type, .subscription = x->id, .call = x->call, .user = x->user, .msg = msg
	};

	if (type == SIP_EV_UNSUBSCRIBED) {
		e.status = x->status;
		e.local = x->local;
	}
	sip_out_event(x->stack, &e);
}

void sip_subscription_feed(struct sip_subscription *x, uint8_t event, const struct sip_msg *msg)
{
	fsm_feed(&x->fsm, event, msg);
	if (!x->over)
		return;
	sip_subscription_event(x, SIP_EV_UNSUBSCRIBED, msg);
	sip_subscription_free(x);
}

void sip_subscription_arm(struct sip_subscription *x, int64_t us)
{
	timerq_arm(&x->stack->timers, &x->timer, tick_add_us(x->stack->now, us));
}

uint32_t sip_subscription_left_s(const struct sip_subscription *x)
{
	int64_t us = tick_diff_us(x->expires, x->stack->now);

	return us > 0 ? (uint32_t)((us + S_US(1) - 1) / S_US(1)) : 0;
}

void sip_subscription_start(struct sip_subscription *x, struct sip_trans *t)
{
	t->tu = SIP_TU_SUBSCRIPTION;
	t->token = (void *)(uintptr_t)x->id;
	t->call = x->call;
	x->asked = t;
	sip_trans_start(t);
}

int sip_subscription_send(struct sip_subscription *x, enum sip_method method, struct str lines,
			  const struct sip_body *body)
{
	struct sip_trans *t;
	int err = sip_dialog_request_with(x->dialog, method, lines, body, &t);

	if (err == 0)
		sip_subscription_start(x, t);
	return err;
}

/* The notifier. --------------------------------------------------------------------------------- */
static void put_state(const struct sip_subscription *x, struct sip_build *b)
{
	sip_build_header(b, SIP_HDR_EVENT, x->event);
	if (!x->ending)
		sip_build_header_f(b, SIP_HDR_SUBSCRIPTION_STATE, "active;expires=%u",
				   sip_subscription_left_s(x));
	else if (x->retry_after_s)
		sip_build_header_f(b, SIP_HDR_SUBSCRIPTION_STATE,
				   "terminated;reason=" STR_FMT ";retry-after=%u",
				   STR_ARG(x->reason), x->retry_after_s);
	else
		sip_build_header_f(b, SIP_HDR_SUBSCRIPTION_STATE, "terminated;reason=" STR_FMT,
				   STR_ARG(x->reason));
}

static void do_notify(void *self, int arg, const void *ev)
{
	struct sip_subscription *x = self;
	char lines[SIP_LINES_MAX];
	struct sip_build b;

	(void)arg;
	(void)ev;
	x->changed = false;
	sip_build_init(&b, lines, sizeof(lines));
	put_state(x, &b);
	/* without room or memory for it the subscriber finds out by his own refresh */
	if (b.overflow || sip_subscription_send(x, SIP_NOTIFY, str_n(lines, b.len), x->state) < 0)
		fsm_raise(&x->fsm, NTF_E_FAILED);
}

static void do_changed(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	((struct sip_subscription *)self)->changed = true;
}

static void do_ending(void *self, int arg, const void *ev)
{
	struct sip_subscription *x = self;

	(void)arg;
	(void)ev;
	x->ending = true;
	timerq_cancel(&x->stack->timers, &x->timer);
}

static void do_over(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	((struct sip_subscription *)self)->over = true;
}

static bool is_ending(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct sip_subscription *)self)->ending;
}

static bool has_changed(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct sip_subscription *)self)->changed;
}

#define DO(step)             \
	{                    \
		do_##step, 0 \
	}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ NTF_ACTIVE, NTF_E_STATE, NULL, NTF_SENDING, { DO(notify) } }, /* 4.2.2 */
	{ NTF_ACTIVE, NTF_E_REFRESH, NULL, NTF_SENDING, { DO(notify) } }, /* 4.2.1.4 */
	{ NTF_ACTIVE, NTF_E_END, NULL, NTF_ENDING, { DO(ending), DO(notify) } }, /* 4.2.1.4, 4.2.2 */

	{ NTF_SENDING, NTF_E_STATE, NULL, FSM_SAME, { DO(changed) } },
	{ NTF_SENDING, NTF_E_REFRESH, NULL, FSM_SAME, { DO(changed) } },
	{ NTF_SENDING, NTF_E_END, NULL, FSM_SAME, { DO(ending) } },
	{ NTF_SENDING, NTF_E_OK, is_ending, NTF_ENDING, { DO(notify) } },
	{ NTF_SENDING, NTF_E_OK, has_changed, FSM_SAME, { DO(notify) } },
	{ NTF_SENDING, NTF_E_OK, NULL, NTF_ACTIVE, {} },
	{ NTF_SENDING, NTF_E_FAILED, NULL, NTF_OVER, { DO(over) } }, /* 4.2.2 */

	{ NTF_ENDING, NTF_E_OK, NULL, NTF_OVER, { DO(over) } },
	{ NTF_ENDING, NTF_E_FAILED, NULL, NTF_OVER, { DO(over) } },

	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("nothing is under way, or all is said") },
};
/* clang-format on */

static const struct fsm_state states[NTF_NR_STATES] = {
	[NTF_ACTIVE] = { .name = "Active", .bound = "the subscription's expiry" },
	[NTF_SENDING] = { .name = "Notifying", .bound = "timer F of the NOTIFY" },
	[NTF_ENDING] = { .name = "Terminating", .bound = "timer F of the NOTIFY" },
	[NTF_OVER] = { .name = "Terminated", .rest = true },
};

static const char *const events[NTF_NR_EVENTS] = {
	[NTF_E_STATE] = "new state", [NTF_E_REFRESH] = "SUBSCRIBE", [NTF_E_END] = "end",
	[NTF_E_OK] = "2xx",	     [NTF_E_FAILED] = "refused",
};

const struct fsm_def sip_notifier_def = {
	.name = "notifier",
	.clause = "RFC 6665 4.2",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NTF_NR_STATES,
	.nr_events = NTF_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = NTF_ACTIVE,
};

/* The user's. ----------------------------------------------------------------------------------- */
static int keep_state(struct sip_subscription *x, const struct sip_body *state)
{
	struct sip_body *kept;

	if (!state)
		return 0;
	if (state->octets.len > SIP_SUBSCRIPTION_STATE_MAX)
		return TG_ELIMIT;
	kept = sip_body_keep(x->mem, state);
	if (!kept)
		return TG_ENOMEM;
	mem_drop(x->state);
	x->state = kept;
	return 0;
}

static int enter(struct sip_stack *s, tick_t now, sip_subscription_id id,
		 const struct sip_body *state, struct sip_subscription **x)
{
	*x = sip_subscription_find(s, id);
	if (!*x)
		return TG_ENOENT;
	if (sip_body_check(state) < 0)
		return TG_EINVAL;
	if (!sip_out_room(s))
		return TG_ELIMIT;
	s->now = now;
	sip_out_begin(s, true);
	return 0;
}

int sip_subscription_notify(struct sip_stack *s, tick_t now, sip_subscription_id id,
			    const struct sip_body *state)
{
	struct sip_subscription *x;
	int err = enter(s, now, id, state, &x);

	if (err == 0 && (!x->notifier || x->ending))
		err = TG_ESTATE;
	if (err == 0)
		err = keep_state(x, state);
	if (err == 0)
		sip_subscription_feed(x, NTF_E_STATE, NULL);
	return err;
}

static bool is_token(const char *s)
{
	return s && *s &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
		       strlen(s);
}

int sip_subscription_end(struct sip_stack *s, tick_t now, sip_subscription_id id,
			 const char *reason, uint32_t retry_after_s, const struct sip_body *state)
{
	struct sip_subscription *x;
	int err = enter(s, now, id, state, &x);

	if (err < 0)
		return err;
	if (!x->notifier) {
		sip_subscription_feed(x, SUB_E_LEAVE, NULL);
		return 0;
	}
	if (x->ending)
		return TG_ESTATE;
	if (!is_token(reason))
		return TG_EINVAL;
	err = keep_state(x, state);
	if (err < 0)
		return err;
	x->reason = mem_keep(x->mem, str_of(reason));
	if (!x->reason.p)
		x->reason = STR("deactivated");
	x->retry_after_s = retry_after_s;
	sip_subscription_feed(x, NTF_E_END, NULL);
	return 0;
}

/* Their SUBSCRIBE. ------------------------------------------------------------------------------ */
static uint32_t asked_s(const struct sip_msg *m)
{
	struct sip_value v;

	return sip_msg_value(m, SIP_HDR_EXPIRES, &v, NULL) == 0 ? v.number : 3600;
}

/* 8.2.1: without Event, or with a package that nobody here knows. */
static bool knows_event(const struct sip_stack *s, const struct sip_msg *m)
{
	struct str rest = s->cfg.events, one;
	struct sip_value v;

	if (sip_msg_value(m, SIP_HDR_EVENT, &v, NULL) < 0)
		return false;
	while (rest.len) {
		rest = str_split(rest, ',', &one);
		if (str_caseeq(str_trim(one), v.event.type))
			return true;
	}
	return false;
}

int sip_subscription_rx_new(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_reply r = { .status = 489, .hdr = SIP_HDR_ALLOW_EVENTS, .value = s->cfg.events };

	if (!sip_contact_usable(m))
		r = (struct sip_reply){ .status = 400,
					.reason = STR("SUBSCRIBE without a SIP Contact") };
	else if (knows_event(s, m))
		r.status = 0;
	if (r.status)
		return sip_reply_stateless(s, &r) ? 0 : TG_ENOMEM;
	s->asked = true;
	s->refreshes = 0;
	sip_out_event(s, &(struct sip_event){ .type = SIP_EV_SUBSCRIBE,
					      .msg = m,
					      .from = s->rx.from,
					      .path = s->rx.path->id });
	return 0;
}

static int make_dialog(struct sip_subscription *x, struct str tag)
{
	struct sip_stack *s = x->stack;
	const struct sip_msg *m = &s->rx.msg;
	struct sip_dialog_src src = { .stack = s,
				      .usage = true,
				      .msg = m,
				      .path = s->rx.path,
				      .source = s->rx.from,
				      .call_id = m->call_id,
				      .local_tag = tag,
				      .remote_tag = m->from.tag,
				      .remote = m->from.text,
				      .target = m->from.uri.text,
				      .cseq = m->cseq };
	struct sip_dialog *d;
	struct sip_build b;
	int err;

	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_put_raw(&b, m->to.text);
	sip_put_raw(&b, STR(";tag="));
	sip_put_raw(&b, tag);
	src.local = str_n(b.buf, b.len);
	err = b.overflow ? TG_ELIMIT : sip_dialog_new(&src, &d);
	if (err == 0)
		sip_subscription_join(x, d);
	return err;
}

/* 4.2.1.1: the 2xx says how long. */
static bool grant(struct sip_subscription *x, uint32_t expires_s, struct str tag)
{
	struct sip_stack *s = x->stack;
	char lines[SIP_CONTACT_MAX + 64], contact[SIP_CONTACT_MAX];
	bool secure = sip_sips_contact(s);
	struct sip_reply r = { .status = 200, .tag = tag };
	struct sip_build b;

	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header_f(&b, SIP_HDR_EXPIRES, "%u", expires_s);
	sip_build_header(&b, SIP_HDR_CONTACT,
			 str_of(sip_path_contact(s->rx.path, secure, contact)));
	r.lines = str_n(lines, b.len);
	if (tag.len) {
		r.hdr = SIP_HDR_RECORD_ROUTE;
		r.copied = SIP_HDR_RECORD_ROUTE;
	}
	return sip_reply_stateful(s, &r, NULL);
}

static void set_expiry(struct sip_subscription *x, uint32_t expires_s)
{
	x->expires = tick_add_us(x->stack->now, S_US((int64_t)expires_s));
	sip_subscription_arm(x, S_US((int64_t)expires_s));
}

/* Is a SUBSCRIBE the user's now, of this subscription, or (0) a new one? */
static int check_asked(const struct sip_stack *s, sip_subscription_id id)
{
	if (!s->asked || s->drained || !s->rx.msg.is_request || s->rx.msg.method != SIP_SUBSCRIBE ||
	    s->refreshes != id)
		return TG_ESTATE;
	return sip_out_room(s) && sip_trans_room(s, true) ? 0 : TG_ELIMIT;
}

static int check_accept(struct sip_stack *s, const struct sip_subscription_accept *a)
{
	int err = check_asked(s, 0);

	return err != TG_ESTATE && sip_body_check(a->state) < 0 ? TG_EINVAL : err;
}

/* Expires: 0 is a question: one NOTIFY, and it is over (4.4.3). */
static void begin(struct sip_subscription *x, uint32_t expires_s)
{
	set_expiry(x, expires_s);
	x->reason = STR("timeout");
	sip_subscription_feed(x, expires_s ? NTF_E_STATE : NTF_E_END, NULL);
}

int sip_subscription_accept(struct sip_stack *s, tick_t now,
			    const struct sip_subscription_accept *a, sip_subscription_id *id)
{
	char tag[2 * SIP_TAG_OCTETS + 1];
	struct sip_subscription *x;
	uint32_t expires_s = asked_s(&s->rx.msg);
	int err = check_accept(s, a);

	if (err == 0)
		err = sip_subscription_new(s, sip_msg_header(&s->rx.msg, SIP_HDR_EVENT, 0)->value,
					   true, &x);
	if (err < 0)
		return err;
	s->now = now;
	rng_hex(&s->cfg.rng, tag, SIP_TAG_OCTETS);
	x->user = a->user;
	x->guarded = a->guarded;
	expires_s = a->expires_s < expires_s ? a->expires_s : expires_s;
	err = keep_state(x, a->state);
	if (err == 0)
		err = make_dialog(x, str_of(tag));
	if (err == 0 && !grant(x, expires_s, str_of(tag)))
		err = TG_ENOMEM;
	if (err < 0) {
		sip_subscription_free(x);
		return err;
	}
	s->asked = false;
	*id = x->id;
	begin(x, expires_s);
	return 0;
}

/* 4.2.1.4. What was granted once is the most it gets. */
static int refresh(struct sip_subscription *x)
{
	const struct sip_msg *m = &x->stack->rx.msg;
	uint32_t expires_s = asked_s(m);

	if (expires_s > 3600)
		expires_s = 3600;
	if (!grant(x, expires_s, STR("")))
		return TG_ENOMEM;
	sip_dialog_refresh(x->dialog, m);
	if (expires_s) {
		set_expiry(x, expires_s);
		sip_subscription_feed(x, NTF_E_REFRESH, m);
	} else {
		x->reason = STR("timeout");
		sip_subscription_feed(x, NTF_E_END, m);
	}
	return 0;
}

static int rx_refresh(struct sip_subscription *x)
{
	struct sip_stack *s = x->stack;

	if (!x->guarded)
		return refresh(x);
	s->asked = true;
	s->refreshes = x->id;
	sip_out_event(s, &(struct sip_event){ .type = SIP_EV_REFRESH,
					      .subscription = x->id,
					      .user = x->user,
					      .msg = &s->rx.msg,
					      .from = s->rx.from,
					      .path = s->rx.path->id });
	return 0;
}

int sip_subscription_refresh(struct sip_stack *s, tick_t now)
{
	struct sip_subscription *x = s->refreshes ? sip_subscription_find(s, s->refreshes) : NULL;
	int err = x ? check_asked(s, x->id) : TG_ESTATE;

	if (err < 0)
		return err;
	s->now = now;
	err = refresh(x);
	if (err == 0)
		s->asked = false;
	return err;
}

/* 4.5.1: the same package, and the same id. */
static struct sip_subscription *find_usage(struct sip_dialog *d, bool notifier,
					   const struct sip_event_value *e)
{
	struct sip_subscription *x;
	struct sip_value v;

	list_for_each(x, &d->usages, usage)
		if (x->notifier == notifier &&
		    sip_value_parse(&v, SIP_HDR_EVENT, x->event, NULL) == 0 &&
		    str_caseeq(v.event.type, e->type) &&
		    (str_eq(v.event.id, e->id) || (x->refer && (!v.event.id.len || !e->id.len))))
			return x;
	return NULL;
}

static int refuse(struct sip_stack *s, unsigned status)
{
	return sip_reply_stateless(s, &(struct sip_reply){ .status = status }) ? 0 : TG_ENOMEM;
}

static int rx_notify(struct sip_subscription *x)
{
	struct sip_stack *s = x->stack;
	const struct sip_msg *m = &s->rx.msg;
	struct sip_value v;

	if (sip_msg_value(m, SIP_HDR_SUBSCRIPTION_STATE, &v, NULL) < 0)
		return refuse(s, 400); /* 4.1.3 */
	if (!sip_reply_stateful(s, &(struct sip_reply){ .status = 200 }, NULL))
		return TG_ENOMEM;
	sip_dialog_refresh(x->dialog, m);
	sip_subscription_event(x, SIP_EV_NOTIFY, m);
	sip_subscription_feed(x,
			      v.subscription_state.state == SIP_SUBSTATE_TERMINATED
				      ? SUB_E_TERMINATED
				      : SUB_E_NOTIFY,
			      m);
	return 0;
}

int sip_subscription_rx(struct sip_dialog *d)
{
	struct sip_stack *s = d->stack;
	const struct sip_msg *m = &s->rx.msg;
	struct sip_subscription *x;
	struct sip_value v;

	if (m->method == SIP_REFER)
		return sip_refer_rx(d);
	if (sip_msg_value(m, SIP_HDR_EVENT, &v, NULL) < 0)
		return refuse(s, 489);
	x = find_usage(d, m->method == SIP_SUBSCRIBE, &v.event);
	if (!x || (x->notifier && (x->ending || x->over)))
		return refuse(s, 481);
	return x->notifier ? rx_refresh(x) : rx_notify(x);
}

/* The dialog of a subscriber begins with the first NOTIFY (4.1.2.4), also before the 2xx. What others
 * that a proxy has asked say after it is for nobody: 481 ends theirs. */
bool sip_subscription_rx_first(struct sip_stack *s, int *result)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_subscription *x;
	struct sip_dialog *d;

	list_for_each(x, &s->all_subscriptions, link) {
		struct sip_dialog_src src = { .stack = s,
					      .usage = true,
					      .msg = m,
					      .path = s->rx.path,
					      .source = s->rx.from,
					      .call_id = m->call_id,
					      .local_tag = m->to.tag,
					      .remote_tag = m->from.tag,
					      .local = x->from,
					      .remote = m->from.text,
					      .target = m->from.uri.text,
					      .cseq = m->cseq };
		if (x->notifier || x->dialog || !str_eq(x->call_id, m->call_id) ||
		    !str_eq(x->local_tag, m->to.tag))
			continue;
		*result = sip_dialog_new(&src, &d);
		if (*result == 0) {
			d->local_cseq = x->cseq;
			sip_subscription_join(x, d);
			*result = sip_subscription_rx(d);
		}
		return true;
	}
	return false;
}

/* Results and time. ----------------------------------------------------------------------------- */
static uint8_t result_of(struct sip_subscription *x, const struct sip_msg *msg)
{
	if (x->notifier)
		return x->status / 100 == 2 ? NTF_E_OK : NTF_E_FAILED;
	if (x->status / 100 == 2)
		return SUB_E_2XX;
	switch (x->status) { /* 4.1.2.2 */
	case 404:
	case 405:
	case 410:
	case 416:
	case 480:
	case 481:
	case 482:
	case 483:
	case 484:
	case 485:
	case 489:
	case 501:
	case 604:
		return SUB_E_GONE;
	default:
		(void)msg;
		return SUB_E_REFUSED;
	}
}

void sip_subscription_told(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg)
{
	struct sip_subscription *x =
		sip_subscription_find(t->stack, (sip_subscription_id)(uintptr_t)t->token);

	if ((tell == SIP_TELL_RESPONSE && msg->status < 200) || !x || x->asked != t)
		return;
	x->asked = NULL;
	x->local = tell != SIP_TELL_RESPONSE;
	x->status = !x->local ? msg->status : tell == SIP_TELL_TRANSPORT ? 503 : 408;
	if (x->status / 100 == 2)
		sip_login_good(x->login);
	if (!x->local && !x->notifier && sip_login_takes(x->login, msg) &&
	    sip_subscription_again(x))
		return;
	sip_subscription_feed(x, result_of(x, msg), x->local ? NULL : msg);
}

void sip_subscription_moved(struct sip_trans *was, struct sip_trans *now)
{
	struct sip_subscription *x =
		sip_subscription_find(was->stack, (sip_subscription_id)(uintptr_t)was->token);

	if (x && x->asked == was)
		x->asked = now;
}

void sip_subscription_timer(struct timer *t)
{
	struct sip_subscription *x = container_of(t, struct sip_subscription, timer);

	if (x->notifier)
		x->reason = STR("timeout");
	sip_subscription_feed(x, x->notifier ? (uint8_t)NTF_E_END : (uint8_t)SUB_E_TIMER, NULL);
}
