/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_out: SIP to trunk, RFC 3398 7.1: each of its flows, and each way in which one fails. */
#include "gateway/leg_isup.h"
#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;

static void test_tables(void **state)
{
	(void)state;
	check_fsm(&gw_sip_in_def, "gw_sip_in");
	check_fsm(&gw_isup_out_def, "gw_isup_out");
}

static struct gw_call_info info(void)
{
	struct gw_call_info i;
	unsigned pos = 0;

	assert_true(gw_call_walk(w.gw, &pos, &i));
	return i;
}

static void talk(void)
{
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_says(&w, ISUP_ACM, 1);
	saw(&w, "open:1:to-rtp 180+");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "modify:1:both 200+");
}

/* 7.1.1 and 10.1 */
static void test_phone_hangs_up(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	assert_int_equal(info().state, GW_CALL_ANSWERED);
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	assert_int_equal(info().state, GW_CALL_ENDED);
	assert_int_equal(info().cause, 16);
	assert_int_equal(info().ended_by, GW_SIDE_SIP);
	assert_int_equal(info().sip_status, 200);
	assert_true(info().media_known);
	world_close(&w);
}

/* 10.2.1 */
static void test_trunk_hangs_up(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	trunk_rel(&w, 1, 16);
	saw(&w, "RLC:1 close BYE/16 ended");
	assert_int_equal(info().ended_by, GW_SIDE_TRUNK);
	world_close(&w);
}

