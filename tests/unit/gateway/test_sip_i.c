/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SIP-I through the gateway (Q.1912.5 profile C, RFC 3204): the ISUP of a peer's messages into the
 * trunk, what has no counterpart in INFO, and refusals of our own.
 */
#include <stdio.h>

#include "interwork/encap.h"
#include "isup/params.h"
#include "unit/gateway/world.h"

static struct world w;
static const struct iw_profile sip_i = IW_PROFILE(IW_SIP_I, "sip-i");
static const struct iw_ctx x = { .profile = &sip_i };

static void with_isup(struct gw_config *c)
{
	strcpy(c->peer[0].interworking, "sip-i");
}

static struct isup_msg iam_of(const char *digits)
{
	const struct isup_nci nci = { .satellite = 1, .continuity = 2 };
	const struct isup_fci fci = { .isup_all_the_way = 1, .isdn_access = 1 };
	struct isup_number called = { .noa = 3, .npi = 1 };
	struct isup_msg m;

	strcpy(called.digits, digits);
	isup_msg_init(&m, ISUP_IAM, 0);
	assert_int_equal(isup_put_nci(&m, &nci), 0);
	assert_int_equal(isup_put_fci(&m, &fci), 0);
	assert_int_equal(isup_put_u8(&m, ISUP_P_CPC, 15), 0);
	assert_int_equal(isup_put_u8(&m, ISUP_P_TMR, 0), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &called), 0);
	assert_int_equal(isup_put(&m, ISUP_P_ACCESS_TRANSPORT, STR("\x7d\x02\x91\x81")), 0);
	return m;
}

/* From the phone, with this ISUP beside the SDP. */
static void call_with(const char *number, const char *sdp, const struct isup_msg *m)
{
	char uri[100];
	struct sip_invite inv = { .path = 1,
				  .target = w.gw_addr,
				  .from = STR("<sip:200@192.0.2.9>"),
				  .to = STR("<sip:someone@192.0.2.1>") };
	struct iw_encap e;

	snprintf(uri, sizeof(uri), "sip:%s@192.0.2.1", number);
	inv.uri = str_of(uri);
	assert_int_equal(iw_encap(&x, m, true, str_of(sdp), NULL, &e), 1);
	inv.body.content_type = e.content_type;
	inv.body.octets = e.body;
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
}

static void info_of(const struct isup_msg *m)
{
	struct sip_extra extra;
	struct sip_body body = { .extra = &extra, .nr_extra = 1 };
	struct iw_encap e;

	assert_int_equal(iw_encap(&x, m, false, STR(""), NULL, &e), 1);
	extra = (struct sip_extra){ STR("Content-Disposition"), str_of(e.disposition) };
	body.content_type = e.content_type;
	body.octets = e.body;
	assert_int_equal(sip_call_info(w.phone, w.now, w.call, &body), 0);
	world_run(&w);
}

/* The body's IAM goes out, but for the continuity check: no circuit of it is ours. */
static void test_iam_of_the_body(void **state)
{
	struct isup_msg iam = iam_of("100");
	struct isup_nci nci;
	struct isup_fci fci;
	struct str ie;
	uint8_t v;

	(void)state;
	world_open_with(&w, with_isup);
	call_with("100", phone_sdp(&w), &iam);
	saw(&w, "IAM:1");
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_CPC, &v), 0);
	assert_int_equal(v, 15);
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_TMR, &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(isup_get_nci(&w.sent, &nci), 0);
	assert_int_equal(nci.satellite, 1);
	assert_int_equal(nci.continuity, 0);
	assert_int_equal(isup_get_fci(&w.sent, &fci), 0);
	assert_int_equal(fci.isdn_access, 1);
	assert_true(isup_get(&w.sent, ISUP_P_ACCESS_TRANSPORT, &ie));
	assert_true(str_eq(ie, STR("\x7d\x02\x91\x81")));
	trunk_says(&w, ISUP_ACM, 1);
	assert_int_equal(w.in_body.type, ISUP_ACM);
	trunk_says(&w, ISUP_ANM, 1);
	assert_int_equal(w.in_body.type, ISUP_ANM);
	trunk_rel(&w, 1, 16);
	assert_int_equal(w.in_body.type, ISUP_REL);
	w.trace[0] = '\0';
	world_close(&w);
}

