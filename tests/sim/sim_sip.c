/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two SIP stacks, a network that loses, delays, reorders and doubles, and users who do what comes to
 * their mind: ring (reliably or not), answer, refuse, cancel, hold, UPDATE, INFO, REFER, SUBSCRIBE,
 * hang up, or forget the call; at some time, in the middle of it all, they are gone. Session timers
 * are on. From seeds:
 *  - when the users are gone and Session-Expires + 64*T1 has passed, nothing is left. (A BYE of the
 *    timer goes 32 s before the interval ends, RFC 4028 10, and is repeated for 64*T1 at most; who
 *    hears the last one of these remembers it for 64*T1, timer J of RFC 3261 17.2.2. The network may
 *    have it for DELAY_MS_MAX.)
 *  - both sides agree on whether the call was answered, but for what is listed in enum why; with at
 *    most 5 % loss a call that crosses its CANCEL is the only such case.
 *
 * TG_SIP_CALLS sets how many calls (default 3000), TG_SEED runs one seed alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <trunkgate/sip/request.h>
#include <trunkgate/sip/subscription.h>

#define CALLS	     40 /* in one world */
#define EXPIRES_S    96
#define REFER_S	     180 /* a REFER that nobody tells the end of (src/sip/refer.c) */
#define WATCH_S	     60
#define UNHEARD_MS   64000 /* 64*T1 for the INVITE, and again after its CANCEL */
#define DELAY_MS_MAX 715   /* of the network */
#define PATH	     1
#define MAX_WATCHES  32

enum side { A, B };
enum why { AGREED, CROSSED_CANCEL, CROSSED_TIMER_B, NO_ACK_HEARD, OTHER, NR_WHYS };
static const char *const why_name[NR_WHYS] = { "agreed", "200 against CANCEL",
					       "200 against timer B", "no ACK in 64*T1", "other" };

struct leg {
	sip_call_id id;
	bool answered; /* A: a 2xx was told; B: its ACK */
	bool sent_200, cancelled, timed_out, no_ack, gave_up, ended;
	bool expires; /* its CANCEL may be the stack's (13.2.1) */
};

struct call {
	struct leg leg[2];
};

enum what { PACKET, ACT };
struct item {
	tick_t at;
	uint64_t order;
	enum what what;
	enum side side; /* of a packet: who gets it */
	unsigned call;
	size_t len;
	char *octets;
};

struct world {
	struct mem *mem;
	struct rng_seeded seed;
	struct rng rng;
	struct sip_stack *stack[2];
	struct addr addr[2];
	tick_t now;
	struct item *heap;
	size_t nr, size;
	uint64_t order;
	unsigned loss; /* percent */
	struct call call[CALLS];
	bool quiet;				/* the users are gone */
	bool events;				/* they REFER and SUBSCRIBE */
	unsigned expires;			/* the session timer's */
	sip_subscription_id watch[MAX_WATCHES]; /* A's; 0: none */
};

static unsigned long counts[NR_WHYS], told[SIP_NR_EVENTS];

static unsigned below(struct world *w, unsigned n)
{
	return rng_below(&w->rng, n);
}

/* What is to come. ------------------------------------------------------------------------------ */
static bool before(const struct item *x, const struct item *y)
{
	return x->at.us != y->at.us ? x->at.us < y->at.us : x->order < y->order;
}

static void swap(struct item *x, struct item *y)
{
	struct item t = *x;

	*x = *y;
	*y = t;
}

static void push(struct world *w, struct item it, int64_t in_us)
{
	size_t i = w->nr++;

	if (w->nr > w->size) {
		w->size = w->size ? 2 * w->size : 64;
		w->heap = realloc(w->heap, w->size * sizeof(*w->heap));
		assert_non_null(w->heap);
	}
	it.at = tick_add_us(w->now, in_us);
	it.order = w->order++;
	w->heap[i] = it;
	for (; i && before(&w->heap[i], &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&w->heap[i], &w->heap[(i - 1) / 2]);
}

static struct item pop(struct world *w)
{
	struct item first = w->heap[0];
	size_t i = 0;

	w->heap[0] = w->heap[--w->nr];
	for (;;) {
		size_t least = i;
		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < w->nr; k++)
			if (before(&w->heap[k], &w->heap[least]))
				least = k;
		if (least == i)
			return first;
		swap(&w->heap[i], &w->heap[least]);
		i = least;
	}
}

static void later(struct world *w, enum side side, unsigned call, unsigned max_ms)
{
	push(w, (struct item){ .what = ACT, .side = side, .call = call },
	     1000 * (int64_t)below(w, max_ms));
}

