/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 10.2, 22.2, RFC 5626 4.5: a client and our own registrar, with a wire between. */
#include <trunkgate/sip/registrar.h>
#include <trunkgate/sip/request.h>

#include "sip/registration.h"
#include "unit/sip/wire.h"

static struct wire *w;
static struct sip_registrar *registrar;
static struct sip_registration *client;
static struct sip_registrar_answer answer;
static unsigned instead; /* a status in place of the registrar's */
static const struct sip_extra retry = { STR_INIT("Retry-After"), STR_INIT("700") };
static const struct sip_extra route = { STR_INIT("Service-Route"),
					STR_INIT("<sip:a;lr>, <sip:b;lr>") };

static void on_event(struct wire_end *e, const struct sip_event *ev)
{
	struct sip_body odd = { .extra = &retry, .nr_extra = 1 };

	if (ev->type == SIP_EV_RESPONSE && client)
		assert_true(sip_registration_rx(client, e->stack, w->now, ev));
	if (ev->type != SIP_EV_REQUEST)
		return;
	sip_registrar_rx(registrar, w->now, ev->msg, &ev->from, ev->path, &answer);
	if (answer.status == 200 && !instead)
		answer.extra[answer.body.nr_extra++] = route, answer.body.extra = answer.extra;
	sip_request_answer(e->stack, w->now, instead ? instead : answer.status,
			   instead ? &odd : &answer.body);
}

static bool begin(const char *password, const char *users_password, uint32_t expires_s)
{
	struct sip_cfg cfg = { .methods = 1u << SIP_REGISTER };
	struct sip_registration_cfg c = { .path = WIRE_PATH,
					  .registrar = STR("sip:192.0.2.2"),
					  .aor = STR("<sip:201@192.0.2.2>"),
					  .contact = STR("sip:201@192.0.2.1:5060"),
					  .expires_s = expires_s };
	struct sip_digest_ha1 ha1;

	instead = 0;
	client = NULL;
	w = wire_try_new(&cfg);
	if (!w)
		return false;
	w->a.on_event = w->b.on_event = on_event;
	c.rng = w->rng;
	c.target = w->b.addr;
	if (password) {
		c.login.name = STR("201");
		c.login.realm = STR("trunkgate");
		sip_digest_ha1_init(&c.login.ha1, c.login.name, c.login.realm, str_of(password));
	}
	registrar = sip_registrar_new(w->mem, &(struct sip_registrar_cfg){ .rng = w->rng });
	client = sip_registration_new(w->mem, &c);
	if (!registrar || !client)
		return false;
	sip_digest_ha1_init(&ha1, STR("201"), STR("trunkgate"),
			    str_of(users_password ? users_password : ""));
	return sip_registrar_user(registrar, STR("201"), users_password ? &ha1 : NULL) == 0;
}

/* Time passes, for the client too. */
static void pass_s(unsigned s)
{
	for (; s; s--) {
		wire_run_ms(w, 1000);
		sip_registration_tick(client, w->a.stack, w->now);
		wire_drain(&w->a);
	}
}

static void start(void)
{
	sip_registration_start(client, w->a.stack, w->now);
	wire_drain(&w->a);
	wire_run_ms(w, 200);
}

static bool is_bound(void)
{
	struct sip_binding b;
	unsigned pos = 0;

	return sip_registrar_find(registrar, w->now, STR("201"), &pos, &b);
}

static void test_table(void **state)
{
	(void)state;
	check_fsm(&sip_registration_def, "sip_registration");
}

static void test_stays_registered(void **state)
{
	struct str value;

	(void)state;
	assert_true(begin(NULL, NULL, 100));
	start();
	assert_true(sip_registration_up(client, w->now));
	assert_true(sip_registration_route(client, 1, &value));
	assert_str_equal(value, STR("<sip:b;lr>"));
	assert_false(sip_registration_route(client, 2, &value));
	for (int i = 0; i < 20; i++) {
		pass_s(50);
		assert_true(is_bound() && sip_registration_up(client, w->now));
	}
	assert_in_range(wire_count(&w->a, "REGISTER"), 18, 22);
	sip_registration_stop(client, w->a.stack, w->now);
	wire_drain(&w->a);
	pass_s(1);
	assert_false(is_bound() || sip_registration_up(client, w->now));
	assert_true(tick_is_never(sip_registration_deadline(client)));
	wire_free(w);
}

static void test_digest(void **state)
{
	(void)state;
	assert_true(begin("secret", "secret", 0));
	start();
	assert_true(is_bound() && sip_registration_up(client, w->now));
	assert_int_equal(wire_count(&w->a, "REGISTER"), 2);
	pass_s(3600); /* the refresh is challenged anew */
	assert_true(is_bound());
	assert_int_equal(wire_count(&w->a, "REGISTER"), 4);
	sip_registration_stop(client, w->a.stack, w->now);
	wire_drain(&w->a);
	pass_s(1);
	assert_false(is_bound());
	wire_free(w);
}

/* A wrong password is tried once, then again after the back-off only. */
static void test_wrong_password(void **state)
{
	(void)state;
	assert_true(begin("guess", "secret", 0));
	start();
	assert_false(is_bound() || sip_registration_up(client, w->now));
	assert_int_equal(sip_registration_status(client), 401);
	assert_int_equal(wire_count(&w->a, "REGISTER"), 2);
	pass_s(14);
	assert_int_equal(wire_count(&w->a, "REGISTER"), 2);
	pass_s(18);
	assert_int_equal(wire_count(&w->a, "REGISTER"), 4);
	wire_free(w);
}

static void test_too_brief(void **state)
{
	(void)state;
	assert_true(begin(NULL, NULL, 10));
	start();
	assert_true(is_bound());
	assert_int_equal(wire_count(&w->a, "REGISTER"), 2);
	instead = 423; /* without Min-Expires: no loop */
	pass_s(31);
	assert_int_equal(wire_count(&w->a, "REGISTER"), 3);
	wire_free(w);
}

static void test_backoff(void **state)
{
	(void)state;
	assert_true(begin(NULL, NULL, 0));
	instead = 503;
	start();
	pass_s(699);
	assert_int_equal(wire_count(&w->a, "REGISTER"), 1);
	instead = 0;
	pass_s(3);
	assert_true(is_bound());
	w->b.deaf = true;
	pass_s(3600);
	assert_false(sip_registration_up(client, w->now));
	w->b.deaf = false;
	pass_s(1800 + 33);
	assert_true(is_bound() && sip_registration_up(client, w->now));
	wire_free(w);
}

static void once(void *ctx)
{
	(void)ctx;
	if (begin("secret", "secret", 0))
		start();
	if (w)
		wire_free(w);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	  cmocka_unit_test(test_stays_registered),
		cmocka_unit_test(test_digest),	  cmocka_unit_test(test_wrong_password),
		cmocka_unit_test(test_too_brief), cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
