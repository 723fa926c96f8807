/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_in: trunk to SIP, RFC 3398 8.1: each of its flows, and each way in which one fails. */
#include "gateway/leg_isup.h"
#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;

static void test_tables(void **state)
{
	(void)state;
	check_fsm(&gw_sip_out_def, "gw_sip_out");
	check_fsm(&gw_isup_in_def, "gw_isup_in");
	check_fsm(&gw_sip_renew_def, "gw_sip_renew");
}

static struct gw_call_info info(void)
{
	struct gw_call_info i;
	unsigned pos = 0;

	assert_true(gw_call_walk(w.gw, &pos, &i));
	return i;
}

static void ring(void)
{
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5");
}

static void talk(void)
{
	ring();
	phone_answer(&w);
	saw(&w, "ANM:5 open:5:both ACK");
}

/* 8.1.1, 10.2 */
static void test_trunk_hangs_up(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	assert_int_equal(info().state, GW_CALL_ANSWERED);
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	assert_int_equal(info().ended_by, GW_SIDE_TRUNK);
	assert_int_equal(info().cause, 16);
	assert_int_equal(info().sip_status, 200);
	world_close(&w);
}

/* 10.1 */
static void test_phone_hangs_up(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	phone_hangup(&w, NULL);
	saw(&w, "REL:5/16 close ended");
	assert_int_equal(info().ended_by, GW_SIDE_SIP);
	world_close(&w);
}

static void with_host(struct gw_config *c)
{
	strcpy(c->peer[0].host, "sip.example");
	c->peer[0].addr = (struct addr){ .port = 5070 };
	c->sip_accept_any = false;
}