static void post(struct world *w, enum side from, struct str octets)
{
	unsigned copies = below(w, 100) < w->loss ? 0 : below(w, 20) ? 1 : 2;

	for (unsigned i = 0; i < copies; i++) {
		struct item it = { .what = PACKET, .side = from == A ? B : A, .len = octets.len };
		/* one in ten is late enough to be overtaken by others */
		int64_t us = 5000 + below(w, 10000) + (below(w, 10) ? 0 : below(w, 700000));

		it.octets = malloc(octets.len);
		assert_non_null(it.octets);
		memcpy(it.octets, octets.p, octets.len);
		push(w, it, us);
	}
}

/* The users. ------------------------------------------------------------------------------------ */
static const struct sip_body sdp = { .content_type = STR_INIT("application/sdp"),
				     .octets = STR_INIT("v=0\r\n") };

static void begin(struct world *w, unsigned n)
{
	char number[16];
	struct sip_extra extra = { STR("X-Call"), STR("") };
	struct sip_invite inv = { .path = PATH,
				  .target = w->addr[B],
				  .uri = STR("sip:100@192.0.2.2"),
				  .from = STR("<sip:a@192.0.2.1>"),
				  .to = STR("<sip:100@192.0.2.2>"),
				  .body = sdp,
				  .user = &w->call[n].leg[A] };

	snprintf(number, sizeof(number), "%u", n);
	extra.value = str_of(number);
	inv.body.extra = &extra;
	inv.body.nr_extra = 1;
	if (below(w, 5) == 0)
		inv.body.octets = STR("");
	inv.features.rel100 = (enum sip_rel100)below(w, 4);
	inv.features.user_pracks = below(w, 4) == 0;
	inv.features.session_expires_s = w->expires;
	inv.features.refresh_by_peer = below(w, 2);
	inv.expires_s = below(w, 4) ? 0 : 40;
	w->call[n].leg[A].expires = inv.expires_s > 0;
	assert_int_equal(sip_call_start(w->stack[A], w->now, &inv, &w->call[n].leg[A].id), 0);
	if (below(w, 4) == 0)
		later(w, A, n, 8000);
}

static void ring_or_answer(struct world *w, struct leg *l)
{
	struct sip_stack *s = w->stack[B];
	unsigned dice = below(w, 10);

	if (dice < 5)
		sip_call_progress(s, w->now, l->id, dice ? 180 : 183, dice & 1 ? &sdp : NULL);
	else if (dice < 9)
		l->sent_200 |= sip_call_answer(s, w->now, l->id, &sdp) == 0;
	else
		sip_call_reject(s, w->now, l->id, 486, NULL);
}

/* Who has answered and hangs up at once hears of no ACK, and may have sent no 200 yet. */
static void hang_up(struct world *w, enum side side, struct leg *l)
{
	if (sip_call_hangup(w->stack[side], w->now, l->id, 0, NULL) < 0)
		return;
	l->cancelled |= side == A && !l->answered;
	l->gave_up |= side == B && !l->answered;
}

/* Subscriptions of A, which it ends or not; and REFERs of both, which the other may forget. */
static void watch(struct world *w)
{
	struct sip_subscribe want = { .path = PATH,
				      .target = w->addr[B],
				      .uri = STR("sip:100@192.0.2.2"),
				      .from = STR("<sip:a@192.0.2.1>"),
				      .to = STR("<sip:100@192.0.2.2>"),
				      .event = STR("presence"),
				      .expires_s = WATCH_S };
	sip_subscription_id *x = &w->watch[below(w, MAX_WATCHES)];

	if (*x)
		sip_subscription_end(w->stack[A], w->now, *x, NULL, 0, NULL);
	else
		sip_subscribe(w->stack[A], w->now, &want, x);
}

static void refer_or_watch(struct world *w, enum side side, struct leg *l)
{
	sip_subscription_id id;

	if (!w->events)
		return;
	if (side == A && below(w, 2))
		watch(w);
	else
		sip_call_refer(w->stack[side], w->now, l->id, STR("<sip:c@192.0.2.3>"), NULL, NULL,
			       &id);
}

