/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/subscriber: who wants to be told (RFC 6665 4.1); see subscription.h. */
#include "sip/login.h"
#include "sip/session.h"
#include "sip/subscription.h"

#define SUBSCRIPTION(x) ((struct sip_subscription *)(x))
#define MARGIN_MAX_S	60 /* a refresh goes so long before the end, or half-way */

/* Steps. ---------------------------------------------------------------------------------------- */
/* Timer N (4.1.2.4): the NOTIFY that has to come. */
static void do_timer_n(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	sip_subscription_arm(self, 64 * MS_US(SUBSCRIPTION(self)->stack->cfg.t1_ms));
}

static void arm_refresh(struct sip_subscription *x)
{
	uint32_t left_s = sip_subscription_left_s(x);
	uint32_t margin_s = left_s / 2 < MARGIN_MAX_S ? left_s / 2 : MARGIN_MAX_S;

	/* nobody refreshes what a REFER has begun; its last NOTIFY may be on its way */
	if (x->refer)
		sip_subscription_arm(x, S_US((int64_t)left_s) + 64 * MS_US(x->stack->cfg.t1_ms));
	else
		sip_subscription_arm(x, S_US((int64_t)(left_s - margin_s)));
}

/* 4.1.2.1, 4.1.2.3: a 2xx and a NOTIFY can shorten it; only a 2xx makes it longer. */
static void do_granted(void *self, int arg, const void *ev)
{
	struct sip_subscription *x = self;
	const struct sip_msg *m = ev;
	uint32_t s = x->expires_s;
	struct sip_value v;

	(void)arg;
	if (m && sip_msg_value(m, SIP_HDR_EXPIRES, &v, NULL) == 0 && v.number < s)
		s = v.number;
	x->expires = tick_add_us(x->stack->now, S_US((int64_t)s));
}

static void do_told(void *self, int arg, const void *ev)
{
	struct sip_subscription *x = self;
	struct sip_value v;
	tick_t end;

	(void)arg;
	if (sip_msg_value(ev, SIP_HDR_SUBSCRIPTION_STATE, &v, NULL) < 0 ||
	    !v.subscription_state.has_expires)
		return;
	end = tick_add_us(x->stack->now, S_US((int64_t)v.subscription_state.expires_s));
	if (x->refer || tick_diff_us(end, x->expires) < 0)
		x->expires = end;
}

static void do_arm(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	arm_refresh(self);
}

static void do_wait_end(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	sip_subscription_arm(self, S_US((int64_t)sip_subscription_left_s(SUBSCRIPTION(self)) + 1));
}

static int send_again(struct sip_subscription *x, bool stays)
{
	char lines[SIP_LINES_MAX + SIP_LOGIN_MAX];
	struct sip_build b;

	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header(&b, SIP_HDR_EVENT, x->event);
	sip_build_header_f(&b, SIP_HDR_EXPIRES, "%u", stays ? x->expires_s : 0);
	if (x->accept.len)
		sip_build_header(&b, SIP_HDR_ACCEPT, x->accept);
	sip_login_put(x->login, SIP_SUBSCRIBE, x->dialog->target, &b);
	return b.overflow ? TG_ELIMIT
			  : sip_subscription_send(x, SIP_SUBSCRIBE, str_n(lines, b.len), NULL);
}

static void do_subscribe(void *self, int stays, const void *ev)
{
	struct sip_subscription *x = self;

	(void)ev;
	if (send_again(x, stays) < 0)
		fsm_raise(&x->fsm, SUB_E_REFUSED);
}

static void do_over(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	SUBSCRIPTION(self)->over = true;
}

/* That of a REFER is not refreshed: it is as long as it is (RFC 3515 2.4.4). */
static bool is_at_end(const void *self, const void *ev)
{
	const struct sip_subscription *x = self;

	(void)ev;
	return x->refer || !sip_subscription_left_s(x);
}

static bool has_no_dialog(const void *self, const void *ev)
{
	const struct sip_subscription *x = self;

	(void)ev;
	return !x->dialog || x->refer;
}