/* RFC 3263: found when it is called; and whoever is found there may call. */
static void test_peer_with_a_host_name(void **state)
{
	struct gw_peer_info p;
	struct gw_config *c;
	unsigned pos = 0;

	(void)state;
	w.host = "sip.example";
	world_open_with(&w, with_host);
	world_run(&w);
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:200@sip.example"));
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5");
	phone_answer(&w);
	saw(&w, "ANM:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	assert_true(gw_peer_walk(w.gw, &pos, &p));
	assert_string_equal(p.host, "sip.example:5070");
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 ended 486/17");
	/* the name is gone: a stranger calls, and nobody is called */
	c = gw_config_copy(w.mem, w.cfg);
	assert_non_null(c);
	with_host(c);
	strcpy(c->peer[0].host, "gone.example");
	assert_int_equal(gw_config_swap(w.gw, c, NULL), 0);
	world_run(&w);
	phone_call(&w, "100");
	saw(&w, "403");
	trunk_iam(&w, 5, "200", "100");
	world_wait(&w, 10);
	saw(&w, "REL:5/41 ended");
	world_close(&w);
	w.host = NULL;
}

static void test_what_is_known_of_a_call(void **state)
{
	struct gw_call_info i;

	(void)state;
	world_open(&w);
	talk();
	i = info();
	assert_string_equal(i.called, "200");
	assert_string_equal(i.calling, "100");
	assert_int_equal(i.leg[0].side, GW_SIDE_TRUNK);
	assert_string_equal(i.leg[0].name, "east");
	assert_int_equal(i.leg[0].cic, 5);
	assert_int_equal(i.leg[1].side, GW_SIDE_SIP);
	assert_string_equal(i.leg[1].name, "phone");
	assert_true(i.leg[1].sip_call_id[0]);
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

static void test_the_log_has_both_legs(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	trunk_rel(&w, 5, 16);
	assert_string_equal(world_log(&w, 1), "0<IAM\n"
					      "0-route\n"
					      "1>INVITE\n"
					      "1<100 Trying\n"
					      "1<180 Ringing\n"
					      "0>ACM\n"
					      "1<200 OK\n"
					      "0>ANM\n"
					      "0>both ways through\n"
					      "1>ACK\n"
					      "0<REL 16\n"
					      "0>RLC\n"
					      "0>close\n"
					      "1>BYE\n"
					      "1<200 OK\n"
					      "0<closed\n");
	world_close(&w);
}

/* 8.2.1.1 */
static void test_the_invite(void **state)
{
	(void)state;
	world_open(&w);
	ring();
	assert_non_null(strstr(w.invite, "INVITE sip:200@192.0.2.9:5060;user=phone SIP/2.0\r\n"));
	assert_non_null(strstr(w.invite, "From: <sip:100@192.0.2.1;user=phone>;tag="));
	assert_non_null(strstr(w.invite, "To: <sip:200@192.0.2.9:5060;user=phone>\r\n"));
	assert_non_null(
		strstr(w.invite, "P-Asserted-Identity: <sip:100@192.0.2.1;user=phone>\r\n"));
	assert_non_null(strstr(w.invite, "m=audio 10000 RTP/AVP 8 0"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Who hides the number is asserted to a peer, and anonymous to its user (RFC 3325 9.3). */
static void test_hidden_number(void **state)
{
	const struct isup_number called = { .noa = 3, .npi = 1, .digits = "200" };
	const struct isup_number calling = {
		.noa = 4, .npi = 1, .apri = 1, .si = 3, .digits = "4930"
	};
	const struct isup_nci nci = { 0 };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	(void)state;
	world_open(&w);
	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &called), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLING_NUMBER, &calling), 0);
	trunk_send(&w, &m, 5);
	saw(&w, "INVITE+");
	assert_non_null(
		strstr(w.invite, "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
	assert_non_null(
		strstr(w.invite, "P-Asserted-Identity: <sip:+4930@192.0.2.1;user=phone>\r\n"));
	assert_non_null(strstr(w.invite, "Privacy: id\r\n"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Digits with ST behind them. */
static void test_end_of_pulsing(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200F", NULL);
	saw(&w, "INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:200@192.0.2.9"));
	assert_non_null(strstr(w.invite, "From: <sip:192.0.2.1>;tag="));
	assert_string_equal(info().called, "200");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* 8.1.2 */
static void test_answered_at_once(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	phone_answer(&w);
	saw(&w, "INVITE+ CON:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* 8.2.3: what is heard before the answer, and each later response. */
static void test_early_media(void **state)
{
	struct isup_obci obci;

	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 183, true);
	saw(&w, "INVITE+ ACM:5 open:5:from-rtp");
	assert_int_equal(isup_get_obci(&w.sent, &obci), 0);
	assert_int_equal(obci.in_band, 1);
	phone_progress(&w, 180, false);
	phone_progress(&w, 180, false);
	phone_progress(&w, 182, false);
	saw(&w, "CPG:5 CPG:5");
	phone_answer(&w);
	saw(&w, "ANM:5 modify:5:both ACK");
	phone_hangup(&w, NULL);
	saw(&w, "REL:5/16 close ended");
	world_close(&w);
}

static void test_forwarded(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 181, false);
	saw(&w, "INVITE+ ACM:5 CPG:5");
	phone_answer(&w);
	saw(&w, "ANM:5 open:5:both ACK");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* 8.1.5, 8.2.6.1 */
static void rejected(unsigned status, const char *reason, const char *words)
{
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
	phone_reject(&w, status, reason);
	saw(&w, words);
	assert_int_equal(info().sip_status, status);
}

static void test_rejected(void **state)
{
	(void)state;
	world_open(&w);
	rejected(486, NULL, "REL:5/17 ended");
	assert_int_equal(info().cause, 17);
	rejected(404, NULL, "REL:5/1 ended");
	rejected(480, NULL, "REL:5/18 ended");
	rejected(603, NULL, "REL:5/21 ended");
	rejected(488, NULL, "REL:5/31 ended");
	rejected(503, NULL, "REL:5/41 ended");
	rejected(302, NULL, "REL:5/23 ended");
	rejected(480, "Q.850;cause=19", "REL:5/19 ended");
	world_close(&w);
}

/* 8.1.3: nobody answers the INVITE; T11 runs out first (8.2.8). */
static void test_deaf_phone(void **state)
{
	(void)state;
	world_open(&w);
	w.deaf_phone = true;
	trunk_iam(&w, 5, "200", "100");
	world_wait(&w, 15000);
	saw(&w, "");
	world_wait(&w, 5000);
	saw(&w, "ACM:5");
	world_wait(&w, 13000);
	saw(&w, "REL:5/18 ended");
	assert_int_equal(info().sip_status, 408);
	world_close(&w);
}

/* The path to the phone is broken. */
static void test_unreachable_phone(void **state)
{
	(void)state;
	world_open(&w);
	w.deaf_phone = true;
	trunk_iam(&w, 5, "200", "100");
	gw_sip_send_failed(w.gw, w.now, GW_SIP_PATH, &w.phone_addr);
	world_run(&w);
	saw(&w, "REL:5/41 ended");
	world_close(&w);
}

/* Timer C: the phone rings for ever, and the exchange lets it. */
static void test_rings_for_ever(void **state)
{
	(void)state;
	world_open(&w);
	ring();
	world_wait(&w, 181000);
	assert_non_null(strstr(w.trace, "REL:5/19"));
	assert_non_null(strstr(w.trace, "CANCEL/19"));
	assert_non_null(strstr(w.trace, "ended"));
	world_close(&w);
}

/* 8.1.7, 8.2.7: held until a response has come (RFC 3261 9.1). */
static void test_trunk_gives_up(void **state)
{
	(void)state;
	world_open(&w);
	ring();
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 CANCEL/16 ended");
	world_close(&w);
}

static void test_trunk_gives_up_before_any_response(void **state)
{
	(void)state;
	world_open(&w);
	w.deaf_phone = true;
	trunk_iam(&w, 5, "200", "100");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5");
	w.deaf_phone = false;
	world_wait(&w, 2000);
	saw(&w, "INVITE+ CANCEL/16 ended");
	world_close(&w);
}

/* The 2xx and our CANCEL cross: ACK, then BYE. */
static void test_answer_crosses_cancel(void **state)
{
	(void)state;
	world_open(&w);
	ring();
	w.deaf_phone = true;
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5");
	phone_answer(&w);
	w.deaf_phone = false;
	world_wait(&w, 5000);
	assert_non_null(strstr(w.trace, "BYE"));
	assert_non_null(strstr(w.trace, "ended"));
	world_close(&w);
}

/* 2xx without a usable session description. */
static void test_answer_without_sdp(void **state)
{
	struct sip_body none = { .nr_extra = 0 };

	(void)state;
	world_open(&w);
	ring();
	assert_int_equal(sip_call_answer(w.phone, w.now, w.call, &none), 0);
	world_run(&w);
	saw(&w, "REL:5/65 ACK BYE/65 ended");
	world_close(&w);
}

static void test_hold(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	w.caps.session_version++;
	w.caps.dir = SDP_SENDONLY;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "CPG:5 modify:5:from-rtp 200+");
	w.caps.session_version++;
	w.caps.dir = SDP_RECVONLY;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "CPG:5 modify:5:to-rtp 200+");
	w.caps.session_version++;
	w.caps.dir = SDP_SENDRECV;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "modify:5:both 200+");
	w.caps.local.port = 43000;
	w.ack_sdp = phone_sdp(&w);
	phone_reinvite(&w, "");
	saw(&w, "200+ modify:5:both");
	assert_int_equal(w.open.port, 43000);
	phone_hangup(&w, NULL);
	saw(&w, "REL:5/16 close ended");
	world_close(&w);
}

static void suspend(uint8_t type)
{
	static const uint8_t network = 1;
	struct isup_msg m = trunk_msg(type);

	assert_int_equal(isup_put(&m, (enum isup_param_code)0x22, str_n(&network, 1)), 0);
	trunk_send(&w, &m, 5);
}

/* 9.1: a direction, and back; a second SUS says nothing new. */
static void test_suspended(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	suspend(ISUP_SUS);
	saw(&w, "re-INVITE:sendonly modify:5:to-rtp ACK");
	suspend(ISUP_SUS);
	saw(&w, "");
	suspend(ISUP_RES);
	saw(&w, "re-INVITE:sendrecv modify:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* RFC 3261 14.1: who owns the Call-ID asks again in 2.1 to 4 s. */
static void test_glare(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	w.glare = true;
	suspend(ISUP_SUS);
	saw(&w, "re-INVITE:sendonly");
	world_wait(&w, 2000);
	saw(&w, "");
	world_wait(&w, 2100);
	saw(&w, "re-INVITE:sendonly modify:5:to-rtp ACK");
	w.glare = true;
	suspend(ISUP_RES);
	suspend(ISUP_SUS); /* meanwhile it is as it was */
	saw(&w, "re-INVITE:sendrecv");
	world_wait(&w, 5000);
	saw(&w, "");
	w.glare = true;
	suspend(ISUP_RES);
	saw(&w, "re-INVITE:sendrecv");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* 9.2, from the trunk: a CPG with the notification. */
static void test_held_by_the_trunk(void **state)
{
	struct isup_msg m = trunk_msg(ISUP_CPG);
	const struct isup_event e = { .event = 2 };

	(void)state;
	world_open(&w);
	talk();
	isup_put_event(&m, &e);
	isup_put_u8(&m, ISUP_P_NOTIFICATION, 0x80 | 121);
	trunk_send(&w, &m, 5);
	saw(&w, "re-INVITE:sendonly modify:5:to-rtp ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

static void quiet(struct gw_config *c)
{
	c->peer[0].flow.quiet_suspend = true;
	c->peer[0].flow.quiet_hold = true;
}

static void test_hold_and_suspend_ignored(void **state)
{
	(void)state;
	world_open_with(&w, quiet);
	talk();
	suspend(ISUP_SUS);
	suspend(ISUP_RES);
	saw(&w, "");
	w.caps.session_version++;
	w.caps.dir = SDP_INACTIVE;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "modify:5:cut 200+");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* No way, no room. */
static void no_route(struct gw_config *c)
{
	strcpy(c->route[1].prefix, "3");
}

static void test_no_route(void **state)
{
	(void)state;
	world_open_with(&w, no_route);
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "REL:5/3 ended");
	world_close(&w);
}

static void one_call(struct gw_config *c)
{
	c->max_calls = 1;
}

static void test_no_more_calls(void **state)
{
	(void)state;
	world_open_with(&w, one_call);
	ring();
	trunk_iam(&w, 6, "200", "100");
	saw(&w, "REL:6/42");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 CANCEL/16 ended");
	world_close(&w);
}

static void test_no_channel(void **state)
{
	(void)state;
	world_open(&w);
	/* 30 circuits, 40 channels: the media side lets go of none */
	w.mute_media = true;
	for (int i = 0; i < 40; i++) {
		trunk_iam(&w, 5, "200", "100");
		phone_answer(&w);
		trunk_rel(&w, 5, 16);
		world_wait(&w, 40000);
	}
	w.trace[0] = '\0';
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "REL:5/47 ended");
	phone_call(&w, "100");
	saw(&w, "ended 503/47");
	mem_free(w.mem);
}

static void test_no_number(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "F", "100");
	saw(&w, "REL:5/28 ended");
	world_close(&w);
}

/* RFC 5630 5.1.2: what is wanted is the stack's to see to; here it comes from the configuration. */
static void wants_sips(struct gw_config *c)
{
	struct tg_diag diag = TG_DIAG_NONE;

	c->sip_sips = SIP_SIPS_ALWAYS;
	assert_int_equal(gw_config_check(c, &diag), TG_EINVAL);
	assert_non_null(strstr(diag.text, "listen tls"));
	c->sip_tls.bind = c->sip_bind;
	c->sip_tls.bind.port++;
	strcpy(c->sip_tls.certificate, "c.pem");
	strcpy(c->sip_tls.key, "k.pem");
	strcpy(c->sip_tls.ca, "ca.pem");
}

static void test_sips(void **state)
{
	(void)state;
	world_open_with(&w, wants_sips);
	phone_call(&w, "100");
	saw(&w, "480");
	assert_non_null(strstr(w.final, "\r\nWarning: 381 "));
	w.cfg->sip_sips = SIP_SIPS_BEST_EFFORT;
	assert_int_equal(gw_config_swap(w.gw, w.cfg, NULL), 0);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_trunk_hangs_up),
		cmocka_unit_test(test_phone_hangs_up),
		cmocka_unit_test(test_peer_with_a_host_name),
		cmocka_unit_test(test_what_is_known_of_a_call),
		cmocka_unit_test(test_the_log_has_both_legs),
		cmocka_unit_test(test_the_invite),
		cmocka_unit_test(test_hidden_number),
		cmocka_unit_test(test_end_of_pulsing),
		cmocka_unit_test(test_answered_at_once),
		cmocka_unit_test(test_early_media),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_rejected),
		cmocka_unit_test(test_deaf_phone),
		cmocka_unit_test(test_unreachable_phone),
		cmocka_unit_test(test_rings_for_ever),
		cmocka_unit_test(test_trunk_gives_up),
		cmocka_unit_test(test_trunk_gives_up_before_any_response),
		cmocka_unit_test(test_answer_crosses_cancel),
		cmocka_unit_test(test_answer_without_sdp),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_suspended),
		cmocka_unit_test(test_glare),
		cmocka_unit_test(test_held_by_the_trunk),
		cmocka_unit_test(test_hold_and_suspend_ignored),
		cmocka_unit_test(test_no_route),
		cmocka_unit_test(test_no_more_calls),
		cmocka_unit_test(test_no_channel),
		cmocka_unit_test(test_no_number),
		cmocka_unit_test(test_sips),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
