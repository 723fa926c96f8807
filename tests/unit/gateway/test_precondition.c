/* SPDX-License-Identifier: GPL-3.0-or-later */
/* precondition: RFC 3312 on the side of SIP, the continuity check and COT on that of the trunk. */
#include <stdio.h>

#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;

static void waits(struct gw_config *c)
{
	c->peer[0].flow.preconditions = true;
}

/* The phone's, with these attributes. */
static const char *sdp(const char *qos)
{
	static char text[2000];

	snprintf(text, sizeof(text), "%s%s", phone_sdp(&w), qos);
	return text;
}

#define NOT_YET                                  \
	"a=curr:qos local none\r\n"              \
	"a=curr:qos remote none\r\n"             \
	"a=des:qos mandatory local sendrecv\r\n" \
	"a=des:qos mandatory remote sendrecv\r\n"
#define READY                                    \
	"a=curr:qos local sendrecv\r\n"          \
	"a=curr:qos remote sendrecv\r\n"         \
	"a=des:qos mandatory local sendrecv\r\n" \
	"a=des:qos mandatory remote sendrecv\r\n"

static void open_with(void (*change)(struct gw_config *c))
{
	world_open_with(&w, change);
	w.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED };
	w.extra = (struct sip_extra){ STR("Require"), STR("precondition") };
}

static void update(const char *text)
{
	struct sip_body body = { .content_type = STR("application/sdp"), .octets = str_of(text) };
	int err = sip_call_update(w.phone, w.now, w.call, &body);

	assert_true(err == 0 || w.loose);
	world_run(&w);
}

static unsigned continuity(void)
{
	struct isup_nci nci = { 0 };

	assert_int_equal(isup_get_nci(&w.sent, &nci), 0);
	return nci.continuity;
}

/* From SIP. ------------------------------------------------------------------------------------- */
/* RFC 3312 13.1: the answer in a 183, the confirmation in an UPDATE. */
static void test_caller_is_not_ready(void **state)
{
	uint8_t v;

	(void)state;
	open_with(waits);
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	saw(&w, "IAM:1 183+");
	assert_int_equal(continuity(), 2);
	assert_non_null(strstr(w.progress, "\r\nRequire: precondition\r\n"));
	assert_non_null(strstr(w.answer_sdp, "a=curr:qos local sendrecv\r\n"));
	assert_non_null(strstr(w.answer_sdp, "a=curr:qos remote none\r\n"));
	assert_non_null(strstr(w.answer_sdp, "a=des:qos mandatory remote sendrecv\r\n"));
	assert_non_null(strstr(w.answer_sdp, "a=conf:qos remote sendrecv\r\n"));
	update(sdp(NOT_YET)); /* still not */
	saw(&w, "");
	update(sdp(READY));
	saw(&w, "COT:1");
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_CONTINUITY, &v), 0);
	assert_int_equal(v, 1);
	trunk_acm(&w, 1, 1, false);
	saw(&w, "open:1:to-rtp 180");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "modify:1:both 200");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void test_caller_gives_up(void **state)
{
	(void)state;
	open_with(waits);
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	saw(&w, "IAM:1 183+");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 ended");
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	trunk_rel(&w, 1, 41); /* T8 there */
	saw(&w, "IAM:1 183+ RLC:1 ended 503/41");
	world_close(&w);
}

static void test_caller_is_ready(void **state)
{
	(void)state;
	open_with(waits);
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(READY), NULL);
	saw(&w, "IAM:1");
	assert_int_equal(continuity(), 0);
	trunk_rel(&w, 1, 17);
	w.extra = (struct sip_extra){ STR(""), STR("") };
	phone_call(&w, "100"); /* without any */
	trunk_acm(&w, 1, 1, false);
	assert_null(strstr(w.answer_sdp, "qos"));
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

