/* SPDX-License-Identifier: GPL-3.0-or-later */
/* treatment: who called hears why the call failed, before it ends (RFC 3398 7.1.6, RFC 3666 3.6). */
#include "unit/gateway/world.h"

static struct world w;

static void change(struct gw_config *c, enum iw_rule rule, uint16_t value)
{
	struct iw_profile *p = gw_config_profile_add(c, "mine");

	c->trunk[0].ringback = DSP_RINGBACK_ETSI;
	assert_non_null(p);
	assert_int_equal(iw_profile_set(p, IW_TABLE_RULE, rule, value), 0);
	strcpy(c->peer[0].interworking, "mine");
}

static void tones(struct gw_config *c)
{
	change(c, IW_RULE_ERROR_TONE, 1);
}

/* The default. */
static void no_tones(struct gw_config *c)
{
	change(c, IW_RULE_ERROR_TONE, 0);
}

static void no_ringback(struct gw_config *c)
{
	tones(c);
	c->trunk[0].ringback = DSP_RINGBACK_NONE;
}

static void no_timer(struct gw_config *c)
{
	change(c, IW_RULE_INTERWORK_TIMER, 0);
}

static void iam(bool interworking)
{
	const struct isup_nci nci = { 0 };
	const struct isup_fci fci = { .interworking = interworking };
	const struct isup_number n = { .noa = 3, .npi = 1, .digits = "200" };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n);
	trunk_send(&w, &m, 5);
}

/* RFC 3666 3.6: the caller hears busy and hangs up. */
static void test_busy(void **state)
{
	struct isup_obci obci = { 0 };

	(void)state;
	world_open_with(&w, tones);
	iam(true);
	phone_reject(&w, 600, NULL);
	saw(&w, "INVITE+ ACM:5 ring:5:etsi-busy");
	assert_int_equal(isup_get_obci(&w.sent, &obci), 0);
	assert_true(obci.in_band);
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 ring:5:none ended");
	world_close(&w);
}

/* Behind an ACM it is a CPG; the ringing tone ends; the timer ends the call. */
static void test_after_ringing(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	iam(true);
	phone_progress(&w, 180, false);
	saw(&w, "INVITE+ ACM:5 ring:5:etsi");
	phone_reject(&w, 404, NULL);
	saw(&w, "CPG:5 ring:5:none ring:5:etsi-congestion");
	world_wait(&w, 29900);
	saw(&w, "");
	world_wait(&w, 200);
	saw(&w, "REL:5/1 ring:5:none ended");
	world_close(&w);
}

/* With media before the refusal: they are cut. */
static void test_after_media(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	iam(true);
	phone_progress(&w, 183, true);
	saw(&w, "INVITE+ ACM:5 open:5:from-rtp");
	phone_reject(&w, 486, NULL);
	saw(&w, "CPG:5 ring:5:etsi-busy modify:5:cut");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 ring:5:none close ended");
	world_close(&w);
}

/* No interworking: the caller's exchange does it (RFC 3666 3.5). By rule; without a tone of the trunk. */
static void test_rel_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		world_open_with(&w, i == 0 ? tones : i == 1 ? no_tones : no_ringback);
		iam(i > 0);
		phone_reject(&w, 486, NULL);
		saw(&w, "INVITE+ REL:5/17 ended");
		world_close(&w);
	}
}

static void acm_with_cause(void)
{
	const struct isup_cause c = { .location = ISUP_LOC_TRANSIT, .value = 1 };
	struct isup_msg m = trunk_msg(ISUP_ACM);

	assert_int_equal(isup_put_cause(&m, &c), 0);
	trunk_send(&w, &m, 1);
}

/* RFC 3398 7.1.6, steps 5 to 8 */
static void test_announcement(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	acm_with_cause();
	saw(&w, "IAM:1 open:1:to-rtp 183+/1");
	world_wait(&w, 29900);
	saw(&w, "");
	world_wait(&w, 200);
	saw(&w, "REL:1/1 close 404/1 ended");
	world_close(&w);
}

/* An announcement that is answered, or that the exchange ends, or the caller. */
static void test_announcement_ends_otherwise(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	acm_with_cause();
	trunk_says(&w, ISUP_ANM, 1);
	world_wait(&w, 60000);
	saw(&w, "IAM:1 open:1:to-rtp 183+/1 modify:1:both 200+");
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	phone_call(&w, "100");
	w.trace[0] = '\0';
	acm_with_cause();
	phone_hangup(&w, NULL);
	saw(&w, "open:1:to-rtp 183+/1 REL:1/16 close ended");
	world_wait(&w, 60000);
	saw(&w, "");
	world_close(&w);
}

static void test_no_timer(void **state)
{
	(void)state;
	world_open_with(&w, no_timer);
	phone_call(&w, "100");
	acm_with_cause();
	saw(&w, "IAM:1 open:1:to-rtp 183+/1");
	world_wait(&w, 50000);
	saw(&w, "");
	trunk_rel(&w, 1, 1);
	saw(&w, "RLC:1 close 404/1 ended");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_after_ringing),
		cmocka_unit_test(test_after_media),
		cmocka_unit_test(test_rel_at_once),
		cmocka_unit_test(test_announcement),
		cmocka_unit_test(test_announcement_ends_otherwise),
		cmocka_unit_test(test_no_timer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
