/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registration: where the gateway itself registers (RFC 3261 10.2), and session timers in its calls
 * (RFC 4028). The phone refuses REGISTER: a registrar stands in tests/live/t_kamailio.py. */
#include "unit/gateway/world.h"

static struct world w;

static void registers(struct gw_config *c)
{
	strcpy(c->peer[0].register_as, "4930100");
	strcpy(c->peer[0].login.user, "u");
	strcpy(c->peer[0].login.realm, "r");
	strcpy(c->peer[0].login.ha1.hex[SIP_DIGEST_MD5], "0123456789abcdef0123456789abcdef");
	c->peer[0].register_expires_s = 600;
}

static bool upstream(struct gw_upstream_info *u)
{
	unsigned pos = 0;

	return gw_upstream_walk(w.gw, w.now, &pos, u);
}

/* It is tried after the start; what is refused is tried again, later and later. */
static void test_refused(void **state)
{
	struct gw_upstream_info u;

	(void)state;
	world_open_with(&w, registers);
	assert_true(upstream(&u));
	assert_string_equal(u.peer, "phone");
	assert_string_equal(u.user, "4930100");
	assert_false(u.up);
	assert_int_equal(u.status, 405);
	world_wait(&w, 600000);
	assert_true(upstream(&u));
	assert_false(u.leaving);
	world_close(&w);
}

/* A new configuration without it takes it away; one with another name is another one. */
static void test_swap(void **state)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_upstream_info u;
	struct gw_config *c;

	(void)state;
	world_open_with(&w, registers);
	c = gw_config_copy(w.mem, w.cfg);
	strcpy(c->peer[0].register_as, "4930200");
	assert_int_equal(gw_config_swap(w.gw, c, &diag), 0);
	gw_tick(w.gw, w.now);
	world_run(&w);
	world_wait(&w, 1000);
	assert_true(upstream(&u));
	assert_string_equal(u.user, "4930200");
	assert_int_equal(u.status, 405);
	c->peer[0].register_as[0] = '\0';
	assert_int_equal(gw_config_swap(w.gw, c, &diag), 0);
	world_wait(&w, 1000);
	assert_false(upstream(&u));
	world_close(&w);
}

/* Nobody answers: the time-out is its end, too. */
static void test_silence(void **state)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_upstream_info u;
	struct gw_config *c;

	(void)state;
	w.deaf_phone = true;
	world_open_with(&w, registers);
	c = gw_config_copy(w.mem, w.cfg);
	c->peer[0].register_as[0] = '\0';
	w.deaf_phone = true;
	assert_int_equal(gw_config_swap(w.gw, c, &diag), 0);
	world_wait(&w, 40000);
	assert_false(upstream(&u));
	w.deaf_phone = false;
	world_close(&w);
}

/* RFC 4028 7.1, 9: asked for by who calls, and by who is called. */
static void test_session_timer(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 1, "200", "100");
	assert_non_null(strstr(w.invite, "\r\nSupported: timer\r\n"));
	assert_non_null(strstr(w.invite, "\r\nSession-Expires: 1800;refresher=uac\r\n"));
	trunk_rel(&w, 1, 16);
	world_close(&w);
}

static void no_timer(struct gw_config *c)
{
	c->sip_session_expires_s = 0;
}

static void test_no_session_timer(void **state)
{
	(void)state;
	world_open_with(&w, no_timer);
	trunk_iam(&w, 1, "200", "100");
	assert_null(strstr(w.invite, "Session-Expires"));
	trunk_rel(&w, 1, 16);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),		 cmocka_unit_test(test_swap),
		cmocka_unit_test(test_silence),		 cmocka_unit_test(test_session_timer),
		cmocka_unit_test(test_no_session_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