static void take_watching(struct world *w, enum side side, const struct sip_event *ev)
{
	static const struct sip_body state = { .content_type = STR_INIT("text/plain"),
					       .octets = STR_INIT("open") };
	const struct sip_subscription_accept a = { .expires_s = WATCH_S,
						   .state = &state,
						   .guarded = below(w, 2) };
	struct sip_stack *s = w->stack[side];
	sip_subscription_id id;

	if (ev->type == SIP_EV_SUBSCRIBE)
		sip_subscription_accept(s, w->now, &a, &id);
	if (ev->type == SIP_EV_REFRESH && below(w, 4))
		sip_subscription_refresh(s, w->now);
	else if (ev->type == SIP_EV_REFRESH)
		sip_request_answer(s, w->now, 403, NULL);
	if (ev->type == SIP_EV_REFER && sip_refer_accept(s, w->now, NULL, &id) == 0 && below(w, 2))
		sip_refer_progress(s, w->now, id, below(w, 3) ? 180 : 200);
	for (unsigned i = 0; i < MAX_WATCHES && side == A; i++)
		if (ev->type == SIP_EV_UNSUBSCRIBED && w->watch[i] == ev->subscription)
			w->watch[i] = 0;
}

static bool is_of_watching(const struct sip_event *ev)
{
	return ev->type == SIP_EV_SUBSCRIBE || ev->type == SIP_EV_REFER ||
	       ev->type == SIP_EV_NOTIFY || ev->type == SIP_EV_UNSUBSCRIBED ||
	       ev->type == SIP_EV_REFRESH;
}

static void do_something(struct world *w, enum side side, struct leg *l)
{
	struct sip_stack *s = w->stack[side];

	switch (below(w, 10)) {
	case 0:
	case 1:
		sip_call_reinvite(s, w->now, l->id, below(w, 4) ? &sdp : NULL);
		break;
	case 2:
	case 3:
		sip_call_update(s, w->now, l->id, below(w, 2) ? &sdp : NULL);
		break;
	case 4:
		sip_call_info(s, w->now, l->id, NULL);
		break;
	case 5:
	case 6:
		hang_up(w, side, l);
		break;
	case 7:
	case 8:
		refer_or_watch(w, side, l);
		break;
	default:
		break;
	}
}

static void act(struct world *w, enum side side, unsigned n)
{
	struct leg *l = &w->call[n].leg[side];

	if (w->quiet || l->ended)
		return;
	if (side == A && !l->id) {
		begin(w, n);
		return;
	}
	if (side == B && !l->sent_200)
		ring_or_answer(w, l);
	else
		do_something(w, side, l);
	if (below(w, 10))
		later(w, side, n, 40000);
}

static struct leg *leg_of(struct world *w, const struct sip_event *ev)
{
	const struct sip_header *h;
	uint32_t n = 0;

	if (ev->type != SIP_EV_INVITE)
		return ev->user;
	h = sip_msg_header_named(ev->msg, STR("X-Call"), 0);
	assert_true(h && str_to_u32(h->value, &n) && n < CALLS);
	return &w->call[n].leg[B];
}

static void react(struct world *w, enum side side, struct leg *l, const struct sip_event *ev)
{
	struct sip_stack *s = w->stack[side];
	bool kind = below(w, 10) > 0;

	switch (ev->type) {
	case SIP_EV_PROGRESS:
		if (ev->prack && kind)
			sip_call_prack(s, w->now, l->id, ev->offer || below(w, 2) ? &sdp : NULL);
		break;
	case SIP_EV_ANSWERED:
		sip_call_ack(s, w->now, l->id, ev->msg->body.len ? &sdp : NULL);
		break;
	case SIP_EV_REINVITE:
		if (kind)
			sip_call_answer(s, w->now, l->id, &sdp);
		else
			sip_call_reject(s, w->now, l->id, 488, NULL);
		break;
	case SIP_EV_UPDATE:
	case SIP_EV_PRACK:
		if (ev->offer && kind)
			sip_call_respond(s, w->now, l->id, 200, &sdp);
		break;
	default:
		break;
	}
}

static void note(struct leg *l, enum side side, const struct sip_event *ev)
{
	l->answered |= ev->type == (side == A ? SIP_EV_ANSWERED : SIP_EV_ACKED);
	/* a BYE may overtake the ACK */
	l->answered |= ev->type == SIP_EV_BYE && l->sent_200;
	l->timed_out |= ev->type == SIP_EV_REJECTED && ev->local;
	l->no_ack |= ev->type == SIP_EV_NO_ACK;
	l->ended |= ev->type == SIP_EV_ENDED;
}

