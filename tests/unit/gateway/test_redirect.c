/* SPDX-License-Identifier: GPL-3.0-or-later */
/* redirect: 3xx to a call from a trunk: released, routed anew, followed (RFC 3398 8.2.5). */
#include <stdio.h>

#include "gateway/redirect.h"
#include "isup/params.h"
#include "unit/gateway/world.h"

static struct world w;

static void released(struct gw_config *c)
{
	c->peer[0].flow.redirects = GW_REDIRECT_RELEASE;
}

/* 7... goes to a second trunk, all else to the phone. */
static void routed(struct gw_config *c)
{
	struct gw_trunk_cfg *t = gw_config_trunk_add(c, "west");
	struct gw_route_cfg *r = gw_config_route_add(c);

	c->peer[0].flow.redirects = GW_REDIRECT_ROUTE;
	c->trunk[0].range[1] = (struct gw_range_cfg){ 0, 17, 20, 17 };
	t->opc = WORLD_OPC;
	t->dpc = WORLD_DPC;
	t->hunt = GW_HUNT_ASCENDING;
	t->nr_ranges = 1;
	t->range[0] = (struct gw_range_cfg){ 0, 21, 31, 21 };
	*r = (struct gw_route_cfg){
		.prefix = "7", .from = GW_SIDE_TRUNK, .to = GW_SIDE_TRUNK, .to_name = "west"
	};
}

static void followed(struct gw_config *c)
{
	routed(c);
	c->peer[0].flow.redirects = GW_REDIRECT_FOLLOW;
}

static void redirect(unsigned status, const char *contacts)
{
	struct sip_extra x = { STR("Contact"), str_of(contacts) };
	struct sip_body body = { .extra = &x, .nr_extra = 1 };
	int err = sip_call_reject(w.phone, w.now, w.call, status, &body);

	assert_true(err == 0 || w.loose);
	world_run(&w);
}

static void call(void (*change)(struct gw_config *c))
{
	world_open_with(&w, change);
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
}

/* "noa:digits" of a number of the last message into the trunk. */
static const char *number(enum isup_param_code code)
{
	static char text[60];
	struct isup_number n;

	if (isup_get_number(&w.sent, code, &n) < 0)
		return "none";
	snprintf(text, sizeof(text), "%u:%s", n.noa, n.digits);
	return text;
}

/* Release. -------------------------------------------------------------------------------------- */
static void test_release_with_the_number(void **state)
{
	struct isup_cause c;
	struct isup_number n;
	struct isup_msg m;

	(void)state;
	call(released);
	redirect(302, "<sip:+4930777@192.0.2.9>");
	saw(&w, "REL:5/23 ended");
	assert_int_equal(isup_get_cause(&w.sent, &c), 0);
	isup_msg_init(&m, ISUP_IAM, 0);
	assert_int_equal(isup_put(&m, ISUP_P_CALLED_NUMBER, str_n(c.diagnostics, c.nr_diagnostics)),
			 0);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "4930777");
	assert_int_equal(n.noa, ISUP_NOA_INTERNATIONAL);
	trunk_iam(&w, 5, "200", "100");
	redirect(302, "<sip:alice@example.net>");
	saw(&w, "INVITE+ REL:5/23 ended");
	assert_int_equal(isup_get_cause(&w.sent, &c), 0);
	assert_int_equal(c.nr_diagnostics, 0);
	world_close(&w);
}

