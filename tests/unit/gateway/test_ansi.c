/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls over a trunk that speaks T1.113: what is different there, and that the phone sees none of it. */
#include "unit/gateway/world.h"

static struct world w;

static void ansi(struct gw_config *c)
{
	str_copyz(c->trunk[0].variant, sizeof(c->trunk[0].variant), STR("ansi95"));
	c->trunk[0].range[0].first_cic = 16001;
	c->trunk[0].nr_ranges = 1;
}

/* The IAM has user service information, and the transmission medium nowhere. */
static void test_out(void **state)
{
	struct str o;

	(void)state;
	world_open_with(&w, ansi);
	phone_call(&w, "100");
	saw(&w, "IAM:16001");
	assert_true(isup_get(&w.sent, ISUP_P_USI, &o));
	assert_octets_equal(o, OCTETS("9090a2"));
	assert_false(isup_get(&w.sent, ISUP_P_TMR, &o));
	trunk_says(&w, ISUP_ACM, 16001);
	saw(&w, "open:1:to-rtp 180+");
	trunk_says(&w, ISUP_ANM, 16001);
	saw(&w, "modify:1:both 200+");
	phone_hangup(&w, NULL);
	saw(&w, "REL:16001/16 close ended");
	world_close(&w);
}

static void test_in(void **state)
{
	(void)state;
	world_open_with(&w, ansi);
	trunk_iam(&w, 16004, "200", "100");
	saw(&w, "INVITE+");
	phone_progress(&w, 180, false);
	saw(&w, "ACM:16004");
	phone_answer(&w);
	saw(&w, "ANM:16004 open:4:both ACK");
	trunk_rel(&w, 16004, 16);
	saw(&w, "RLC:16004 close BYE/16 ended");
	world_close(&w);
}

/* There is no CON. */
static void test_in_answered_at_once(void **state)
{
	(void)state;
	world_open_with(&w, ansi);
	trunk_iam(&w, 16004, "200", "100");
	phone_answer(&w);
	saw(&w, "INVITE+ ACM:16004 ANM:16004 open:4:both ACK");
	trunk_rel(&w, 16004, 16);
	saw(&w, "RLC:16004 close BYE/16 ended");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out),
		cmocka_unit_test(test_in),
		cmocka_unit_test(test_in_answered_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
