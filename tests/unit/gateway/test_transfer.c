/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer: REFER and INVITE with Replaces: a new leg takes the place of a SIP leg (RFC 3515, 3891). */
#include <stdio.h>

#include <trunkgate/sip/subscription.h>

#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;
static sip_call_id first; /* the phone's call that is transferred */

/* 7... goes to a second trunk. */
static void two_trunks(struct gw_config *c)
{
	struct gw_trunk_cfg *t = gw_config_trunk_add(c, "west");
	struct gw_route_cfg *r = gw_config_route_add(c);

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

static void talk_in(void (*change)(struct gw_config *c))
{
	world_open_with(&w, change);
	trunk_iam(&w, 5, "200", "100");
	phone_answer(&w);
	saw(&w, "INVITE+ CON:5 open:5:both ACK");
	first = w.call;
}

static void talk_out(void (*change)(struct gw_config *c))
{
	world_open_with(&w, change);
	phone_call(&w, "100");
	trunk_says(&w, ISUP_CON, 1);
	saw(&w, "IAM:1 open:1:both 200+");
	first = w.call;
}

static void refer(const char *to)
{
	sip_subscription_id id;
	int err = sip_call_refer(w.phone, w.now, first, str_of(to), NULL, NULL, &id);

	assert_true(err == 0 || w.loose);
	world_run(&w);
}

static void refer_by(const char *who)
{
	const struct sip_extra extra = { STR("Referred-By"), str_of(who) };
	const struct sip_body body = { .extra = &extra, .nr_extra = 1 };
	sip_subscription_id id;

	assert_int_equal(sip_call_refer(w.phone, w.now, first, STR("<sip:300@192.0.2.1>"), &body,
					NULL, &id),
			 0);
	world_run(&w);
}

static void hang_up_first(void)
{
	sip_call_hangup(w.phone, w.now, first, 0, NULL);
	world_run(&w);
}

/* What the last NOTIFY has told. */
static void told(const char *status)
{
	assert_non_null(strstr(w.notify, status));
}

/* REFER. ---------------------------------------------------------------------------------------- */
static void not_referred(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "quiet");

	two_trunks(c);
	iw_profile_set(p, IW_TABLE_MAP, IW_MAP_REFERRED_BY, 0);
	strcpy(c->peer[0].interworking, "quiet");
}

/* RFC 3892 2.2: who has referred is told to who is called, without a token that is not there. */
static void test_referred_by(void **state)
{
	static const struct {
		void (*change)(struct gw_config *c);
		const char *who, *want; /* NULL: nothing */
	} rows[] = {
		{ two_trunks, "\"A\" <sip:100@192.0.2.9>;cid=\"1@x\"", "<sip:100@192.0.2.9>" },
		{ two_trunks, "sips:100@192.0.2.9", "<sips:100@192.0.2.9>" },
		{ two_trunks, "<mailto:100@192.0.2.9>", NULL },
		{ not_referred, "<sip:100@192.0.2.9>", NULL },
	};
	char want[100];

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		talk_in(rows[i].change);
		refer_by(rows[i].who);
		snprintf(want, sizeof(want), "\r\nReferred-By: %s\r\n",
			 rows[i].want ? rows[i].want : "");
		if (rows[i].want)
			assert_non_null(strstr(w.invite, want));
		else
			assert_null(strstr(w.invite, "Referred-By"));
		trunk_rel(&w, 5, 16);
		world_wait(&w, 70000);
		w.trace[0] = '\0';
		world_close(&w);
	}
}

