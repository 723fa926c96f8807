/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap: numbers in pieces, RFC 3578, from a trunk and from a peer. */
#include <stdio.h>

#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;

static void collects(struct gw_config *c)
{
	c->trunk[0].overlap_s = 5;
}

static void sam(const char *digits)
{
	struct isup_msg m = trunk_msg(ISUP_SAM);
	struct isup_number n = { 0 };

	strcpy(n.digits, digits);
	assert_int_equal(isup_put_number(&m, ISUP_P_SUBSEQUENT_NUMBER, &n), 0);
	trunk_send(&w, &m, 5);
}

/* Figure 1 */
static void test_t10(void **state)
{
	(void)state;
	world_open_with(&w, collects);
	trunk_iam(&w, 5, "2", "100");
	world_wait(&w, 4900);
	sam("0");
	world_wait(&w, 4900);
	sam("0");
	saw(&w, "");
	world_wait(&w, 4900);
	saw(&w, "");
	world_wait(&w, 200);
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:200@"));
	sam("7"); /* any SAM after it is ignored */
	saw(&w, "");
	phone_answer(&w);
	saw(&w, "CON:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

static void test_stop_digit(void **state)
{
	(void)state;
	world_open_with(&w, collects);
	trunk_iam(&w, 5, "20", "100");
	sam("0F");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:200@"));
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	trunk_iam(&w, 6, "200F", "100"); /* whole from the beginning */
	assert_non_null(strstr(w.trace, "INVITE+"));
	trunk_rel(&w, 6, 16);
	world_close(&w);
}

static void test_given_up_while_dialling(void **state)
{
	(void)state;
	world_open_with(&w, collects);
	trunk_iam(&w, 5, "20", "100");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 ended");
	world_wait(&w, 10000);
	saw(&w, "");
	world_close(&w);
}

static void test_no_timer_no_wait(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "20", "100");
	saw(&w, "INVITE+");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* From a peer. ---------------------------------------------------------------------------------- */
static void grows(struct gw_config *c)
{
	c->peer[0].flow.overlap = GW_OVERLAP_INVITES;
}

static void invite(const char *digits, unsigned cseq, const char *tag)
{
	static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\n"
				  "t=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
	char text[1500];

	snprintf(
		text, sizeof(text),
		"INVITE sip:%s@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK%u"
		"\r\nFrom: <sip:200@192.0.2.9>;tag=%s\r\nTo: <sip:%s@192.0.2.1>\r\n"
		"Call-ID: overlap\r\nCSeq: %u INVITE\r\nContact: <sip:192.0.2.9>\r\n"
		"Max-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
		digits, cseq, tag, digits, cseq, strlen(sdp), sdp);
	world_sip(&w, &w.phone_addr, text);
	world_run(&w);
}

static const char *digits_of(const struct isup_msg *m, enum isup_param_code code)
{
	static struct isup_number n;

	assert_int_equal(isup_get_number(m, code, &n), 0);
	return n.digits;
}

/* Figure 2, from the other side. */
static void test_growing_invites(void **state)
{
	(void)state;
	world_open_with(&w, grows);
	invite("12", 1, "a");
	saw(&w, "IAM:1");
	assert_string_equal(digits_of(&w.sent, ISUP_P_CALLED_NUMBER), "12");
	invite("123", 2, "a");
	saw(&w, "SAM:1");
	assert_string_equal(digits_of(&w.sent, ISUP_P_SUBSEQUENT_NUMBER), "3");
	invite("12345", 3, "a");
	saw(&w, "SAM:1");
	assert_string_equal(digits_of(&w.sent, ISUP_P_SUBSEQUENT_NUMBER), "45");
	invite("12345", 4, "a"); /* nothing new: refused, and the call goes on */
	saw(&w, "");
	invite("99", 5, "a");
	saw(&w, "");
	trunk_rel(&w, 1, 28);
	world_wait(&w, 40000);
	saw(&w, "RLC:1 ended");
	world_close(&w);
}

/* Once the number is known to be whole, or for another caller, it is a call of its own. */
static void test_growing_no_more(void **state)
{
	(void)state;
	world_open_with(&w, grows);
	invite("12", 1, "a");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "IAM:1 open:1:to-rtp");
	invite("123", 2, "a");
	saw(&w, "IAM:2");
	invite("1234", 3, "b");
	saw(&w, "IAM:3");
	for (uint16_t cic = 1; cic <= 3; cic++)
		trunk_rel(&w, cic, 28);
	world_wait(&w, 40000);
	world_close(&w);
	world_open(&w);
	invite("12", 1, "a");
	invite("123", 2, "a");
	saw(&w, "IAM:1 IAM:2"); /* not for this peer */
	trunk_rel(&w, 1, 28);
	trunk_rel(&w, 2, 28);
	world_wait(&w, 40000);
	world_close(&w);
}

/* To a peer, by several INVITEs (3.2 to 3.4). ------------------------------------------------------ */
static void sends(struct gw_config *c)
{
	collects(c);
	c->peer[0].flow.overlap_out = GW_OVERLAP_INVITES;
}

static const char *header(const char *name)
{
	static char text[4][200];
	static unsigned nr;
	const char *p = strstr(w.invite, name);
	char *out = text[nr++ % 4];

	assert_non_null(p);
	snprintf(out, sizeof(text[0]), "%.*s", (int)strcspn(p + 2, "\r"), p + 2);
	return out;
}

static void reject(sip_call_id id, unsigned status)
{
	int err = sip_call_reject(w.phone, w.now, id, status, NULL);

	assert_true(err == 0 || w.loose);
	world_run(&w);
}

/* Figure 2 */
static void test_an_invite_for_each_digit(void **state)
{
	const char *call_id, *from;
	sip_call_id before;

	(void)state;
	world_open_with(&w, sends);
	trunk_iam(&w, 5, "2", "100");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:2@"));
	assert_non_null(strstr(w.invite, "CSeq: 1 INVITE"));
	call_id = header("\r\nCall-ID: ");
	from = header("\r\nFrom: ");
	before = w.call;
	sam("0");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:20@"));
	assert_non_null(strstr(w.invite, "CSeq: 2 INVITE"));
	assert_null(strstr(header("\r\nTo: "), "tag="));
	assert_string_equal(header("\r\nCall-ID: "), call_id);
	assert_string_equal(header("\r\nFrom: "), from);
	reject(before, 484);
	saw(&w, "");
	sam("0F");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:200@"));
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5");
	phone_answer(&w);
	saw(&w, "ANM:5 open:5:both CANCEL ACK"); /* 3.4 */
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* Figure 3, and the best of several failures. */
static void test_all_fail(void **state)
{
	sip_call_id before;

	(void)state;
	world_open_with(&w, sends);
	trunk_iam(&w, 5, "2", "100");
	reject(w.call, 484);
	saw(&w, "INVITE+");
	world_wait(&w, 4900);
	saw(&w, "");
	world_wait(&w, 200);
	saw(&w, "REL:5/28 ended");
	trunk_iam(&w, 5, "2", "100");
	before = w.call;
	sam("0");
	reject(before, 486);
	reject(w.call, 484);
	saw(&w, "INVITE+ INVITE+");
	world_wait(&w, 5100);
	saw(&w, "REL:5/17 ended");
	trunk_iam(&w, 5, "2", "100"); /* T10 first, the failures later */
	before = w.call;
	sam("0");
	world_wait(&w, 5100);
	saw(&w, "INVITE+ INVITE+");
	sam("0"); /* too late */
	saw(&w, "");
	reject(w.call, 404);
	saw(&w, "");
	reject(before, 484);
	saw(&w, "REL:5/1 ended");
	world_close(&w);
}

/* The one with fewer digits is answered: the other one gets CANCEL. */
static void test_earlier_one_answers(void **state)
{
	sip_call_id before;

	(void)state;
	world_open_with(&w, sends);
	trunk_iam(&w, 5, "2", "100");
	before = w.call;
	sam("0");
	w.call = before;
	phone_answer(&w);
	saw(&w, "INVITE+ INVITE+ CON:5 open:5:both CANCEL ACK");
	phone_hangup(&w, NULL);
	saw(&w, "REL:5/16 close ended");
	world_close(&w);
}

static void test_given_up_while_growing(void **state)
{
	(void)state;
	world_open_with(&w, sends);
	trunk_iam(&w, 5, "2", "100");
	sam("0");
	saw(&w, "INVITE+ INVITE+");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 CANCEL/16 CANCEL ended");
	trunk_iam(&w, 5, "2", "100"); /* the last one has failed already */
	reject(w.call, 484);
	trunk_rel(&w, 5, 16);
	saw(&w, "INVITE+ RLC:5 ended");
	world_close(&w);
}

/* A SAM while a COT is awaited is in the INVITE that follows it. */
static void test_digits_while_cot_is_awaited(void **state)
{
	struct isup_number n = { .noa = 3, .npi = 1, .digits = "2" };
	struct isup_msg m = trunk_msg(ISUP_IAM), cot = trunk_msg(ISUP_COT);

	(void)state;
	world_open_with(&w, sends);
	isup_put_nci(&m, &(struct isup_nci){ .continuity = 2 });
	isup_put_fci(&m, &(struct isup_fci){ 0 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n);
	trunk_send(&w, &m, 5);
	sam("00");
	saw(&w, "");
	isup_put_u8(&cot, ISUP_P_CONTINUITY, 1);
	trunk_send(&w, &cot, 5);
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:200@"));
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	world_close(&w);
}

/* Both ways by INFO. ---------------------------------------------------------------------------- */
static void info_out(struct gw_config *c)
{
	collects(c);
	c->peer[0].flow.overlap_out = GW_OVERLAP_INFO;
}

static void info_in(struct gw_config *c)
{
	c->peer[0].flow.overlap = GW_OVERLAP_INFO;
}

/* The digits wait for a dialog; the 183 that makes it is no ACM. */
static void test_info_for_each_digit(void **state)
{
	(void)state;
	world_open_with(&w, info_out);
	trunk_iam(&w, 5, "2", "100");
	sam("0");
	saw(&w, "INVITE+");
	phone_progress(&w, 183, false);
	saw(&w, "INFO+");
	assert_string_equal(w.answer_sdp, "SubsDigits: 0\r\n");
	sam("0F");
	saw(&w, "INFO+");
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5");
	sam("7"); /* too late */
	saw(&w, "");
	phone_answer(&w);
	saw(&w, "ANM:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

static void test_info_is_not_enough(void **state)
{
	(void)state;
	world_open_with(&w, info_out);
	trunk_iam(&w, 5, "2", "100");
	sam("0");
	phone_reject(&w, 484, NULL);
	saw(&w, "INVITE+ REL:5/28 ended");
	trunk_iam(&w, 5, "2", "100");
	phone_progress(&w, 183, false);
	world_wait(&w, 5100); /* T10: the 183s that come now are heard */
	phone_progress(&w, 183, false);
	saw(&w, "INVITE+ ACM:5");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

static void info(const char *type, const char *text)
{
	struct sip_body body = { .content_type = str_of(type), .octets = str_of(text) };
	int err = sip_call_info(w.phone, w.now, w.call, &body);

	assert_true(err == 0 || w.loose);
	world_run(&w);
}

static void test_digits_in_info(void **state)
{
	(void)state;
	world_open_with(&w, info_in);
	phone_call(&w, "10");
	saw(&w, "IAM:1 183+");
	info("application/x-session-info", "SubsDigits: 12\r\n");
	saw(&w, "SAM:1");
	assert_string_equal(digits_of(&w.sent, ISUP_P_SUBSEQUENT_NUMBER), "12");
	info("application/x-session-info", "X: 1\r\nsubsdigits:3x\r\n");
	saw(&w, "SAM:1");
	assert_string_equal(digits_of(&w.sent, ISUP_P_SUBSEQUENT_NUMBER), "3");
	info("application/x-session-info", "SubsDigits: 12345678901234567890123456789012345\r\n");
	info("application/x-session-info", "SubsDigits: x\r\n");
	info("application/x-session-info", "\r\n");
	info("text/plain", "SubsDigits: 1\r\n");
	saw(&w, "");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "open:1:to-rtp 180+");
	info("application/x-session-info", "SubsDigits: 4\r\n"); /* it is whole */
	saw(&w, "");
	trunk_rel(&w, 1, 17);
	world_close(&w);
	world_open(&w);
	phone_call(&w, "10");
	saw(&w, "IAM:1"); /* not for this peer */
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

/* Memory. ---------------------------------------------------------------------------------------- */
static void collect_once(void *ctx)
{
	void (*change)(struct gw_config *) = *(void (**)(struct gw_config *))ctx;
	sip_call_id before;

	w.loose = true;
	if (!world_try_open(&w, change)) {
		mem_free(w.mem);
		return;
	}
	w.call = 0;
	trunk_iam(&w, 5, "2", "100");
	before = w.call;
	sam("0");
	if (before && before != w.call)
		reject(before, 484);
	sam("0");
	world_wait(&w, 6000);
	if (w.call)
		phone_answer(&w);
	trunk_rel(&w, 5, 16);
	invite("12", 1, "a");
	invite("123", 2, "a");
	trunk_rel(&w, 1, 28);
	world_wait(&w, 300000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static void both(struct gw_config *c)
{
	collects(c);
	grows(c);
}

static void test_no_memory(void **state)
{
	void (*change)(struct gw_config * c) = both;

	(void)state;
	assert_true(walk_allocations(collect_once, &change) > 50);
	change = sends;
	assert_true(walk_allocations(collect_once, &change) > 50);
	change = info_out;
	assert_true(walk_allocations(collect_once, &change) > 50);
	change = info_in;
	assert_true(walk_allocations(collect_once, &change) > 50);
	w.loose = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_t10),
		cmocka_unit_test(test_stop_digit),
		cmocka_unit_test(test_given_up_while_dialling),
		cmocka_unit_test(test_no_timer_no_wait),
		cmocka_unit_test(test_growing_invites),
		cmocka_unit_test(test_growing_no_more),
		cmocka_unit_test(test_an_invite_for_each_digit),
		cmocka_unit_test(test_all_fail),
		cmocka_unit_test(test_earlier_one_answers),
		cmocka_unit_test(test_given_up_while_growing),
		cmocka_unit_test(test_digits_while_cot_is_awaited),
		cmocka_unit_test(test_info_for_each_digit),
		cmocka_unit_test(test_info_is_not_enough),
		cmocka_unit_test(test_digits_in_info),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
