/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbering plans of trunks: SIP has '+', each trunk what its plan makes of it (RFC 3398 12). */
#include <stdio.h>

#include "unit/gateway/world.h"

static struct world w;

static void germany(struct gw_config *c)
{
	struct iw_numbering *n = &c->trunk[0].numbering;

	strcpy(n->country, "49");
	strcpy(n->area, "30");
	strcpy(n->national, "0");
	strcpy(n->international, "00");
	strcpy(n->context, "example.net");
}

/* "noa:digits" of a number in the last message into the trunk. */
static const char *number(enum isup_param_code code)
{
	static char text[60];
	struct isup_number n;

	if (isup_get_number(&w.sent, code, &n) < 0)
		return "none";
	snprintf(text, sizeof(text), "%u:%s", n.noa, n.digits);
	return text;
}

static void test_to_the_trunk(void **state)
{
	static const struct {
		const char *uri, *from, *called, *calling;
	} rows[] = {
		{ "sip:+4930100@h", "<sip:+4989200@h>", "3:30100", "3:89200" },
		{ "sip:+33100@h", "<sip:+33200@h>", "4:33100", "4:33200" },
		{ "sip:030100@h", "<sip:00331@h>", "3:30100", "4:331" },
		{ "sip:004930100@h", "<sip:alice@h>", "3:30100", "none" },
		{ "sip:100@h", "<sip:200@h>", "3:100", "3:200" },
	};

	(void)state;
	world_open_with(&w, germany);
	for (size_t i = 0; i < NR_OF(rows); i++) {
		phone_call_uri(&w, rows[i].uri, phone_sdp(&w), rows[i].from);
		assert_int_equal(w.sent.type, ISUP_IAM);
		assert_string_equal(number(ISUP_P_CALLED_NUMBER), rows[i].called);
		assert_string_equal(number(ISUP_P_CALLING_NUMBER), rows[i].calling);
		trunk_rel(&w, w.sent.cic, 16);
		w.trace[0] = '\0';
	}
	world_close(&w);
}

static void local_ones(struct gw_config *c)
{
	germany(c);
	c->trunk[0].numbering.noa_local = 5; /* network specific */
}

static void test_network_specific(void **state)
{
	(void)state;
	world_open_with(&w, local_ones);
	phone_call(&w, "100");
	assert_string_equal(number(ISUP_P_CALLED_NUMBER), "5:100");
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* The world's exchange has national numbers. */
static void test_from_the_trunk(void **state)
{
	(void)state;
	world_open_with(&w, germany);
	trunk_iam(&w, 5, "30200", "89100");
	assert_non_null(strstr(w.invite, "INVITE sip:+4930200@"));
	assert_non_null(strstr(w.invite, "sip:+4989100@"));
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void specific_iam(uint8_t noa)
{
	struct isup_msg m = trunk_msg(ISUP_IAM);
	const struct isup_nci nci = { 0 };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	const struct isup_number n = { .noa = noa, .npi = 1, .digits = "200F" };

	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n), 0);
	trunk_send(&w, &m, 5);
}