static void test_what_is_known_of_a_call(void **state)
{
	struct gw_call_info i;

	(void)state;
	world_open(&w);
	talk();
	i = info();
	assert_string_equal(i.called, "100");
	assert_string_equal(i.calling, "200");
	assert_string_equal(i.codec, "PCMA");
	assert_int_equal(i.leg[0].side, GW_SIDE_SIP);
	assert_string_equal(i.leg[0].name, "phone");
	assert_true(i.leg[0].sip_call_id[0]);
	assert_int_equal(i.leg[1].side, GW_SIDE_TRUNK);
	assert_string_equal(i.leg[1].name, "east");
	assert_int_equal(i.leg[1].cic, 1);
	assert_int_equal(i.leg[1].timeslot, 1);
	assert_false(tick_is_never(i.answered));
	assert_true(tick_is_never(i.ended));
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void test_the_log_has_both_legs(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	phone_hangup(&w, NULL);
	assert_string_equal(world_log(&w, 1), "0<INVITE\n"
					      "0>100 Trying\n"
					      "0-route\n"
					      "1>IAM\n"
					      "1<ACM\n"
					      "0>timeslot to RTP\n"
					      "0>180 Ringing\n"
					      "1<ANM\n"
					      "0>both ways through\n"
					      "0>200 OK\n"
					      "0<ACK\n"
					      "0<BYE\n"
					      "0>200 OK\n"
					      "0-cause\n"
					      "1>REL 16\n"
					      "0>close\n"
					      "1<RLC\n"
					      "0<closed\n");
	world_close(&w);
}

/* The speech path as the media side is told of it. */
static void test_media(void **state)
{
	struct addr remote = { .family = ADDR_IP4, .port = 40000, .ip = { 192, 0, 2, 9 } };

	(void)state;
	world_open(&w);
	talk();
	assert_int_equal(w.open.codec, MED_PCMA);
	assert_int_equal(w.open.pt_tx, 8);
	assert_int_equal(w.open.pt_rx, 8);
	assert_int_equal(w.open.ptime_ms, 20);
	assert_int_equal(w.open.buffer_ms, 40);
	assert_int_equal(w.open.span, 0);
	assert_int_equal(w.open.port, remote.port);
	assert_memory_equal(w.open.ip, remote.ip, 4);
	assert_non_null(strstr(w.answer_sdp, "m=audio 10000 RTP/AVP 8"));
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* 7.1.2 */
static void test_answered_at_once(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "109");
	saw(&w, "IAM:1");
	trunk_says(&w, ISUP_CON, 1);
	saw(&w, "open:1:both 200+");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* 7.2.5, 7.2.9 */
static void test_early_acm_and_cpg(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_acm(&w, 1, 0, true);
	saw(&w, "open:1:to-rtp 183+");
	assert_int_equal(info().state, GW_CALL_SETUP);
	trunk_cpg(&w, 1, ISUP_EVENT_PROGRESS);
	trunk_cpg(&w, 1, 6);
	trunk_cpg(&w, 1, ISUP_EVENT_ALERTING);
	saw(&w, "183+ 181+ 180+");
	assert_int_equal(info().state, GW_CALL_ALERTING);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "modify:1:both 200+");
	trunk_rel(&w, 1, 16);
	saw(&w, "RLC:1 close BYE/16 ended");
	world_close(&w);
}

/* 7.1.6: the announcement is heard, and why. */
static void test_acm_with_cause(void **state)
{
	const struct isup_cause c = { .location = ISUP_LOC_TRANSIT, .value = 1 };
	const struct isup_bci bci = { .charge = 2 };
	struct isup_msg m = trunk_msg(ISUP_ACM);

	(void)state;
	world_open(&w);
	phone_call(&w, "104");
	isup_put_bci(&m, &bci);
	assert_int_equal(isup_put_cause(&m, &c), 0);
	trunk_send(&w, &m, 1);
	saw(&w, "IAM:1 open:1:to-rtp 183+/1");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* 7.1.3: T7 */
static void test_no_acm(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	world_wait(&w, 31000);
	saw(&w, "REL:1/102 ended 504/102");
	assert_int_equal(info().sip_status, 504);
	assert_int_equal(info().cause, 102);
	assert_int_equal(info().ended_by, GW_SIDE_NONE);
	world_close(&w);
}

/* 7.2.8: T9 */
static void test_no_answer(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "103");
	trunk_says(&w, ISUP_ACM, 1);
	saw(&w, "IAM:1 open:1:to-rtp 180+");
	world_wait(&w, 181000);
	/* 180 again each minute (RFC 3261 13.3.1.1) */
	assert_non_null(strstr(w.trace, "REL:1/19 close"));
	assert_non_null(strstr(w.trace, "480/19"));
	assert_int_equal(info().sip_status, 480);
	world_close(&w);
}

/* 7.1.4: the 200 is repeated for 64*T1. */
static void test_no_ack(void **state)
{
	(void)state;
	world_open(&w);
	w.no_ack = true;
	phone_call(&w, "109");
	trunk_says(&w, ISUP_CON, 1);
	saw(&w, "IAM:1 open:1:both 200+");
	w.deaf_phone = true;
	world_wait(&w, 31000);
	saw(&w, "");
	world_wait(&w, 2000);
	saw(&w, "REL:1/102 close ended");
	assert_int_equal(info().cause, 102);
	w.deaf_phone = false;
	world_wait(&w, 33000); /* timer F of the BYE */
	world_close(&w);
}

/* 7.1.5, 7.2.4.1 */
static void refused(uint8_t cause, const char *words)
{
	phone_call(&w, "102");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, cause);
	saw(&w, words);
}

static void test_refused_by_the_trunk(void **state)
{
	(void)state;
	world_open(&w);
	refused(17, "RLC:1 ended 486/17");
	assert_int_equal(info().sip_status, 486);
	refused(1, "RLC:1 ended 404/1");
	refused(34, "RLC:1 ended 503/34");
	refused(127, "RLC:1 ended 500/127");
	refused(99, "RLC:1 ended 500/99");
	refused(16, "RLC:1 ended 480/16");
	world_close(&w);
}