/* Another way. ---------------------------------------------------------------------------------- */
/* RFC 3261 21.3.4: the same request by way of the proxy in Contact, and nobody has been redirected. */
static void test_by_way_of_a_proxy(void **state)
{
	char first[200];

	(void)state;
	call(followed);
	str_copyz(first, sizeof(first), str_n(w.invite, strcspn(w.invite, "\r")));
	redirect(305, "<sip:192.0.2.9:5060;lr>, <sip:300@192.0.2.9>");
	saw(&w, "INVITE+");
	assert_int_equal(strncmp(w.invite, first, strlen(first)), 0);
	assert_null(strstr(w.invite, "Diversion"));
	assert_non_null(strstr(world_log(&w, 1), "-redirected"));
	phone_answer(&w);
	saw(&w, "CON:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* The same proxy once; one that is none ends the call. */
static void test_no_proxy(void **state)
{
	static const char *const contacts[] = { "*", "<tel:300>", "<mailto:a@b>",
						"<sip:192.0.2.1>" };

	(void)state;
	call(followed);
	redirect(305, "<sip:192.0.2.9:5060;lr>");
	saw(&w, "INVITE+");
	redirect(305, "<sip:192.0.2.9:5060;lr>");
	saw(&w, "REL:5/23 ended");
	for (size_t i = 0; i < NR_OF(contacts); i++) {
		trunk_iam(&w, 5, "200", "100");
		redirect(305, contacts[i]);
		saw(&w, "INVITE+ REL:5/23 ended");
	}
	world_close(&w);
}

/* New routing. ---------------------------------------------------------------------------------- */
static void test_to_another_number(void **state)
{
	(void)state;
	call(routed);
	redirect(302, "<sip:300@192.0.2.9>");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:300@"));
	assert_non_null(strstr(w.invite, "\r\nDiversion: <sip:200@"));
	assert_non_null(strstr(w.invite, ";reason=unconditional"));
	phone_answer(&w);
	saw(&w, "CON:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* "act as a normal PSTN switch": the redirecting number is in the new IAM. */
static void test_to_a_trunk(void **state)
{
	struct isup_redirection r;

	(void)state;
	call(routed);
	redirect(302, "<tel:777;phone-context=example.net>");
	saw(&w, "IAM:21");
	assert_string_equal(number(ISUP_P_CALLED_NUMBER), "3:777");
	assert_string_equal(number(ISUP_P_REDIRECTING_NUMBER), "3:200");
	assert_string_equal(number(ISUP_P_ORIGINAL_CALLED_NUMBER), "3:200");
	assert_int_equal(isup_get_value(&w.sent, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &r,
					sizeof(r)),
			 0);
	assert_int_equal(r.counter, 1);
	assert_int_equal(r.indicator, 3);
	assert_int_equal(r.reason, 3);
	trunk_says(&w, ISUP_ACM, 21);
	trunk_says(&w, ISUP_ANM, 21);
	saw(&w, "ACM:5 join:5-21:first ANM:5 join:5-21:both");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* After a 180 who called has his ACM: he is told by CPG, and has no second one. */
static void test_after_alerting(void **state)
{
	(void)state;
	call(routed);
	phone_progress(&w, 180, true);
	saw(&w, "ACM:5 open:5:from-rtp");
	redirect(302, "<sip:300@192.0.2.9>");
	saw(&w, "CPG:5 INVITE+");
	phone_progress(&w, 180, false);
	phone_answer(&w);
	assert_non_null(strstr(w.trace, "CPG:5 ANM:5"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
	call(routed);
	phone_progress(&w, 180, false);
	redirect(302, "<sip:777@192.0.2.9>");
	saw(&w, "ACM:5 CPG:5 IAM:21");
	trunk_says(&w, ISUP_ACM, 21);
	saw(&w, "CPG:5 join:5-21:first");
	trunk_rel(&w, 21, 17);
	saw(&w, "RLC:21 REL:5/17 free:5 ended");
	world_close(&w);
	call(routed);
	phone_progress(&w, 180, false);
	redirect(302, "<sip:777@192.0.2.9>");
	trunk_says(&w, ISUP_CON, 21);
	saw(&w, "ACM:5 CPG:5 IAM:21 ANM:5 join:5-21:both");
	trunk_rel(&w, 21, 16);
	world_close(&w);
}

/* The best q first; what fails is followed by the next; the last failure is told. */
static void test_in_order(void **state)
{
	(void)state;
	call(routed);
	redirect(300, "<sip:301@192.0.2.9>;q=0.1, <sip:302@192.0.2.9>;q=0.75, "
		      "<sip:303@192.0.2.9>, <sip:302@h>;q=0.7, <sip:alice@h>");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:303@"));
	phone_reject(&w, 486, NULL);
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:302@"));
	assert_non_null(strstr(w.invite, ";reason=unknown"));
	phone_reject(&w, 404, NULL);
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:301@"));
	phone_reject(&w, 486, NULL);
	saw(&w, "REL:5/17 ended");
	world_close(&w);
}

/* RFC 3261 16.7: after a 6xx nobody else is asked. */
static void test_6xx_ends_it(void **state)
{
	(void)state;
	call(routed);
	redirect(300, "<sip:301@192.0.2.9>, <sip:302@192.0.2.9>");
	saw(&w, "INVITE+");
	phone_reject(&w, 603, NULL);
	saw(&w, "REL:5/21 ended");
	world_close(&w);
}

/* Each target once, GW_MAX_REDIRECTS of them, whoever names them. */
static void test_loops(void **state)
{
	char contact[60];
	unsigned nr = 0;

	(void)state;
	call(routed);
	redirect(302, "<sip:200@192.0.2.9>"); /* itself */
	saw(&w, "REL:5/23 ended");
	trunk_iam(&w, 5, "200", "100");
	redirect(302, "<sip:300@192.0.2.9>");
	redirect(302, "<sip:200@192.0.2.9>, <sip:300@192.0.2.9>");
	saw(&w, "INVITE+ INVITE+ REL:5/23 ended");
	trunk_iam(&w, 5, "200", "100");
	while (strstr(w.trace, "INVITE")) {
		w.trace[0] = '\0';
		snprintf(contact, sizeof(contact), "<sip:30%u@192.0.2.9>", ++nr);
		redirect(302, contact);
	}
	saw(&w, "REL:5/23 ended");
	assert_int_equal(nr, GW_MAX_REDIRECTS + 1);
	world_close(&w);
}

/* Q.763 3.45: the counter goes to 5, whoever has counted. */
static void test_counter(void **state)
{
	const struct isup_redirection r = { .indicator = 3, .counter = 5, .reason = 1 };
	struct isup_number n = { .noa = 3, .npi = 1, .digits = "200" };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	(void)state;
	world_open_with(&w, routed);
	isup_put_nci(&m, &(struct isup_nci){ 0 });
	isup_put_fci(&m, &(struct isup_fci){ 0 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n);
	isup_put_value(&m, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &r, sizeof(r));
	trunk_send(&w, &m, 5);
	redirect(302, "<sip:300@192.0.2.9>");
	saw(&w, "INVITE+ REL:5/23 ended");
	world_close(&w);
}

static void test_no_route_for_it(void **state)
{
	(void)state;
	call(routed);
	redirect(305, "<sip:300@192.0.2.9>"); /* a proxy is no destination */
	saw(&w, "REL:5/23 ended");
	trunk_iam(&w, 5, "200", "100");
	redirect(380, "<sip:300@192.0.2.9>"); /* nor is another service */
	saw(&w, "INVITE+ REL:5/23 ended");
	assert_non_null(strstr(world_log(&w, 2), "-380\n"));
	trunk_iam(&w, 5, "200", "100");
	redirect(302, "*");
	saw(&w, "INVITE+ REL:5/23 ended");
	trunk_iam(&w, 5, "200", "100");
	redirect(
		302,
		"<sip:abc@192.0.2.9>, <mailto:a@b>, <sip:9999999999999999999999999999999999999@h>");
	saw(&w, "INVITE+ REL:5/23 ended");
	world_close(&w);
}

static void test_given_up_meanwhile(void **state)
{
	(void)state;
	call(routed);
	redirect(302, "<sip:300@192.0.2.9>, <sip:301@192.0.2.9>");
	saw(&w, "INVITE+");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 CANCEL/16 ended");
	world_close(&w);
}

/* Following. ------------------------------------------------------------------------------------ */
static void test_follow(void **state)
{
	(void)state;
	call(followed);
	redirect(302, "<sip:alice@192.0.2.9:5060;x=y?Subject=no>");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:alice@192.0.2.9:5060;x=y SIP/2.0\r\n"));
	assert_non_null(strstr(w.invite, "\r\nDiversion: <sip:200@"));
	assert_null(strstr(w.invite, "Subject"));
	phone_reject(&w, 486, NULL);
	saw(&w, "REL:5/17 ended");
	trunk_iam(&w, 5, "200", "100");
	redirect(302, "<sip:300@192.0.2.77>");
	saw(&w, "INVITE+ elsewhere:INVITE sip:");
	trunk_rel(&w, 5, 16);
	world_wait(&w, 40000);
	world_close(&w);
}

/* A number of this gateway, and a tel URI, are a matter of the routes. */
static void test_follow_to_ourselves(void **state)
{
	(void)state;
	call(followed);
	redirect(302, "<sip:777@192.0.2.1>");
	saw(&w, "IAM:21");
	trunk_rel(&w, 21, 17);
	saw(&w, "RLC:21 REL:5/17 ended");
	trunk_iam(&w, 5, "200", "100");
	redirect(302, "<tel:778;phone-context=x.y>");
	saw(&w, "INVITE+ IAM:21");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Memory. --------------------------------------------------------------------------------------- */
static void once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	if (!world_try_open(&w, followed)) {
		mem_free(w.mem);
		return;
	}
	trunk_iam(&w, 5, "200", "100");
	redirect(302, "<sip:alice@192.0.2.9>, <sip:300@192.0.2.9>, <tel:777;phone-context=x.y>");
	phone_reject(&w, 486, NULL);
	phone_reject(&w, 486, NULL);
	trunk_rel(&w, 21, 16);
	world_wait(&w, 100000);
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 50);
	w.loose = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_way_of_a_proxy),
		cmocka_unit_test(test_no_proxy),
		cmocka_unit_test(test_release_with_the_number),
		cmocka_unit_test(test_to_another_number),
		cmocka_unit_test(test_to_a_trunk),
		cmocka_unit_test(test_after_alerting),
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_6xx_ends_it),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_counter),
		cmocka_unit_test(test_no_route_for_it),
		cmocka_unit_test(test_given_up_meanwhile),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_follow_to_ourselves),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