/* RFC 3966 5.1.5: a number that only the plan knows says whose it is. */
static void test_phone_context(void **state)
{
	(void)state;
	world_open_with(&w, germany);
	specific_iam(5);
	assert_non_null(strstr(w.invite, "INVITE sip:200;phone-context=example.net@"));
	trunk_rel(&w, 5, 16);
	specific_iam(1);
	assert_non_null(strstr(w.invite, "INVITE sip:+4930200@"));
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* The connected number goes the other way. */
static void test_connected(void **state)
{
	const struct isup_number n = { .noa = 3, .npi = 1, .si = 3, .digits = "30777" };
	struct isup_msg anm;

	(void)state;
	world_open_with(&w, germany);
	phone_call(&w, "+4930100");
	isup_msg_init(&anm, ISUP_ANM, 0);
	assert_int_equal(isup_put_number(&anm, ISUP_P_CONNECTED_NUMBER, &n), 0);
	trunk_says(&w, ISUP_ACM, 1);
	trunk_send(&w, &anm, 1);
	assert_non_null(strstr(w.ok, "P-Asserted-Identity: <sip:+4930777@"));
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void two_trunks(struct gw_config *c)
{
	struct gw_trunk_cfg *t = gw_config_trunk_add(c, "west");

	t->opc = WORLD_OPC;
	t->dpc = WORLD_DPC;
	t->nr_ranges = 1;
	c->trunk[0].nr_ranges = 1;
	t->range[0] = (struct gw_range_cfg){ 0, 17, 31, 17 };
	strcpy(t->group, "TG-2");
	strcpy(t->group_context, "example.net");
}

/* RFC 4904: tgrp and trunk-context say which trunk. */
static void test_trunk_group(void **state)
{
	(void)state;
	world_open_with(&w, two_trunks);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	phone_call_uri(&w, "sip:100;tgrp=tg-2;trunk-context=example.net@192.0.2.1", phone_sdp(&w),
		       NULL);
	assert_int_equal(w.sent.type, ISUP_IAM);
	assert_true(w.sent.cic >= 17);
	trunk_rel(&w, w.sent.cic, 16);
	w.trace[0] = '\0';
	phone_call_uri(&w, "sip:100;tgrp=TG-9;trunk-context=example.net@192.0.2.1", phone_sdp(&w),
		       NULL);
	assert_non_null(strstr(w.trace, "404/3"));
	w.trace[0] = '\0';
	phone_call_uri(&w, "sip:100;tgrp=TG-2;trunk-context=example.com@192.0.2.1", phone_sdp(&w),
		       NULL); /* somebody else's */
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	phone_call_uri(&w, "sip:100;tgrp=TG-9@192.0.2.1", phone_sdp(&w), NULL); /* half of it */
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void concatenated(struct gw_config *c)
{
	germany(c);
	c->trunk[0].dialect = (struct iw_dialect){ .caller_name = IW_NAME_DISPLAY,
						   .portability = IW_PORTED_CONCATENATED,
						   .routing_digits = 4,
						   .routing_noa = true };
}

/* RFC 3398 7.2.1.1, 8.2.1.1, 12.1 on a trunk that has routing and dialled number together, and names as
 * display information. */
static void test_dialect(void **state)
{
	const struct isup_number called = { .noa = 8, .npi = 1, .digits = "723930100" };
	const struct isup_number calling = { .noa = 3, .npi = 1, .si = 3, .digits = "89200" };
	struct isup_msg m = trunk_msg(ISUP_IAM);
	struct str name;

	(void)state;
	world_open_with(&w, concatenated);
	phone_call_uri(&w, "sip:+4930100;npdi;rn=+497239@h", phone_sdp(&w),
		       "\"Alice\" <sip:+4989200@h>");
	assert_int_equal(w.sent.type, ISUP_IAM);
	assert_string_equal(number(ISUP_P_CALLED_NUMBER), "8:723930100");
	assert_string_equal(number(ISUP_P_GENERIC_NUMBER), "none");
	assert_true(isup_get(&w.sent, ISUP_P_DISPLAY, &name) && str_eq(name, STR("Alice")));
	assert_false(isup_get(&w.sent, ISUP_P_GENERIC_NAME, &name));
	trunk_rel(&w, w.sent.cic, 16);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &called);
	isup_put_number(&m, ISUP_P_CALLING_NUMBER, &calling);
	isup_put_nci(&m, &(struct isup_nci){ 0 });
	isup_put_fci(&m, &(struct isup_fci){ 0 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put(&m, ISUP_P_DISPLAY, STR("Bob"));
	trunk_send(&w, &m, 5);
	assert_non_null(strstr(w.invite, "INVITE sip:+4930100;npdi;rn=497239@"));
	assert_non_null(strstr(w.invite, "From: \"Bob\" <sip:+4989200@"));
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialect),		 cmocka_unit_test(test_to_the_trunk),
		cmocka_unit_test(test_network_specific), cmocka_unit_test(test_from_the_trunk),
		cmocka_unit_test(test_phone_context),	 cmocka_unit_test(test_connected),
		cmocka_unit_test(test_trunk_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