/* 7.2.4.1: the new number of a changed one is in the Contact of a 301. */
static void test_number_changed(void **state)
{
	const struct isup_cause c = { .value = 22,
				      .nr_diagnostics = 5,
				      .diagnostics = { 0x84, 0x10, 0x94, 0x03, 0x02 } };
	struct isup_msg rel = trunk_msg(ISUP_REL);
	const char *contact;

	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	assert_int_equal(isup_put_cause(&rel, &c), 0);
	trunk_send(&w, &rel, 1);
	saw(&w, "IAM:1 RLC:1 ended 301/22");
	contact = strstr(w.final, "Contact: ");
	assert_non_null(contact);
	assert_memory_equal(contact, "Contact: <sip:+49302@192.0.2.1;user=phone>\r\n", 44);
	assert_null(strstr(contact + 1, "Contact: "));
	world_close(&w);
}

/* 7.1.7 */
static void test_cancelled(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	phone_hangup(&w, NULL);
	saw(&w, "IAM:1 REL:1/16 ended");
	phone_call(&w, "100");
	trunk_says(&w, ISUP_ACM, 1);
	phone_hangup(&w, "Q.850;cause=31");
	saw(&w, "IAM:1 open:1:to-rtp 180+ REL:1/31 close ended");
	assert_int_equal(info().sip_status, 487);
	world_close(&w);
}

static void test_bye_with_reason(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	phone_hangup(&w, "Q.850;cause=41");
	saw(&w, "REL:1/41 close ended");
	world_close(&w);
}

static void test_both_hang_up(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	w.mute_trunk = true;
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close");
	trunk_rel(&w, 1, 16);
	saw(&w, "RLC:1");
	trunk_says(&w, ISUP_RLC, 1);
	saw(&w, "ended");
	world_close(&w);
}

/* Numbers: RFC 3398 12.2 */
static void test_bad_numbers(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "alice");
	saw(&w, "ended 404");
	phone_call_uri(&w, "sip:192.0.2.1", phone_sdp(&w), NULL);
	saw(&w, "ended 484");
	phone_call(&w, "123456789012345678901234567890123");
	saw(&w, "ended 484");
	assert_int_equal(info().sip_status, 484);
	world_close(&w);
}

