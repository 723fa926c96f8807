/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls from beginning to end with the n-th allocation failing, for every n: whatever fails, the
 * stacks come to rest with nothing alive. */
#include "unit/sip/wire.h"

static unsigned nr_complete;

/* Each side acts on what it is told; what fails is repeated a little later, as an impatient user
 * would, so that every path ends. */
static void b_acts(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_INVITE) {
		sip_call_progress(e->stack, e->wire->now, ev->call, 180, NULL);
		sip_call_answer(e->stack, e->wire->now, ev->call, &wire_answer);
	} else if (ev->type == SIP_EV_REINVITE) {
		sip_call_answer(e->stack, e->wire->now, ev->call, &wire_answer);
	}
}

static void a_acts(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_ANSWERED)
		sip_call_ack(e->stack, e->wire->now, ev->call, NULL);
	if (ev->type == SIP_EV_ENDED)
		nr_complete++;
}

/* Until both are idle: hang up whatever is there. */
static void finish(struct wire *w)
{
	struct sip_stats a, b;

	for (int i = 0; i < 100; i++) {
		sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
		sip_call_hangup(w->b.stack, w->now, w->b.call, 0, NULL);
		wire_run_ms(w, 10000);
		sip_stack_stats(w->a.stack, &a);
		sip_stack_stats(w->b.stack, &b);
		if (a.calls + b.calls == 0)
			break;
	}
	assert_int_equal(a.calls + b.calls, 0);
}

static void one_call(void *ctx)
{
	struct wire *w = wire_try_new(NULL);

	(void)ctx;
	if (!w)
		return;
	w->a.on_event = a_acts;
	w->b.on_event = b_acts;
	if (wire_start(w, &w->a, &wire_offer) == 0) {
		wire_run_ms(w, 2000);
		sip_call_reinvite(w->a.stack, w->now, w->a.call, &wire_offer);
		wire_run_ms(w, 2000);
	}
	finish(w);
	wire_free(w);
}

static void one_cancelled_call(void *ctx)
{
	struct wire *w = wire_try_new(NULL);

	(void)ctx;
	if (!w)
		return;
	if (wire_start(w, &w->a, &wire_offer) == 0) {
		wire_run_ms(w, 25);
		sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
		wire_run_ms(w, 1000);
	}
	finish(w);
	wire_free(w);
}

static void one_refused_call(void *ctx)
{
	struct wire *w = wire_try_new(NULL);

	(void)ctx;
	if (!w)
		return;
	if (wire_start(w, &w->a, &wire_offer) == 0) {
		wire_run_ms(w, 600);
		sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL);
		wire_run_ms(w, 1000);
	}
	sip_options_send(w->a.stack, w->now, WIRE_PATH, &w->b.addr, STR("sip:192.0.2.2"), w);
	finish(w);
	wire_free(w);
}

static void test_call(void **state)
{
	(void)state;
	assert_true(walk_allocations(one_call, NULL) > 40);
	assert_true(nr_complete > 0);
}

static void test_cancelled_call(void **state)
{
	(void)state;
	assert_true(walk_allocations(one_cancelled_call, NULL) > 30);
}

static void test_refused_call(void **state)
{
	(void)state;
	assert_true(walk_allocations(one_refused_call, NULL) > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_cancelled_call),
		cmocka_unit_test(test_refused_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