/* RFC 3398 7.2.1.1: where they disagree the Request-URI counts, and the call says so. */
static void test_other_digits(void **state)
{
	struct isup_msg iam = iam_of("777");
	struct isup_number n;
	struct iw_explained row;
	unsigned pos = 0, lost;
	bool said = false;

	(void)state;
	world_open_with(&w, with_isup);
	call_with("100", phone_sdp(&w), &iam);
	saw(&w, "IAM:1");
	assert_int_equal(isup_get_number(&w.sent, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "100");
	while (gw_explain_walk(w.gw, 1, &pos, &row, &lost))
		said |= strcmp(row.table, "precedence") == 0 && strstr(row.from, "04");
	assert_true(said);
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* Backward from the peer: what its bodies say is what the trunk hears. */
static void test_backward_bodies(void **state)
{
	const struct isup_bci bci = { .charge = 1, .called_status = 1, .called_category = 2 };
	struct isup_msg acm, rel = { 0 };
	struct isup_cause c = { .value = 31, .location = ISUP_LOC_TRANSIT };
	struct isup_bci got;
	struct iw_encap e;
	struct sip_body body = { 0 };

	(void)state;
	world_open_with(&w, with_isup);
	trunk_iam(&w, 5, "200", "100");
	assert_int_equal(w.in_body.type, ISUP_IAM);
	isup_msg_init(&acm, ISUP_ACM, 0);
	assert_int_equal(isup_put_bci(&acm, &bci), 0);
	assert_int_equal(iw_encap(&x, &acm, false, str_of(phone_sdp(&w)), NULL, &e), 1);
	body.content_type = e.content_type;
	body.octets = e.body;
	assert_int_equal(sip_call_progress(w.phone, w.now, w.call, 180, &body), 0);
	world_run(&w);
	assert_int_equal(isup_get_bci(&w.sent, &got), 0);
	assert_int_equal(got.charge, 1);
	assert_int_equal(got.called_category, 2);
	isup_msg_init(&rel, ISUP_REL, 0);
	assert_int_equal(isup_put_cause(&rel, &c), 0);
	assert_int_equal(iw_encap(&x, &rel, false, STR(""), NULL, &e), 1);
	body.content_type = e.content_type;
	body.octets = e.body;
	assert_int_equal(sip_call_reject(w.phone, w.now, w.call, 486, &body), 0);
	world_run(&w);
	assert_int_equal(isup_get_cause(&w.sent, &c), 0);
	assert_int_equal(c.value, 31);
	saw(&w, "INVITE+ ACM:5 open:5:from-rtp REL:5/31 close ended");
	world_close(&w);
}

/* What SIP has no message for goes as it is. */
static void test_info_to_the_peer(void **state)
{
	static const uint8_t types[] = { ISUP_SUS, ISUP_RES, ISUP_FAC, ISUP_USR, ISUP_CPG };
	struct isup_msg m;

	(void)state;
	for (int from_sip = 0; from_sip < 2; from_sip++) {
		world_open_with(&w, with_isup);
		if (from_sip) {
			phone_call(&w, "100");
			trunk_says(&w, ISUP_ACM, 1);
			trunk_says(&w, ISUP_ANM, 1);
		} else {
			trunk_iam(&w, 1, "200", "100");
			phone_answer(&w);
		}
		w.trace[0] = '\0';
		for (size_t i = 0; i < sizeof(types); i++) {
			m = trunk_msg(types[i]);
			if (types[i] == ISUP_SUS || types[i] == ISUP_RES)
				isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1);
			if (types[i] == ISUP_USR)
				isup_put(&m, ISUP_P_USER_TO_USER_INFORMATION, STR("\x04hello"));
			w.in_body.type = 0;
			trunk_send(&w, &m, 1);
			if (w.in_body.type != types[i])
				fail_msg("%d: type %u: the phone got %u (%s) %s", from_sip,
					 types[i], w.in_body.type, w.trace, world_log(&w, 1));
			saw(&w, "INFO+");
		}
		trunk_rel(&w, 1, 16);
		w.trace[0] = '\0';
		world_close(&w);
	}
}

static void test_info_to_the_trunk(void **state)
{
	struct isup_msg sus, usr, iam = iam_of("100");

	(void)state;
	isup_msg_init(&sus, ISUP_SUS, 0);
	isup_put_u8(&sus, ISUP_P_SUSPEND_RESUME, 1);
	isup_msg_init(&usr, ISUP_USR, 0);
	isup_put(&usr, ISUP_P_USER_TO_USER_INFORMATION, STR("\x04hello"));
	for (int from_sip = 0; from_sip < 2; from_sip++) {
		world_open_with(&w, with_isup);
		if (from_sip) {
			phone_call(&w, "100");
			trunk_says(&w, ISUP_ACM, 1);
			trunk_says(&w, ISUP_ANM, 1);
		} else {
			trunk_iam(&w, 1, "200", "100");
			phone_answer(&w);
		}
		w.trace[0] = '\0';
		info_of(&usr);
		saw(&w, "USR:1");
		assert_int_equal(w.sent.type, ISUP_USR);
		info_of(&sus);
		saw(&w, "SUS:1");
		info_of(&iam); /* that is no message of a call that is there */
		saw(&w, "");
		phone_hangup(&w, NULL);
		w.trace[0] = '\0';
		world_close(&w);
	}
}

/* Of a peer without SIP-I neither goes anywhere. */
static void test_no_info(void **state)
{
	struct isup_msg usr;

	(void)state;
	isup_msg_init(&usr, ISUP_USR, 0);
	isup_put(&usr, ISUP_P_USER_TO_USER_INFORMATION, STR("\x04hello"));
	world_open(&w);
	phone_call(&w, "100");
	trunk_says(&w, ISUP_ACM, 1);
	trunk_says(&w, ISUP_ANM, 1);
	w.trace[0] = '\0';
	info_of(&usr);
	saw(&w, "");
	trunk_send(&w, &usr, 1);
	saw(&w, "");
	phone_hangup(&w, NULL);
	w.trace[0] = '\0';
	world_close(&w);
}

/* Refusals of our own have the REL that an exchange would have sent. */
static void one_refusal(const char *number, const char *sdp, unsigned status, unsigned cause)
{
	struct isup_cause c = { 0 };
	char uri[100], word[20];

	snprintf(uri, sizeof(uri), "sip:%s@192.0.2.1", number);
	w.trace[0] = '\0';
	phone_call_uri(&w, uri, sdp, NULL);
	snprintf(word, sizeof(word), "%u+", status);
	if (!strstr(w.trace, word) || w.in_body.type != ISUP_REL ||
	    isup_get_cause(&w.in_body, &c) < 0 || c.value != cause)
		fail_msg("%s: %s, type %u, cause %u", number, w.trace, w.in_body.type, c.value);
	w.trace[0] = '\0';
}

static void no_calls(struct gw_config *c)
{
	with_isup(c);
	c->max_calls = 1;
}

static void test_refusals(void **state)
{
	(void)state;
	world_open_with(&w, with_isup);
	one_refusal("alice", phone_sdp(&w), 404, 1);
	one_refusal("+", phone_sdp(&w), 484, 28);
	one_refusal("100", "v=0\r\nbad", 400, 127);
	one_refusal("100",
		    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
		    "m=video 4000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
		    488, 127);
	world_close(&w);
	world_open_with(&w, no_calls);
	trunk_iam(&w, 1, "200", "100");
	one_refusal("100", phone_sdp(&w), 503, 42);
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* A body that has to be understood and is not (RFC 5621 3.2), and one that may be left out. */
static void test_broken_bodies(void **state)
{
	static const char part[] = "--b\r\nContent-Type: application/sdp\r\n\r\n%s\r\n--b\r\n"
				   "Content-Type: application/isup;version=itu-t92+\r\n"
				   "Content-Disposition: signal;handling=%s\r\n\r\n\x01\x02\r\n"
				   "--b--\r\n";
	struct sip_invite inv = { .path = 1,
				  .uri = STR("sip:100@192.0.2.1"),
				  .from = STR("<sip:200@192.0.2.9>"),
				  .to = STR("<sip:someone@192.0.2.1>") };
	char text[2000];

	(void)state;
	world_open_with(&w, with_isup);
	inv.target = w.gw_addr;
	inv.body.content_type = STR("multipart/mixed;boundary=b");
	snprintf(text, sizeof(text), part, phone_sdp(&w), "required");
	inv.body.octets = str_of(text);
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
	saw(&w, "ended 415+");
	snprintf(text, sizeof(text), part, phone_sdp(&w), "optional");
	inv.body.octets = str_of(text);
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void unknown_message(const char *octets)
{
	struct isup_msg m;

	assert_int_equal(isup_msg_dec(&m, &isup_itu, octets_of(octets), NULL), TG_ENOTSUP);
	trunk_send(&w, &m, 1);
}

/* Q.764 2.9.5.3: a message that nobody knows is passed on; into SIP without ISUP that is not possible:
 * bit E of its instructions says to discard or to release. */
static void test_pass_on_not_possible(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	w.trace[0] = '\0';
	unknown_message("0100 fa 01 38 01 94 00");
	saw(&w, "CFN:1/97");
	unknown_message("0100 fa 01 38 01 90 00");
	saw(&w, "");
	unknown_message("0100 fa 01 38 01 80 00");
	assert_non_null(strstr(w.trace, "REL:1/97"));
	w.trace[0] = '\0';
	world_close(&w);
	world_open_with(&w, with_isup);
	phone_call(&w, "100");
	w.trace[0] = '\0';
	unknown_message("0100 fa 01 38 01 80 00");
	saw(&w, "");
	world_close(&w);
}

static void preferred(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "preferred");

	assert_non_null(p);
	p->base = IW_SIP_I;
	assert_int_equal(
		iw_profile_set(p, IW_TABLE_RULE, IW_RULE_ISUP_HANDLING, IW_HANDLING_PREFERRED), 0);
	strcpy(c->peer[0].interworking, "preferred");
}

/* RFC 3372 6, case 2: once without; another 415 ends it. With the body required it ends at once. */
static void test_refused_bodies(void **state)
{
	(void)state;
	world_open_with(&w, preferred);
	trunk_iam(&w, 5, "200", "100");
	assert_non_null(strstr(w.invite, "handling=required"));
	phone_reject(&w, 415, NULL);
	saw(&w, "INVITE+ INVITE+");
	assert_null(strstr(w.invite, "isup"));
	phone_progress(&w, 180, false);
	phone_answer(&w);
	saw(&w, "ACM:5 ANM:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	trunk_iam(&w, 5, "200", "100");
	phone_reject(&w, 415, NULL);
	phone_reject(&w, 415, NULL);
	saw(&w, "INVITE+ INVITE+ REL:5/127 ended");
	trunk_iam(&w, 5, "200", "100");
	phone_reject(&w, 486, NULL);
	saw(&w, "INVITE+ REL:5/17 ended");
	world_close(&w);
	world_open_with(&w, with_isup);
	trunk_iam(&w, 5, "200", "100");
	phone_reject(&w, 415, NULL);
	saw(&w, "INVITE+ REL:5/127 ended");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_bodies),
		cmocka_unit_test(test_iam_of_the_body),
		cmocka_unit_test(test_other_digits),
		cmocka_unit_test(test_backward_bodies),
		cmocka_unit_test(test_info_to_the_peer),
		cmocka_unit_test(test_info_to_the_trunk),
		cmocka_unit_test(test_no_info),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_broken_bodies),
		cmocka_unit_test(test_pass_on_not_possible),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