static void test_numbers_in_the_iam(void **state)
{
	struct isup_number n;

	(void)state;
	world_open(&w);
	phone_call_uri(&w, "sip:+49-30(1234)@192.0.2.1;user=phone", phone_sdp(&w),
		       "\"A\" <sip:+4930567@192.0.2.9;user=phone>");
	saw(&w, "IAM:1");
	assert_int_equal(isup_get_number(&w.sent, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "49301234");
	assert_int_equal(n.noa, ISUP_NOA_INTERNATIONAL);
	assert_int_equal(isup_get_number(&w.sent, ISUP_P_CALLING_NUMBER, &n), 0);
	assert_string_equal(n.digits, "4930567");
	assert_string_equal(info().called, "+49301234");
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Session descriptions. */
#define SDP_HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"

static void test_bad_sdp(void **state)
{
	(void)state;
	world_open(&w);
	phone_call_uri(&w, "sip:100@192.0.2.1",
		       SDP_HEAD "m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000\r\n", NULL);
	saw(&w, "ended 488");
	assert_non_null(strstr(w.final, "Warning: 305 192.0.2.1 \""));
	phone_call_uri(&w, "sip:100@192.0.2.1", SDP_HEAD "m=video 4000 RTP/AVP 31\r\n", NULL);
	saw(&w, "ended 488");
	phone_call_uri(&w, "sip:100@192.0.2.1", "nonsense", NULL);
	saw(&w, "ended 400");
	world_close(&w);
}

/* No offer in the INVITE: ours is in the 200, the answer in the ACK. */
static void test_late_offer(void **state)
{
	(void)state;
	world_open(&w);
	w.ack_sdp = phone_sdp(&w);
	phone_call_uri(&w, "sip:100@192.0.2.1", NULL, NULL);
	trunk_says(&w, ISUP_ACM, 1);
	saw(&w, "IAM:1 180");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "200+ open:1:both");
	assert_int_equal(w.open.port, 40000);
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void late_answer(const char *sdp)
{
	w.ack_sdp = sdp;
	phone_call_uri(&w, "sip:100@192.0.2.1", NULL, NULL);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "IAM:1 200+ REL:1/65 BYE/65 ended");
}

static void test_late_offer_without_an_answer(void **state)
{
	(void)state;
	world_open(&w);
	late_answer("");
	late_answer(SDP_HEAD "m=audio 4000 RTP/AVP 9\r\n");
	late_answer(SDP_HEAD "m=audio 0 RTP/AVP 8\r\n");
	world_close(&w);
}

/* Re-INVITE: dealt with here, nothing goes into the trunk. */
static void test_hold_and_resume(void **state)
{
	uint8_t v;

	(void)state;
	world_open(&w);
	talk();
	w.caps.session_version++;
	w.caps.dir = SDP_SENDONLY;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "CPG:1 modify:1:from-rtp 200+");
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_NOTIFICATION, &v), 0);
	assert_int_equal(v, 0x80 | 121); /* remote hold */
	assert_non_null(strstr(w.answer_sdp, "a=recvonly"));
	w.caps.session_version++;
	w.caps.dir = SDP_INACTIVE;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "modify:1:cut 200+");
	w.caps.session_version++;
	w.caps.dir = SDP_SENDRECV;
	w.caps.local.port = 42000;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "CPG:1 modify:1:both 200+");
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_NOTIFICATION, &v), 0);
	assert_int_equal(v, 0x80 | 122); /* remote retrieval */
	assert_int_equal(w.open.port, 42000);
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* RFC 3264 8.4: an address of zeros. */
static void test_old_hold(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	phone_reinvite(&w, "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 0.0.0.0\r\n"
			   "t=0 0\r\nm=audio 40000 RTP/AVP 8\r\n");
	assert_non_null(strstr(w.trace, "modify:1:"));
	assert_int_equal(w.open.family, ADDR_NONE);
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void test_codec_change(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	w.caps.session_version++;
	w.caps.nr_codecs = 1;
	w.caps.codec[0] = SDP_PCMU;
	phone_reinvite(&w, phone_sdp(&w));
	saw(&w, "modify:1:both 200+");
	assert_int_equal(w.open.codec, MED_PCMU);
	assert_string_equal(info().codec, "PCMU");
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void test_bad_reinvite(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	phone_reinvite(&w, SDP_HEAD "m=audio 4000 RTP/AVP 9\r\n");
	saw(&w, "re-INVITE-failed");
	assert_int_equal(info().state, GW_CALL_ANSWERED);
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void test_reinvite_without_an_offer(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	w.caps.local.port = 43000;
	w.ack_sdp = phone_sdp(&w);
	phone_reinvite(&w, "");
	saw(&w, "200+ modify:1:both");
	assert_int_equal(w.open.port, 43000);
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Nothing left to give. */
static void one_circuit(struct gw_config *c)
{
	c->trunk[0].nr_ranges = 1;
	c->trunk[0].range[0].last_ts = 1;
}

static void test_no_circuit(void **state)
{
	struct gw_trunk_info t;
	unsigned pos = 0;

	(void)state;
	world_open_with(&w, one_circuit);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	phone_call(&w, "100");
	saw(&w, "ended 503/34");
	assert_true(gw_trunk_walk(w.gw, &pos, &t));
	assert_int_equal(t.overflow, 1);
	assert_int_equal(t.busy, 1);
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 ended 486/17");
	world_close(&w);
}

static void two_calls(struct gw_config *c)
{
	c->max_calls = 2;
}

static void test_no_more_calls(void **state)
{
	(void)state;
	world_open_with(&w, two_calls);
	phone_call(&w, "100");
	phone_call(&w, "100");
	saw(&w, "IAM:1 IAM:2");
	phone_call(&w, "100");
	saw(&w, "503/42");
	trunk_rel(&w, 1, 17);
	trunk_rel(&w, 2, 17);
	saw(&w, "RLC:1 ended 486/17 RLC:2 ended 486/17");
	world_close(&w);
}

static void no_route(struct gw_config *c)
{
	strcpy(c->route[0].prefix, "55");
}

static void test_no_route(void **state)
{
	(void)state;
	world_open_with(&w, no_route);
	phone_call(&w, "100");
	saw(&w, "ended 404/3");
	phone_call(&w, "5512");
	saw(&w, "IAM:1");
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void rewriting(struct gw_config *c)
{
	strcpy(c->route[0].prefix, "0");
	c->route[0].strip = 1;
	strcpy(c->route[0].prepend, "+49");
}

static void test_route_rewrites(void **state)
{
	struct isup_number n;

	(void)state;
	world_open_with(&w, rewriting);
	phone_call(&w, "030123");
	saw(&w, "IAM:1");
	assert_int_equal(isup_get_number(&w.sent, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "4930123");
	assert_int_equal(n.noa, ISUP_NOA_INTERNATIONAL);
	assert_int_equal(n.inn, 1);
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void to_itself(struct gw_config *c)
{
	c->route[0].to = GW_SIDE_SIP;
	strcpy(c->route[0].to_name, "phone");
	c->rtp_joins = 0;
}

/* There is no room for RTP to RTP: refused, nothing is left. */
static void test_legs_that_cannot_be_joined(void **state)
{
	(void)state;
	world_open_with(&w, to_itself);
	phone_call(&w, "100");
	saw(&w, "ended 488/65");
	world_close(&w);
}

static void open_to_all(struct gw_config *c)
{
	c->sip_accept_any = true;
	c->nr_routes = 1;
	c->nr_peers = 0;
	c->peer_default.nr_codecs = 1;
	c->peer_default.codec[0] = SDP_PCMU;
	c->peer_default.ptime_ms = 30;
}

/* An address that is no peer gets the defaults, and nobody believes who it says it is. */
static void test_no_peer(void **state)
{
	(void)state;
	world_open_with(&w, open_to_all);
	talk();
	assert_string_equal(info().leg[0].name, "192.0.2.9:5060");
	assert_int_equal(w.open.codec, MED_PCMU);
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void test_strangers(void **state)
{
	static const char invite[] =
		"INVITE sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK1\r\n"
		"From: <sip:x@192.0.2.77>;tag=1\r\nTo: <sip:100@192.0.2.1>\r\nCall-ID: x\r\n"
		"CSeq: 1 INVITE\r\nContact: <sip:x@192.0.2.77>\r\nMax-Forwards: 70\r\n"
		"Content-Length: 0\r\n\r\n";
	struct addr stranger;

	(void)state;
	assert_int_equal(addr_parse(&stranger, STR("192.0.2.77:5060"), 0), 0);
	world_open(&w);
	world_sip(&w, &stranger, invite);
	saw(&w, "elsewhere:SIP/2.0 100 elsewhere:SIP/2.0 403");
	world_wait(&w, 100000);
	world_close(&w);
}

/* Two at once; each has its own circuit, channel and log. */
static void test_two_calls(void **state)
{
	sip_call_id first;
	uint16_t channel;

	(void)state;
	world_open(&w);
	talk();
	first = w.call;
	channel = w.open.channel;
	phone_call(&w, "101");
	trunk_says(&w, ISUP_CON, 2);
	saw(&w, "IAM:2 open:2:both 200+");
	assert_int_not_equal(w.open.channel, channel);
	phone_hangup(&w, NULL);
	saw(&w, "REL:2/16 close ended");
	assert_int_equal(w.ended_nr, 2);
	w.call = first;
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* The channel is not free before the media side has let go of it. */
static void test_channel_is_held_until_closed(void **state)
{
	struct gw_stats s;

	(void)state;
	world_open(&w);
	talk();
	w.mute_media = true;
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close");
	gw_stats(w.gw, &s);
	assert_int_equal(s.channels_busy, 1);
	assert_int_equal(s.calls, 1);
	struct med_counters c = { .leg = w.open.leg + 1, .channel = w.open.channel };
	struct ring_rec rec;
	med_cmd_pack(&rec, (enum med_cmd_kind)MED_REP_CLOSED, &c, sizeof(c));
	gw_media_rx(w.gw, w.now, &rec); /* another leg's */
	world_run(&w);
	saw(&w, "");
	c.leg--;
	med_cmd_pack(&rec, (enum med_cmd_kind)MED_REP_CLOSED, &c, sizeof(c));
	gw_media_rx(w.gw, w.now, &rec);
	world_run(&w);
	saw(&w, "ended");
	world_close(&w);
}

/* The record keeps what the media side counted, and what the far end told of us. */
static void test_quality_in_the_record(void **state)
{
	const struct med_counters heard = { .rx_packets = 900,
					    .rx_lost = 7,
					    .rx_late = 5,
					    .gaps_ms = 240,
					    .jitter_us8 = 250,
					    .tx_packets = 899,
					    .far_lost_permille = 23,
					    .far_jitter_us8 = 125,
					    .modem = MED_MODEM_TO_RTP };
	static const char *const wanted[] = {
		"received 900 packets, 7 lost, 5 late, jitter 2000 us, 240 ms without speech; sent 899",
		"2.3 % lost, jitter 1000 us",
		"answered behind the timeslot",
	};
	struct gw_log_line l;
	unsigned pos = 0, found = 0;

	(void)state;
	world_open(&w);
	talk();
	w.heard = &heard;
	phone_hangup(&w, NULL);
	while (gw_log_walk(w.gw, 1, &pos, &l))
		for (size_t i = 0; i < NR_OF(wanted); i++)
			found += strcmp(l.text, wanted[i]) == 0;
	assert_int_equal(found, 3);
	w.heard = NULL;
	world_close(&w);
}

static void test_query(void **state)
{
	(void)state;
	world_open(&w);
	talk();
	gw_call_query(w.gw, 1);
	world_run(&w);
	saw(&w, "query");
	assert_int_equal(info().media.rx_packets, 50);
	phone_hangup(&w, NULL);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_phone_hangs_up),
		cmocka_unit_test(test_trunk_hangs_up),
		cmocka_unit_test(test_what_is_known_of_a_call),
		cmocka_unit_test(test_the_log_has_both_legs),
		cmocka_unit_test(test_media),
		cmocka_unit_test(test_answered_at_once),
		cmocka_unit_test(test_early_acm_and_cpg),
		cmocka_unit_test(test_acm_with_cause),
		cmocka_unit_test(test_no_acm),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_no_ack),
		cmocka_unit_test(test_refused_by_the_trunk),
		cmocka_unit_test(test_number_changed),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_bye_with_reason),
		cmocka_unit_test(test_both_hang_up),
		cmocka_unit_test(test_bad_numbers),
		cmocka_unit_test(test_numbers_in_the_iam),
		cmocka_unit_test(test_bad_sdp),
		cmocka_unit_test(test_late_offer),
		cmocka_unit_test(test_late_offer_without_an_answer),
		cmocka_unit_test(test_hold_and_resume),
		cmocka_unit_test(test_old_hold),
		cmocka_unit_test(test_codec_change),
		cmocka_unit_test(test_bad_reinvite),
		cmocka_unit_test(test_reinvite_without_an_offer),
		cmocka_unit_test(test_no_circuit),
		cmocka_unit_test(test_no_more_calls),
		cmocka_unit_test(test_no_route),
		cmocka_unit_test(test_route_rewrites),
		cmocka_unit_test(test_legs_that_cannot_be_joined),
		cmocka_unit_test(test_no_peer),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_two_calls),
		cmocka_unit_test(test_channel_is_held_until_closed),
		cmocka_unit_test(test_quality_in_the_record),
		cmocka_unit_test(test_query),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