#define DO(step, a)          \
	{                    \
		do_##step, a \
	}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ SUB_ASKING, SUB_E_2XX, NULL, SUB_WAITING, { DO(granted, 0), DO(timer_n, 0) } }, /* 4.1.2.1 */
	{ SUB_ASKING, SUB_E_REFUSED, NULL, SUB_OVER, { DO(over, 0) } }, /* 4.1.2.1 */
	{ SUB_ASKING, SUB_E_GONE, NULL, SUB_OVER, { DO(over, 0) } },
	/* 4.1.2.4: it may come before the 2xx */
	{ SUB_ASKING, SUB_E_NOTIFY, NULL, SUB_ACTIVE, { DO(granted, 0), DO(told, 0), DO(arm, 0) } },
	{ SUB_ASKING, SUB_E_TERMINATED, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_ASKING, SUB_E_LEAVE, NULL, SUB_OVER, { DO(over, 0) } },

	{ SUB_WAITING, SUB_E_NOTIFY, NULL, SUB_ACTIVE, { DO(told, 0), DO(arm, 0) } },
	{ SUB_WAITING, SUB_E_TERMINATED, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_WAITING, SUB_E_TIMER, NULL, SUB_OVER, { DO(over, 0) } }, /* timer N */
	{ SUB_WAITING, SUB_E_LEAVE, NULL, SUB_OVER, { DO(over, 0) } },

	{ SUB_ACTIVE, SUB_E_2XX, NULL, FSM_SAME, { DO(granted, 0), DO(arm, 0) } },
	{ SUB_ACTIVE, SUB_E_GONE, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_ACTIVE, SUB_E_NOTIFY, NULL, FSM_SAME, { DO(told, 0), DO(arm, 0) } },
	{ SUB_ACTIVE, SUB_E_TERMINATED, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_ACTIVE, SUB_E_TIMER, is_at_end, SUB_OVER, { DO(over, 0) } },
	{ SUB_ACTIVE, SUB_E_TIMER, NULL, SUB_REFRESHING, { DO(wait_end, 0), DO(subscribe, 1) } },
	{ SUB_ACTIVE, SUB_E_LEAVE, has_no_dialog, SUB_OVER, { DO(over, 0) } },
	{ SUB_ACTIVE, SUB_E_LEAVE, NULL, SUB_LEAVING, { DO(timer_n, 0), DO(subscribe, 0) } },

	{ SUB_REFRESHING, SUB_E_2XX, NULL, SUB_ACTIVE, { DO(granted, 0), DO(arm, 0) } },
	/* 4.1.2.2: what is refused lasts until its end */
	{ SUB_REFRESHING, SUB_E_REFUSED, NULL, SUB_ACTIVE, { DO(wait_end, 0) } },
	{ SUB_REFRESHING, SUB_E_GONE, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_REFRESHING, SUB_E_TERMINATED, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_REFRESHING, SUB_E_TIMER, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_REFRESHING, SUB_E_LEAVE, NULL, SUB_LEAVING, { DO(timer_n, 0), DO(subscribe, 0) } },

	{ SUB_LEAVING, SUB_E_REFUSED, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_LEAVING, SUB_E_GONE, NULL, SUB_OVER, { DO(over, 0) } },
	{ SUB_LEAVING, SUB_E_TERMINATED, NULL, SUB_OVER, { DO(over, 0) } }, /* 4.1.2.3 */
	{ SUB_LEAVING, SUB_E_TIMER, NULL, SUB_OVER, { DO(over, 0) } },

	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("changes nothing here") },
};
/* clang-format on */

static const struct fsm_state states[SUB_NR_STATES] = {
	[SUB_ASKING] = { .name = "Asking", .bound = "timer F of the SUBSCRIBE" },
	[SUB_WAITING] = { .name = "Waiting for NOTIFY", .bound = "timer N" },
	[SUB_ACTIVE] = { .name = "Active", .bound = "the refresh" },
	[SUB_REFRESHING] = { .name = "Refreshing", .bound = "the subscription's expiry" },
	[SUB_LEAVING] = { .name = "Leaving", .bound = "timer N" },
	[SUB_OVER] = { .name = "Over", .rest = true },
};

static const char *const events[SUB_NR_EVENTS] = {
	[SUB_E_2XX] = "2xx",
	[SUB_E_REFUSED] = "refused",
	[SUB_E_GONE] = "gone",
	[SUB_E_NOTIFY] = "NOTIFY",
	[SUB_E_TERMINATED] = "NOTIFY terminated",
	[SUB_E_TIMER] = "timer",
	[SUB_E_LEAVE] = "leave",
};

const struct fsm_def sip_subscriber_def = {
	.name = "subscriber",
	.clause = "RFC 6665 4.1.2",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = SUB_NR_STATES,
	.nr_events = SUB_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = SUB_ASKING,
};