static void take_event(struct world *w, enum side side, const struct sip_event *ev)
{
	struct leg *l = is_of_watching(ev) ? NULL : leg_of(w, ev);
	unsigned n = l ? (unsigned)((char *)l - (char *)w->call) / sizeof(struct call) : 0;

	told[ev->type]++;
	if (is_of_watching(ev)) {
		take_watching(w, side, ev);
		return;
	}
	if (ev->type == SIP_EV_INVITE) {
		if (l->id) { /* its first INVITE was over before its copy came: a new call */
			sip_call_reject(w->stack[B], w->now, ev->call, 482, NULL);
			sip_call_set_user(w->stack[B], ev->call, NULL);
			return;
		}
		l->id = ev->call;
		sip_call_set_user(w->stack[B], ev->call, l);
		later(w, B, n, 3000);
		return;
	}
	if (!l)
		return;
	note(l, side, ev);
	react(w, side, l, ev);
	if (ev->type == SIP_EV_ANSWERED)
		later(w, side, n, 60000);
}

static void drain(struct world *w, enum side side)
{
	struct sip_out out;

	while (sip_stack_next_out(w->stack[side], &out)) {
		if (out.type == SIP_OUT_SEND)
			post(w, side, out.send.octets);
		else
			take_event(w, side, &out.event);
	}
}

/* Time. ----------------------------------------------------------------------------------------- */
static void take_item(struct world *w)
{
	struct item it = pop(w);

	if (it.what == ACT) {
		act(w, it.side, it.call);
	} else {
		sip_stack_rx(w->stack[it.side], w->now, PATH, &w->addr[it.side == A ? B : A],
			     str_n(it.octets, it.len));
		free(it.octets);
	}
}

static void run_ms(struct world *w, int64_t ms)
{
	tick_t end = tick_add_ms(w->now, ms);

	for (;;) {
		tick_t at =
			tick_min(sip_stack_deadline(w->stack[A]), sip_stack_deadline(w->stack[B]));
		bool item = w->nr && tick_due(w->heap[0].at, at);

		at = item ? w->heap[0].at : at;
		if (!tick_due(at, end))
			break;
		w->now = tick_before(w->now, at) ? at : w->now;
		if (item)
			take_item(w);
		drain(w, A);
		drain(w, B);
		for (enum side side = A; side <= B && !item; side++) {
			if (tick_due(sip_stack_deadline(w->stack[side]), w->now))
				sip_stack_tick(w->stack[side], w->now);
			drain(w, side);
		}
	}
	w->now = end;
}

/* Worlds. --------------------------------------------------------------------------------------- */
static void open_world(struct world *w, uint64_t seed)
{
	static const char *const text[] = { "192.0.2.1", "192.0.2.2" };
	struct sip_cfg cfg = {
		.max_calls = 2 * CALLS,
		.max_transactions = 64 * CALLS,
		.max_subscriptions = 4 * CALLS,
		.events = STR("presence"),
		.features = { .rel100 = SIP_REL100_SUPPORTED, .info = true, .refer = true }
	};

	w->rng = rng_seeded_init(&w->seed, seed);
	w->mem = mem_root("sim sip");
	w->now = TICK_ZERO;
	w->loss = below(w, 2) ? below(w, 6) : below(w, 41);
	w->events = below(w, 2);
	/* what a REFER has begun is older than the session timer lets it be */
	w->expires = w->events ? REFER_S + 60 : EXPIRES_S;
	for (enum side side = A; side <= B; side++) {
		cfg.rng = w->rng;
		cfg.features.update = below(w, 4) > 0;
		if (below(w, 2))
			cfg.features.rel100 = SIP_REL100_USED;
		w->stack[side] = sip_stack_new(w->mem, &cfg);
		assert_non_null(w->stack[side]);
		assert_int_equal(addr_parse(&w->addr[side], str_of(text[side]), 5060), 0);
		assert_int_equal(sip_stack_path_add(w->stack[side], PATH, &w->addr[side]), 0);
	}
	for (unsigned n = 0; n < CALLS; n++)
		later(w, A, n, 100 * 1000);
}

static enum why judge(const struct call *c)
{
	const struct leg *a = &c->leg[A], *b = &c->leg[B];

	if (a->answered == b->answered || b->gave_up)
		return AGREED;
	if (b->sent_200 && (a->cancelled || (a->timed_out && a->expires)))
		return CROSSED_CANCEL;
	if (b->sent_200 && a->timed_out)
		return CROSSED_TIMER_B;
	return a->answered && (b->no_ack || b->sent_200) ? NO_ACK_HEARD : OTHER;
}

static const char *leg_text(const struct leg *l, char *buf)
{
	sprintf(buf, "%s%s%s%s%s%s", l->answered ? "answered " : "", l->sent_200 ? "200 " : "",
		l->cancelled ? "cancelled " : "", l->timed_out ? "timed out " : "",
		l->no_ack ? "no ACK " : "", l->ended ? "ended" : "alive");
	return buf;
}