/* RFC 5589 5: unattended; the circuit and the RTP stream stay. */
static void test_called_phone_transfers(void **state)
{
	(void)state;
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1>");
	saw(&w, "NOTIFY+ INVITE+");
	told("SIP/2.0 100 Trying");
	assert_non_null(strstr(w.invite, "INVITE sip:300@"));
	assert_non_null(strstr(w.invite, "From: <sip:100@"));
	phone_progress(&w, 180, false);
	saw(&w, "NOTIFY+");
	told("SIP/2.0 180 Ringing");
	w.caps.local.port = 40010;
	phone_answer(&w);
	saw(&w, "modify:5:both ACK NOTIFY+ unsubscribed+ BYE/16");
	told("SIP/2.0 200 OK");
	assert_int_equal(w.open.port, 40010);
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* Who was called stays, and calls as the number that was called. */
static void test_calling_phone_transfers(void **state)
{
	struct isup_msg sus = trunk_msg(ISUP_SUS);

	(void)state;
	talk_out(two_trunks);
	refer("<tel:300;phone-context=x.y>");
	saw(&w, "NOTIFY+ INVITE+");
	assert_non_null(strstr(w.invite, "INVITE sip:300@"));
	assert_non_null(strstr(w.invite, "From: <sip:100@"));
	w.caps.local.port = 40010;
	phone_answer(&w);
	assert_non_null(strstr(w.trace, "modify:1:both"));
	assert_non_null(strstr(w.trace, "BYE/16"));
	told("SIP/2.0 200 OK");
	w.trace[0] = '\0';
	isup_put_u8(&sus, ISUP_P_SUSPEND_RESUME, 1);
	trunk_send(&w, &sus, 1); /* the new leg hears of what comes */
	saw(&w, "re-INVITE:sendonly modify:1:to-rtp ACK");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void test_to_a_trunk(void **state)
{
	(void)state;
	talk_in(two_trunks);
	refer("<sip:777@192.0.2.1>");
	saw(&w, "IAM:21 NOTIFY+");
	trunk_says(&w, ISUP_ACM, 21);
	saw(&w, "NOTIFY+");
	told("SIP/2.0 180 Ringing");
	trunk_says(&w, ISUP_ANM, 21);
	saw(&w, "close NOTIFY+ unsubscribed+ BYE/16 join:5-21:both");
	trunk_rel(&w, 21, 16);
	saw(&w, "RLC:21 REL:5/16 free:5 ended");
	world_close(&w);
}

static void test_refused(void **state)
{
	(void)state;
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1>");
	phone_reject(&w, 486, NULL);
	told("SIP/2.0 486 Busy Here");
	saw(&w, "NOTIFY+ INVITE+ NOTIFY+ unsubscribed+");
	refer("<sip:777@192.0.2.1>"); /* once more, to a trunk */
	trunk_rel(&w, 21, 17);
	told("SIP/2.0 486 Busy Here");
	saw(&w, "IAM:21 NOTIFY+ RLC:21 NOTIFY+ unsubscribed+");
	refer("<sip:alice@192.0.2.1>");
	told("SIP/2.0 404 Not Found");
	w.trace[0] = '\0';
	w.call = first;
	phone_hangup(&w, NULL); /* the first one, still there */
	saw(&w, "REL:5/16 close ended");
	world_close(&w);
}

/* Again and again: legs that are over make room. */
static void test_many(void **state)
{
	(void)state;
	talk_in(two_trunks);
	for (unsigned i = 0; i < 20; i++) {
		refer("<sip:300@192.0.2.1>");
		phone_answer(&w);
		world_wait(&w, 1000);
		first = w.call;
	}
	told("SIP/2.0 200 OK");
	w.trace[0] = '\0';
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* The referrer does not wait. */
static void test_referrer_hangs_up(void **state)
{
	(void)state;
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1>");
	hang_up_first();
	saw(&w, "NOTIFY+ INVITE+ modify:5:cut");
	phone_answer(&w);
	saw(&w, "modify:5:both ACK NOTIFY+ unsubscribed+");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1>");
	hang_up_first();
	phone_reject(&w, 486, NULL);
	told("SIP/2.0 486");
	saw(&w, "NOTIFY+ INVITE+ modify:5:cut REL:5/17 close NOTIFY+ unsubscribed+ ended");
	world_close(&w);
}

/* Who stays does not. */
static void test_other_end_hangs_up(void **state)
{
	(void)state;
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1>");
	saw(&w, "NOTIFY+ INVITE+");
	trunk_rel(&w, 5, 16);
	assert_non_null(strstr(w.trace, "CANCEL/16"));
	assert_non_null(strstr(w.trace, "BYE/16"));
	assert_non_null(strstr(w.trace, "ended"));
	told("SIP/2.0 487");
	world_close(&w);
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1>");
	w.trace[0] = '\0';
	gw_shutdown(w.gw, w.now, true); /* by the operator */
	world_run(&w);
	assert_non_null(strstr(w.trace, "CANCEL"));
	assert_non_null(strstr(w.trace, "BYE"));
	assert_non_null(strstr(w.trace, "ended"));
	world_close(&w);
}

/* He was on hold, and is not any more. */
static void test_from_hold(void **state)
{
	uint8_t v;

	(void)state;
	talk_in(two_trunks);
	w.caps.dir = SDP_SENDONLY;
	w.call = first;
	phone_reinvite(&w, phone_sdp(&w));
	w.caps.dir = SDP_SENDRECV;
	saw(&w, "CPG:5 modify:5:from-rtp 200+");
	refer("<sip:300@192.0.2.1>");
	phone_answer(&w);
	assert_non_null(strstr(w.trace, "CPG:5 modify:5:both"));
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_NOTIFICATION, &v), 0);
	assert_int_equal(v & 0x7f, 122);
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

static void refuses(struct gw_config *c)
{
	c->peer[0].flow.no_transfers = true;
}

static void test_not_allowed(void **state)
{
	(void)state;
	talk_in(refuses);
	refer("<sip:300@192.0.2.1>");
	assert_null(strstr(w.trace, "INVITE"));
	assert_null(strstr(w.trace, "NOTIFY"));
	w.trace[0] = '\0';
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1;method=BYE>");
	assert_null(strstr(w.trace, "INVITE"));
	refer("<sip:300@192.0.2.1>");
	saw(&w, "unsubscribed NOTIFY+ INVITE+");
	refer("<sip:301@192.0.2.1>"); /* one at a time */
	saw(&w, "unsubscribed");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Attended, with somebody elsewhere: his dialog is named to him. */
static void test_replaces_goes_along(void **state)
{
	(void)state;
	talk_in(two_trunks);
	refer("<sip:300@192.0.2.1?Replaces=abc%40h%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>");
	assert_non_null(strstr(w.invite, "\r\nReplaces: abc@h;to-tag=1;from-tag=2\r\n"));
	assert_null(strstr(w.invite, "X: y"));
	phone_reject(&w, 486, NULL);
	w.trace[0] = '\0';
	refer("<sip:300@192.0.2.1?Replaces=a%0d%0aX%3Ay>"); /* no line gets in */
	assert_null(strstr(w.trace, "INVITE"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Between two SIP legs. ------------------------------------------------------------------------- */
static void to_itself(struct gw_config *c)
{
	two_trunks(c);
	c->route[0].to = GW_SIDE_SIP;
	strcpy(c->route[0].to_name, "phone");
	*gw_config_route_add(c) = (struct gw_route_cfg){
		.prefix = "7", .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK, .to_name = "west"
	};
}

static void talk_sip(void)
{
	world_open_with(&w, to_itself);
	phone_call(&w, "100");
	phone_answer(&w);
	first = w.call; /* of who is called */
	saw(&w, "INVITE+ open:1:both open:2:both ACK 200+");
}

static void test_from_sip_to_sip(void **state)
{
	(void)state;
	talk_sip();
	refer("<sip:300@192.0.2.1>");
	w.caps.local.port = 40010;
	phone_answer(&w);
	told("SIP/2.0 200 OK");
	assert_non_null(strstr(w.trace, "modify:2:both"));
	w.trace[0] = '\0';
	phone_hangup(&w, NULL);
	saw(&w, "close close BYE/16 ended");
	world_close(&w);
}

static void test_from_sip_to_a_trunk(void **state)
{
	(void)state;
	talk_sip();
	refer("<sip:777@192.0.2.1>");
	trunk_says(&w, ISUP_CON, 21);
	told("SIP/2.0 200 OK");
	saw(&w, "IAM:21 NOTIFY+ close close NOTIFY+ unsubscribed+ BYE/16 open:21:both");
	trunk_rel(&w, 21, 16);
	saw(&w, "RLC:21 close BYE/16 ended");
	world_close(&w);
}

/* Replaces. ------------------------------------------------------------------------------------- */
static void test_take_over(void **state)
{
	(void)state;
	talk_out(two_trunks);
	w.extra = (struct sip_extra){ STR("Replaces"), str_of(phone_dialog(w.ok)) };
	w.caps.local.port = 40020;
	phone_call_uri(&w, "sip:192.0.2.1", phone_sdp(&w), NULL);
	saw(&w, "modify:1:both 200+ BYE/16");
	assert_int_equal(w.open.port, 40020);
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* A response to the gateway's INVITE with this tag, as the phone would send it. */
static void rings(const char *tag)
{
	static const char *const names[] = { "\r\nVia: ", "\r\nFrom: ", "\r\nCall-ID: ",
					     "\r\nCSeq: ", "\r\nTo: " };
	char text[2000];
	size_t len = (size_t)snprintf(text, sizeof(text), "SIP/2.0 180 Ringing");

	for (unsigned i = 0; i < NR_OF(names); i++) {
		const char *p = strstr(w.invite, names[i]), *end = strstr(p + 2, "\r\n");
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%.*s", (int)(end - p), p);
	}
	snprintf(text + len, sizeof(text) - len,
		 ";tag=%s\r\nContact: <sip:a@192.0.2.9>\r\nContent-Length: 0\r\n\r\n", tag);
	world_sip(&w, &w.phone_addr, text);
	world_run(&w);
}

/* RFC 3891 3: an early dialog of ours: the new one is answered, the old one gets CANCEL. */
static void test_take_over_while_it_rings(void **state)
{
	char replaces[300], id[120], tag[60];

	(void)state;
	world_open_with(&w, two_trunks);
	trunk_iam(&w, 5, "200", "100");
	rings("a");
	saw(&w, "INVITE+ ACM:5");
	assert_int_equal(sscanf(strstr(w.invite, "\r\nCall-ID: "), "\r\nCall-ID: %119[^\r]", id),
			 1);
	assert_int_equal(
		sscanf(strstr(strstr(w.invite, "\r\nFrom: "), ";tag="), ";tag=%59[^\r;]", tag), 1);
	snprintf(replaces, sizeof(replaces), "%s;to-tag=%s;from-tag=a", id, tag);
	w.extra = (struct sip_extra){ STR("Replaces"), str_of(replaces) };
	phone_call_uri(&w, "sip:192.0.2.1", phone_sdp(&w), NULL);
	saw(&w, "ANM:5 open:5:both 200+ CANCEL/16");
	phone_hangup(&w, NULL);
	saw(&w, "REL:5/16 close ended");
	world_close(&w);
}

static void test_take_over_fails(void **state)
{
	(void)state;
	talk_out(two_trunks);
	w.extra = (struct sip_extra){ STR("Replaces"), str_of(phone_dialog(w.ok)) };
	phone_call_uri(&w, "sip:192.0.2.1",
		       "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
		       "m=audio 4000 RTP/AVP 9\r\n",
		       NULL);
	saw(&w, "488"); /* RFC 3891 3: the matched dialog is unchanged */
	w.extra.value = STR("nobody;to-tag=1;from-tag=2");
	phone_call_uri(&w, "sip:192.0.2.1", phone_sdp(&w), NULL);
	saw(&w, "481");
	w.call = first;
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
	talk_out(refuses);
	w.extra = (struct sip_extra){ STR("Replaces"), str_of(phone_dialog(w.ok)) };
	phone_call_uri(&w, "sip:192.0.2.1", phone_sdp(&w), NULL);
	saw(&w, "403");
	trunk_rel(&w, 1, 16);
	world_close(&w);
}

/* RFC 5589 7: the phone has two calls here, and makes them one. */
static void refer_to_other(const char *number, const char *dialog)
{
	refer(phone_replaces(number, dialog));
}

static void test_two_calls_become_one(void **state)
{
	static char other[300];

	(void)state;
	world_open_with(&w, two_trunks);
	phone_call(&w, "200");
	trunk_says(&w, ISUP_CON, 1);
	str_copyz(other, sizeof(other), str_of(phone_dialog(w.ok)));
	phone_call(&w, "100");
	trunk_says(&w, ISUP_CON, 2);
	saw(&w, "IAM:1 open:1:both 200+ IAM:2 open:2:both 200+");
	first = w.call;
	refer_to_other("200", "nobody;to-tag=1;from-tag=2"); /* no such: as anywhere else */
	w.trace[0] = '\0';
	world_wait(&w, 1000);
	if (w.call != first)
		phone_reject(&w, 481, NULL);
	w.trace[0] = '\0';
	refer_to_other("200", other);
	told("SIP/2.0 200 OK");
	assert_non_null(strstr(w.trace, "join:1-2:both"));
	assert_null(strstr(w.trace, "REL"));
	assert_null(strstr(w.trace, "INVITE"));
	assert_non_null(strstr(w.trace, "BYE/16"));
	assert_non_null(strstr(w.trace, "ended")); /* one of the two */
	w.trace[0] = '\0';
	trunk_says(&w, ISUP_CPG, 1); /* one hears the other */
	saw(&w, "CPG:2");
	trunk_rel(&w, 1, 16);
	saw(&w, "RLC:1 REL:2/16 free:1 ended");
	world_close(&w);
}

/* Memory. --------------------------------------------------------------------------------------- */
static void once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	if (!world_try_open(&w, two_trunks)) {
		mem_free(w.mem);
		return;
	}
	trunk_iam(&w, 5, "200", "100");
	phone_answer(&w);
	first = w.call;
	refer("<sip:300@192.0.2.1>");
	if (w.call != first)
		phone_reject(&w, 486, NULL);
	refer("<sip:777@192.0.2.1>");
	trunk_rel(&w, 21, 17);
	refer("<sip:300@192.0.2.1>");
	if (w.call != first)
		phone_answer(&w);
	world_wait(&w, 1000);
	trunk_rel(&w, 5, 16);
	world_wait(&w, 300000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static void replace_once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	if (!world_try_open(&w, two_trunks)) {
		mem_free(w.mem);
		return;
	}
	w.ok[0] = '\0';
	phone_call(&w, "100");
	trunk_says(&w, ISUP_CON, 1);
	if (strstr(w.ok, ";tag=")) {
		w.extra = (struct sip_extra){ STR("Replaces"), str_of(phone_dialog(w.ok)) };
		phone_call_uri(&w, "sip:192.0.2.1", phone_sdp(&w), NULL);
	}
	world_wait(&w, 1000);
	trunk_rel(&w, 1, 16);
	world_wait(&w, 100000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static void join_once(void *ctx)
{
	static char other[300];

	(void)ctx;
	w.loose = true;
	if (!world_try_open(&w, two_trunks)) {
		mem_free(w.mem);
		return;
	}
	w.ok[0] = '\0';
	phone_call(&w, "200");
	trunk_says(&w, ISUP_CON, 1);
	if (strstr(w.ok, ";tag=")) {
		str_copyz(other, sizeof(other), str_of(phone_dialog(w.ok)));
		phone_call(&w, "100");
		trunk_says(&w, ISUP_CON, 2);
		first = w.call;
		refer_to_other("200", other);
	}
	trunk_rel(&w, 1, 16);
	trunk_rel(&w, 2, 16);
	world_wait(&w, 300000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(join_once, NULL) > 50);
	assert_true(walk_allocations(once, NULL) > 50);
	assert_true(walk_allocations(replace_once, NULL) > 50);
	w.loose = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_referred_by),
		cmocka_unit_test(test_called_phone_transfers),
		cmocka_unit_test(test_calling_phone_transfers),
		cmocka_unit_test(test_to_a_trunk),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_referrer_hangs_up),
		cmocka_unit_test(test_other_end_hangs_up),
		cmocka_unit_test(test_from_hold),
		cmocka_unit_test(test_not_allowed),
		cmocka_unit_test(test_replaces_goes_along),
		cmocka_unit_test(test_take_over),
		cmocka_unit_test(test_from_sip_to_sip),
		cmocka_unit_test(test_from_sip_to_a_trunk),
		cmocka_unit_test(test_take_over_while_it_rings),
		cmocka_unit_test(test_take_over_fails),
		cmocka_unit_test(test_two_calls_become_one),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