static void test_refused(void **state)
{
	(void)state;
	open_with(waits);
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp("a=des:security mandatory e2e sendrecv\r\n"),
		       NULL);
	saw(&w, "ended 580");
	w.features.rel100 = SIP_REL100_OFF;
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	saw(&w, "ended 421");
	world_close(&w);
	open_with(NULL);
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	saw(&w, "ended 420");
	assert_non_null(strstr(w.final, "\r\nUnsupported: precondition\r\n"));
	w.extra = (struct sip_extra){ STR(""), STR("") };
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	saw(&w, "IAM:1"); /* RFC 3264 5: attributes that mean nothing here */
	assert_int_equal(continuity(), 0);
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

/* To SIP. --------------------------------------------------------------------------------------- */
static void iam_with_check(void)
{
	struct isup_number n = { .noa = 3, .npi = 1, .digits = "200" };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	isup_put_nci(&m, &(struct isup_nci){ .continuity = 2 });
	isup_put_fci(&m, &(struct isup_fci){ 0 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n);
	trunk_send(&w, &m, 5);
}

static void cot(void)
{
	struct isup_msg m = trunk_msg(ISUP_COT);

	isup_put_u8(&m, ISUP_P_CONTINUITY, 1);
	trunk_send(&w, &m, 5);
}

static void progress(unsigned status)
{
	struct sip_body body = { .content_type = STR("application/sdp"),
				 .octets = str_of(phone_sdp(&w)) };

	sip_call_set_reliable(w.phone, w.call, SIP_REL100_USED);
	sip_call_progress(w.phone, w.now, w.call, status, &body);
	world_run(&w);
}

static void test_callee_waits_for_cot(void **state)
{
	(void)state;
	open_with(waits);
	iam_with_check();
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "\r\nRequire: precondition\r\n"));
	assert_non_null(strstr(w.invite, "a=curr:qos local none\r\n"));
	assert_non_null(strstr(w.invite, "a=des:qos mandatory local sendrecv\r\n"));
	assert_non_null(strstr(w.invite, "a=des:qos none remote sendrecv\r\n"));
	progress(183);
	saw(&w, "open:5:from-rtp PRACK"); /* Q.764 2.1.8: no ACM before COT */
	cot();
	saw(&w, "UPDATE+");
	assert_non_null(strstr(w.answer_sdp, "a=curr:qos local sendrecv\r\n"));
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5 PRACK");
	assert_int_equal(sip_call_answer(w.phone, w.now, w.call, NULL), 0);
	world_run(&w);
	saw(&w, "ANM:5 modify:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* COT comes before there is a dialog that the UPDATE could be in. */
static void test_cot_is_early(void **state)
{
	(void)state;
	open_with(waits);
	iam_with_check();
	cot();
	saw(&w, "INVITE+");
	progress(183);
	assert_non_null(strstr(w.trace, "ACM:5"));
	world_wait(&w, 100);
	phone_progress(&w, 180, false);
	assert_non_null(strstr(w.trace, "UPDATE+"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

static void test_update_refused(void **state)
{
	(void)state;
	open_with(waits);
	w.no_update = true;
	iam_with_check();
	progress(183);
	cot();
	saw(&w, "INVITE+ open:5:from-rtp PRACK UPDATE+ REL:5/41 close CANCEL/41 ended");
	w.no_update = false;
	world_close(&w);
}

/* RFC 3261 21.4.15, 8.1.3.5: a peer that does not know preconditions. */
static void refused(const char *unsupported)
{
	struct sip_extra extra = { STR("Unsupported"), str_of(unsupported) };
	struct sip_body body = { .extra = &extra, .nr_extra = *unsupported ? 1 : 0 };
	int err = sip_call_reject(w.phone, w.now, w.call, 420, &body);

	assert_true(err == 0 || w.loose);
	world_run(&w);
}

static void check_line(const char *before, const char *name)
{
	char line[200];
	const char *p = strstr(before, name);

	assert_non_null(p);
	snprintf(line, sizeof(line), "%.*s\r\n", (int)strcspn(p + 2, "\r") + 2, p);
	assert_non_null(strstr(w.invite, line));
}

/* The plain INVITE waits for COT (RFC 3398 11.3), and is the same call there. */
static void test_peer_knows_none(void **state)
{
	char before[sizeof(w.invite)];

	(void)state;
	open_with(waits);
	iam_with_check();
	strcpy(before, w.invite);
	refused("precondition");
	saw(&w, "INVITE+");
	cot();
	saw(&w, "INVITE+");
	assert_null(strstr(w.invite, "precondition"));
	assert_null(strstr(w.invite, "qos"));
	check_line(before, "\r\nCall-ID: ");
	check_line(before, "\r\nFrom: ");
	check_line(before, "\r\nTo: ");
	assert_non_null(strstr(w.invite, "CSeq: 2 INVITE"));
	refused("precondition"); /* there is none: that cannot be helped */
	saw(&w, "REL:5/127 ended");
	iam_with_check(); /* COT first */
	cot();
	refused("");
	saw(&w, "INVITE+ INVITE+");
	assert_null(strstr(w.invite, "qos"));
	phone_answer(&w);
	saw(&w, "CON:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	iam_with_check(); /* it is something else */
	refused("100rel");
	saw(&w, "INVITE+ REL:5/127 ended");
	iam_with_check(); /* given up while COT is awaited */
	refused("precondition");
	trunk_rel(&w, 5, 16);
	saw(&w, "INVITE+ RLC:5 ended");
	world_close(&w);
}

/* The second route needs no COT there, and the first is not asked again when it comes. */
static void two_routes(struct gw_config *c)
{
	struct gw_peer_cfg *p = gw_config_peer_add(c, "other");
	struct gw_route_cfg *r = gw_config_route_add(c);

	waits(c);
	assert_non_null(p);
	assert_non_null(r);
	p->addr = c->peer[0].addr;
	p->addr.ip[3]++;
	p->nr_codecs = c->peer[0].nr_codecs;
	memcpy(p->codec, c->peer[0].codec, sizeof(p->codec));
	p->ptime_ms = 20;
	*r = (struct gw_route_cfg){
		.from = GW_SIDE_TRUNK, .to = GW_SIDE_SIP, .to_name = "other", .choice = 1
	};
	iw_cause_add(&c->advance, 41);
}

static void test_second_route_waits(void **state)
{
	(void)state;
	open_with(two_routes);
	iam_with_check();
	phone_reject(&w, 503, NULL);
	saw(&w, "INVITE+");
	cot();
	saw(&w, "elsewhere:INVITE sip:");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Without the word no INVITE goes before COT (RFC 3398 11.3). */
static void test_no_invite_before_cot(void **state)
{
	(void)state;
	world_open(&w);
	iam_with_check();
	saw(&w, "");
	cot();
	saw(&w, "INVITE+");
	assert_null(strstr(w.invite, "qos"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Memory. --------------------------------------------------------------------------------------- */
static void once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	if (!world_try_open(&w, waits)) {
		mem_free(w.mem);
		return;
	}
	w.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED };
	phone_call_uri(&w, "sip:100@192.0.2.1", sdp(NOT_YET), NULL);
	update(sdp(READY));
	trunk_rel(&w, 1, 16);
	world_wait(&w, 50000);
	iam_with_check();
	progress(183);
	cot();
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	iam_with_check();
	refused("precondition");
	cot();
	trunk_rel(&w, 5, 16);
	world_wait(&w, 300000);
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
		cmocka_unit_test(test_caller_is_not_ready),
		cmocka_unit_test(test_caller_gives_up),
		cmocka_unit_test(test_caller_is_ready),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_callee_waits_for_cot),
		cmocka_unit_test(test_cot_is_early),
		cmocka_unit_test(test_update_refused),
		cmocka_unit_test(test_peer_knows_none),
		cmocka_unit_test(test_second_route_waits),
		cmocka_unit_test(test_no_invite_before_cot),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