static void check_calls(const struct world *w, uint64_t seed)
{
	char text[2][80];

	for (unsigned n = 0; n < CALLS; n++) {
		const struct call *c = &w->call[n];
		enum why why = judge(c);

		counts[why]++;
		if (why == OTHER || (w->loss <= 5 && why > CROSSED_CANCEL) ||
		    (c->leg[A].id && !c->leg[A].ended) || (c->leg[B].id && !c->leg[B].ended))
			fail_msg("TG_SEED=%llu loss %u call %u: %s A: %s B: %s",
				 (unsigned long long)seed, w->loss, n, why_name[why],
				 leg_text(&c->leg[A], text[A]), leg_text(&c->leg[B], text[B]));
	}
}

static void check_idle(const struct world *w, uint64_t seed)
{
	for (enum side side = A; side <= B; side++) {
		struct sip_stats st;

		sip_stack_stats(w->stack[side], &st);
		if (st.calls || st.transactions || st.timers || st.subscriptions)
			fail_msg("TG_SEED=%llu loss %u %c: %u calls, %u transactions, %u timers, "
				 "%u subscriptions are left",
				 (unsigned long long)seed, w->loss, "AB"[side], st.calls,
				 st.transactions, st.timers, st.subscriptions);
	}
}

/* Whom the network let ring for a caller that heard nothing of it (timer B), or whose CANCEL it lost
 * each time, does not ring for ever: RFC 3261 leaves that end to the user. */
static void stop_ringing(struct world *w)
{
	for (unsigned n = 0; n < CALLS && w->loss > 5; n++) {
		struct leg *l = &w->call[n].leg[B];

		if (l->id && !l->ended && !l->sent_200 && w->call[n].leg[A].ended)
			hang_up(w, B, l);
		drain(w, B);
	}
}

/* Users go without a word: the peer of who has hung up unheard finds out by its session timer, and
 * for what both have forgotten one of the two hangs up. */
static void end_world(struct world *w)
{
	w->quiet = true;
	for (unsigned n = 0; n < CALLS; n++) {
		enum side side = (enum side)below(w, 2);

		if (!w->call[n].leg[side].id || w->call[n].leg[side].ended)
			side = side == A ? B : A;
		hang_up(w, side, &w->call[n].leg[side]);
		drain(w, side);
	}
	for (unsigned i = 0; i < MAX_WATCHES; i++)
		if (w->watch[i])
			sip_subscription_end(w->stack[A], w->now, w->watch[i], NULL, 0, NULL);
	drain(w, A);
	run_ms(w, UNHEARD_MS);
	stop_ringing(w);
	run_ms(w, 1000 * (int64_t)w->expires + 64 * 500 + DELAY_MS_MAX - UNHEARD_MS);
}

static void one_world(uint64_t seed)
{
	static struct world w;

	w = (struct world){ 0 };
	open_world(&w, seed);
	run_ms(&w, 20000 + below(&w, 380000));
	end_world(&w);
	check_calls(&w, seed);
	check_idle(&w, seed);
	while (w.nr)
		free(pop(&w).octets);
	free(w.heap);
	mem_free(w.mem);
}

static void test_calls(void **state)
{
	static const enum sip_event_type all[] = {
		SIP_EV_PROGRESS,  SIP_EV_ANSWERED,  SIP_EV_REJECTED, SIP_EV_ACKED,
		SIP_EV_CANCELLED, SIP_EV_BYE,	    SIP_EV_REINVITE, SIP_EV_PRACK,
		SIP_EV_NO_PRACK,  SIP_EV_UPDATE,    SIP_EV_INFO,     SIP_EV_DONE,
		SIP_EV_EXPIRED,	  SIP_EV_SUBSCRIBE, SIP_EV_NOTIFY,   SIP_EV_UNSUBSCRIBED,
		SIP_EV_REFER,	  SIP_EV_REFRESH
	};
	const char *seed = getenv("TG_SEED"), *calls = getenv("TG_SIP_CALLS");
	unsigned long nr = (calls ? strtoul(calls, NULL, 10) : 3000) / CALLS;

	(void)state;
	if (seed) {
		one_world(strtoull(seed, NULL, 10));
		return;
	}
	for (unsigned long i = 1; i <= nr; i++)
		one_world(i);
	for (unsigned i = 0; i < NR_WHYS; i++)
		print_message("# %s: %lu\n", why_name[i], counts[i]);
	assert_true(counts[AGREED] > nr * CALLS / 2);
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_true(told[all[i]] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