/* The first SUBSCRIBE. -------------------------------------------------------------------------- */
static int check(const struct sip_stack *s, const struct sip_subscribe *w)
{
	const struct sip_path *p = sip_path_find(s, w->path);
	struct sip_nameaddr from, to;
	struct sip_value v;
	struct sip_uri u;

	if (!p)
		return TG_ENOENT;
	if (addr_is_any(&w->target) || w->target.family != p->local.family || !w->target.port ||
	    sip_uri_parse(&u, w->uri, NULL) < 0 || u.scheme == SIP_SCHEME_OTHER)
		return TG_EINVAL;
	if (sip_nameaddr_parse(&from, w->from, NULL) < 0 || from.star || from.tag.len ||
	    sip_nameaddr_parse(&to, w->to, NULL) < 0 || to.star || to.tag.len ||
	    sip_value_parse(&v, SIP_HDR_EVENT, w->event, NULL) < 0)
		return TG_EINVAL;
	for (size_t i = 0; i < w->accept.len; i++)
		if ((uint8_t)w->accept.p[i] < ' ')
			return TG_EINVAL;
	return sip_out_room(s) && sip_trans_room(s, true) ? 0 : TG_ELIMIT;
}

static int keep(struct sip_subscription *x, const struct sip_subscribe *w)
{
	char call_id[33], tag[2 * SIP_TAG_OCTETS + 1];
	struct sip_stack *s = x->stack;
	struct sip_build b;

	rng_hex(&s->cfg.rng, call_id, 16);
	rng_hex(&s->cfg.rng, tag, SIP_TAG_OCTETS);
	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_put_raw(&b, w->from);
	sip_put_raw(&b, STR(";tag="));
	sip_put_raw(&b, str_of(tag));
	x->from = mem_keep(x->mem, str_n(b.buf, b.len));
	x->to = mem_keep(x->mem, w->to);
	x->uri = mem_keep(x->mem, w->uri);
	x->accept = mem_keep(x->mem, w->accept);
	x->call_id = mem_keep(x->mem, str_of(call_id));
	x->local_tag = mem_keep(x->mem, str_of(tag));
	x->path = sip_path_find(s, w->path);
	x->target = w->target;
	x->user = w->user;
	x->expires_s = w->expires_s ? w->expires_s : 3600;
	x->cseq = 1;
	if (w->login) {
		x->login = sip_login_new(x->mem, &s->cfg.rng, w->login);
		if (!x->login)
			return TG_ENOMEM;
	}
	return x->from.p && x->to.p && x->uri.p && x->accept.p && x->call_id.p && x->local_tag.p
		       ? 0
		       : TG_ENOMEM;
}

static int send_first(struct sip_subscription *x)
{
	char branch[SIP_BRANCH_MAX], lines[SIP_LINES_MAX];
	struct sip_request r = { .method = SIP_SUBSCRIBE,
				 .path = x->path,
				 .hop = x->target,
				 .branch = sip_branch_new(x->stack, branch),
				 .uri = x->uri,
				 .from = x->from,
				 .to = x->to,
				 .call_id = x->call_id,
				 .cseq = x->cseq,
				 .login = x->login,
				 .contact = true };
	struct sip_build b;
	struct sip_buf *buf;
	int err;

	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header(&b, SIP_HDR_EVENT, x->event);
	sip_build_header_f(&b, SIP_HDR_EXPIRES, "%u", x->expires_s);
	if (x->accept.len)
		sip_build_header(&b, SIP_HDR_ACCEPT, x->accept);
	if (b.overflow)
		return TG_ELIMIT;
	r.lines = str_n(lines, b.len);
	err = sip_request_build(x->stack, &r, NULL, &buf);
	if (err < 0)
		return err;
	x->asked = sip_trans_client(x->stack, SIP_SUBSCRIBE, branch, buf);
	if (!x->asked)
		return TG_ENOMEM;
	sip_subscription_start(x, x->asked);
	return 0;
}

/* 22.2: the same request with a higher CSeq. */
bool sip_subscription_again(struct sip_subscription *x)
{
	if (x->dialog)
		return send_again(x, x->fsm.state != SUB_LEAVING) == 0;
	if (x->fsm.state != SUB_ASKING)
		return false;
	x->cseq++;
	return send_first(x) == 0;
}

int sip_subscribe(struct sip_stack *s, tick_t now, const struct sip_subscribe *want,
		  sip_subscription_id *id)
{
	struct sip_subscription *x;
	int err = check(s, want);

	if (err == 0)
		err = sip_subscription_new(s, want->event, false, &x);
	if (err < 0)
		return err;
	s->now = now;
	sip_out_begin(s, true);
	*id = x->id;
	err = keep(x, want);
	if (err == 0)
		err = send_first(x);
	if (err < 0)
		sip_subscription_free(x);
	return err;
}
