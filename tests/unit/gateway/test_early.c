/* SPDX-License-Identifier: GPL-3.0-or-later */
/* early: before the answer: acknowledged responses (RFC 3262), offers of ours, branches, RFC 5009. */
#include <stdio.h>

#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;

static void may_reliable(struct gw_config *c)
{
	c->peer[0].flow.rel100 = SIP_REL100_USED;
}

static void open_used(void)
{
	world_open_with(&w, may_reliable);
	w.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED, .user_pracks = true };
}

static void prack(const char *sdp)
{
	struct sip_body body = { .content_type = STR("application/sdp"), .octets = str_of(sdp) };

	assert_int_equal(sip_call_prack(w.phone, w.now, w.call, &body), 0);
	world_run(&w);
}

/* Delayed offer. ------------------------------------------------------------------------------- */
static void call_without_offer(void)
{
	phone_call_uri(&w, "sip:100@192.0.2.1", "", NULL);
	saw(&w, "IAM:1");
}

static void test_offer_in_the_200(void **state)
{
	(void)state;
	world_open(&w);
	call_without_offer();
	trunk_acm(&w, 1, 1, false);
	saw(&w, "180");
	w.ack_sdp = phone_sdp(&w);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "200+ open:1:both");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* RFC 3262 5 */
static void test_offer_in_the_first_reliable_response(void **state)
{
	(void)state;
	open_used();
	call_without_offer();
	trunk_acm(&w, 1, 1, false);
	saw(&w, "180+");
	prack(phone_sdp(&w));
	saw(&w, "open:1:to-rtp");
	trunk_cpg(&w, 1, 2);
	saw(&w, "183");
	prack("");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "modify:1:both 200");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

/* The answer comes before the PRACK: the 200 waits. */
static void test_answer_waits_for_the_answer_to_our_offer(void **state)
{
	(void)state;
	open_used();
	call_without_offer();
	trunk_acm(&w, 1, 1, false);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "180+");
	prack(phone_sdp(&w));
	saw(&w, "open:1:both 200");
	trunk_rel(&w, 1, 16);
	saw(&w, "RLC:1 close BYE/16 ended");
	world_close(&w);
}

static void test_no_usable_answer(void **state)
{
	static const char odd[] = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\n"
				  "t=0 0\r\nm=audio 4000 RTP/AVP 9\r\n";

	(void)state;
	open_used();
	call_without_offer();
	trunk_acm(&w, 1, 1, false);
	saw(&w, "180+");
	prack(odd);
	saw(&w, "REL:1/65 ended 488/65");
	world_close(&w);
	world_open(&w);
	call_without_offer();
	w.ack_sdp = odd;
	trunk_says(&w, ISUP_CON, 1);
	saw(&w, "200+ REL:1/65 BYE/65 ended");
	w.ack_sdp = NULL;
	call_without_offer();
	trunk_says(&w, ISUP_CON, 1);
	saw(&w, "200+ REL:1/65 BYE/65 ended");
	world_close(&w);
}

/* One at a time. ------------------------------------------------------------------------------- */
static void test_one_at_a_time(void **state)
{
	(void)state;
	open_used();
	phone_call(&w, "100");
	trunk_acm(&w, 1, 0, false);
	saw(&w, "IAM:1 open:1:to-rtp 183+");
	trunk_cpg(&w, 1, 6);
	trunk_cpg(&w, 1, 1);
	saw(&w, "");
	prack("");
	saw(&w, "181");
	prack("");
	saw(&w, "180");
	trunk_says(&w, ISUP_ANM, 1); /* this one has no description: nothing waits */
	saw(&w, "modify:1:both 200");
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* RFC 3262 3: the 200 waits for the PRACK of a description, and what waited before it is void. */
static void test_answer_waits(void **state)
{
	(void)state;
	open_used();
	phone_call(&w, "100");
	trunk_acm(&w, 1, 0, false);
	trunk_cpg(&w, 1, 1);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "IAM:1 open:1:to-rtp 183+ modify:1:both");
	prack("");
	saw(&w, "200");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void test_rel_does_not_wait(void **state)
{
	(void)state;
	open_used();
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_cpg(&w, 1, 2);
	saw(&w, "IAM:1 open:1:to-rtp 180+");
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 close 486/17 ended");
	world_close(&w);
	open_used();
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "IAM:1 open:1:to-rtp 180+ modify:1:both");
	trunk_rel(&w, 1, 16);
	assert_non_null(strstr(w.trace, "RLC:1"));
	assert_non_null(strstr(w.trace, "ended"));
	world_close(&w);
}

/* More than have room: some are lost, the call is not. */
static void test_many_wait(void **state)
{
	(void)state;
	open_used();
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	for (int i = 0; i < 12; i++)
		trunk_cpg(&w, 1, 2);
	saw(&w, "IAM:1 open:1:to-rtp 180+");
	for (int i = 0; i < 9; i++)
		prack("");
	saw(&w, "183 183 183 183 183 183 183 183");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "modify:1:both 200");
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* RFC 3262 3: 64*T1, then the call is refused. */
static void test_no_prack(void **state)
{
	(void)state;
	open_used();
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "IAM:1 open:1:to-rtp 180+");
	world_wait(&w, 33000);
	assert_non_null(strstr(w.trace, "504"));
	assert_non_null(strstr(w.trace, "REL:1/102"));
	assert_non_null(strstr(w.trace, "ended"));
	world_close(&w);
}

static void test_reliable_only_where_required(void **state)
{
	(void)state;
	world_open(&w);
	w.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED, .user_pracks = true };
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_cpg(&w, 1, 2);
	saw(&w, "IAM:1 open:1:to-rtp 180+ 183+");
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 close 486/17 ended");
	w.features.rel100 = SIP_REL100_REQUIRED;
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_cpg(&w, 1, 2);
	saw(&w, "IAM:1 open:1:to-rtp 180+");
	prack("");
	saw(&w, "183");
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

/* The peer's 18x are acknowledged by the stack. */
static void test_the_peer_sends_reliably(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	sip_call_set_reliable(w.phone, w.call, SIP_REL100_USED);
	phone_progress(&w, 183, true);
	saw(&w, "INVITE+ ACM:5 open:5:from-rtp PRACK");
	phone_progress(&w, 180, false);
	saw(&w, "CPG:5 PRACK");
	assert_int_equal(sip_call_answer(w.phone, w.now, w.call, NULL), 0);
	world_run(&w);
	saw(&w, "ANM:5 modify:5:both ACK");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Which 18x have a description, and P-Early-Media towards who called. ---------------------------- */
static void bare(struct gw_config *c)
{
	c->peer[0].flow.bare_progress = true;
}

static void test_description_only_with_a_sound(void **state)
{
	(void)state;
	world_open_with(&w, bare);
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "IAM:1 open:1:to-rtp 180");
	trunk_cpg(&w, 1, 3);
	saw(&w, "183+");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "modify:1:both 200+");
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void test_we_ask_for_authorization(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	assert_null(strstr(w.progress, "P-Early-Media"));
	trunk_rel(&w, 1, 17);
	w.extra = (struct sip_extra){ STR("P-Early-Media"), STR("supported") };
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	assert_non_null(strstr(w.progress, "P-Early-Media: sendonly\r\n"));
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

static void asks(struct gw_config *c)
{
	c->peer[0].flow.asks_early_media = true;
}

static void test_our_invite_knows_p_early_media(void **state)
{
	(void)state;
	world_open_with(&w, asks);
	trunk_iam(&w, 5, "200", "100");
	assert_non_null(strstr(w.invite, "P-Early-Media: supported\r\n"));
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Branches. ------------------------------------------------------------------------------------ */
/* A response as another branch would send it; `port` 0: without a description. */
static void branch_says(unsigned status, const char *tag, unsigned port, const char *header)
{
	static const char *const names[] = { "\r\nVia: ", "\r\nFrom: ", "\r\nTo: ", "\r\nCall-ID: ",
					     "\r\nCSeq: " };
	char text[3000], sdp[300] = "";
	size_t len;

	if (port)
		snprintf(sdp, sizeof(sdp),
			 "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
			 "m=audio %u RTP/AVP 8\r\n",
			 port);
	len = (size_t)snprintf(text, sizeof(text), "SIP/2.0 %u Some", status);
	for (unsigned i = 0; i < NR_OF(names); i++) {
		const char *p = strstr(w.invite, names[i]), *end = strstr(p + 2, "\r\n");
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%.*s%s%s", (int)(end - p),
					p, i == 2 ? ";tag=" : "", i == 2 ? tag : "");
	}
	snprintf(text + len, sizeof(text) - len,
		 "\r\nContact: <sip:%s@192.0.2.9>\r\n%s%sContent-Length: %zu\r\n\r\n%s", tag,
		 header, port ? "Content-Type: application/sdp\r\n" : "", strlen(sdp), sdp);
	world_sip(&w, &w.phone_addr, text);
	world_run(&w);
}

static void fork_call(void)
{
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
}

/* The first with a description is heard; one alerting only; the 2xx rebinds. */
static void test_branches(void **state)
{
	(void)state;
	fork_call();
	branch_says(180, "a", 0, "");
	saw(&w, "ACM:5");
	branch_says(180, "b", 4002, "");
	saw(&w, "open:5:from-rtp");
	assert_int_equal(w.open.port, 4002);
	branch_says(183, "c", 4004, "");
	saw(&w, "CPG:5");
	assert_int_equal(w.open.port, 4002);
	branch_says(200, "c", 0, "");
	saw(&w, "ANM:5 modify:5:both");
	assert_int_equal(w.open.port, 4004);
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	saw(&w, "RLC:5 close ended");
	world_close(&w);
}

/* RFC 5009: who is authorized is heard before who was first; who is refused is not heard. */
static void test_authorized_branch(void **state)
{
	(void)state;
	fork_call();
	branch_says(183, "a", 4000, "P-Early-Media: inactive\r\n");
	saw(&w, "ACM:5");
	branch_says(183, "b", 4002, "");
	saw(&w, "CPG:5 open:5:from-rtp");
	branch_says(183, "c", 4004, "P-Early-Media: sendrecv\r\n");
	saw(&w, "CPG:5 modify:5:from-rtp");
	assert_int_equal(w.open.port, 4004);
	branch_says(183, "d", 4006, "P-Early-Media: sendonly\r\n");
	saw(&w, "CPG:5");
	assert_int_equal(w.open.port, 4004);
	branch_says(183, "c", 0, "P-Early-Media: inactive\r\n");
	saw(&w, "CPG:5 modify:5:from-rtp");
	assert_int_equal(w.open.port, 4006);
	branch_says(200, "a", 4000, "");
	saw(&w, "ANM:5 modify:5:both");
	assert_int_equal(w.open.port, 4000);
	branch_says(200, "b", 4002, ""); /* ACK and BYE, by the stack */
	saw(&w, "");
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	saw(&w, "RLC:5 close ended");
	world_close(&w);
}

/* A 2xx of a branch that has never described itself. */
static void test_branch_without_description(void **state)
{
	(void)state;
	fork_call();
	branch_says(183, "a", 4000, "");
	saw(&w, "ACM:5 open:5:from-rtp");
	branch_says(200, "b", 0, "");
	world_wait(&w, 100);
	saw(&w, "REL:5/65 close ended");
	world_close(&w);
}

/* More branches than there is room for. */
static void test_many_branches(void **state)
{
	char tag[8];

	(void)state;
	fork_call();
	for (unsigned i = 0; i < 12; i++) {
		snprintf(tag, sizeof(tag), "t%u", i);
		branch_says(180, tag, 4000 + 2 * i, "");
	}
	saw(&w, "ACM:5 open:5:from-rtp");
	assert_int_equal(w.open.port, 4000);
	branch_says(200, "t11", 4022, "");
	saw(&w, "ANM:5 modify:5:both");
	assert_int_equal(w.open.port, 4022);
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	world_close(&w);
}

/* A description that changes before the answer, and who may be heard (RFC 3311, RFC 5009 8). */
static void update(unsigned port, const char *more)
{
	char text[3000], sdp[300], call_id[200], from[200], to[200];
	const char *p = strstr(w.invite, "\r\nCall-ID: ");

	snprintf(sdp, sizeof(sdp),
		 "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
		 "m=audio %u RTP/AVP 8\r\n",
		 port);
	snprintf(call_id, sizeof(call_id), "%.*s", (int)strcspn(p + 2, "\r"), p + 2);
	p = strstr(w.invite, "\r\nFrom: ") + 8;
	snprintf(to, sizeof(to), "%.*s", (int)strcspn(p, "\r"), p);
	p = strstr(w.invite, "\r\nTo: ") + 6;
	snprintf(from, sizeof(from), "%.*s", (int)strcspn(p, "\r"), p);
	snprintf(text, sizeof(text),
		 "UPDATE sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKu%u\r\n"
		 "From: %s;tag=a\r\nTo: %s\r\n%s\r\nCSeq: %u UPDATE\r\nMax-Forwards: 70\r\n"
		 "Contact: <sip:a@192.0.2.9>\r\n%sContent-Type: application/sdp\r\n"
		 "Content-Length: %zu\r\n\r\n%s",
		 port, from, to, call_id, port, more, strlen(sdp), sdp);
	world_sip(&w, &w.phone_addr, text);
	world_run(&w);
}

static void test_update_before_the_answer(void **state)
{
	(void)state;
	fork_call();
	branch_says(183, "a", 4000, "Require: 100rel\r\nRSeq: 1\r\n");
	saw(&w, "ACM:5 open:5:from-rtp");
	update(4010, "");
	saw(&w, "modify:5:from-rtp");
	assert_int_equal(w.open.port, 4010);
	update(4012, "P-Early-Media: inactive\r\n");
	saw(&w, "modify:5:cut");
	branch_says(200, "a", 0, "");
	saw(&w, "ANM:5 modify:5:both");
	assert_int_equal(w.open.port, 4012);
	trunk_rel(&w, 5, 16);
	world_wait(&w, 100);
	saw(&w, "RLC:5 close ended");
	world_close(&w);
}

static void required(struct gw_config *c)
{
	c->peer[0].flow.rel100 = SIP_REL100_REQUIRED;
}

static void test_required_of_the_caller(void **state)
{
	(void)state;
	world_open_with(&w, required);
	phone_call(&w, "100");
	saw(&w, "ended 421");
	assert_non_null(strstr(w.final, "\r\nRequire: 100rel\r\n"));
	w.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED };
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

/* Where 18x have a description only with a sound, those without one say so. */
static void test_nothing_to_be_heard(void **state)
{
	(void)state;
	world_open_with(&w, bare);
	w.extra = (struct sip_extra){ STR("P-Early-Media"), STR("supported") };
	phone_call(&w, "100");
	trunk_acm(&w, 1, 0, false);
	assert_non_null(strstr(w.progress, "P-Early-Media: inactive\r\n"));
	trunk_cpg(&w, 1, 3);
	assert_non_null(strstr(w.progress, "P-Early-Media: sendonly\r\n"));
	trunk_rel(&w, 1, 17);
	world_close(&w);
}

/* Memory. --------------------------------------------------------------------------------------- */
static void end_once(void)
{
	world_wait(&w, 300000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static bool begin_once(void (*change)(struct gw_config *c))
{
	w.loose = true;
	if (world_try_open(&w, change))
		return true;
	mem_free(w.mem);
	return false;
}

/* 18x that wait for their PRACK, an offer of ours in them. */
static void reliable_once(void *ctx)
{
	(void)ctx;
	if (!begin_once(may_reliable))
		return;
	w.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED };
	w.ack_sdp = phone_sdp(&w);
	phone_call_uri(&w, "sip:100@192.0.2.1", "", NULL);
	trunk_acm(&w, 1, 0, false);
	trunk_cpg(&w, 1, 6);
	trunk_cpg(&w, 1, 1);
	trunk_says(&w, ISUP_ANM, 1);
	trunk_rel(&w, 1, 16);
	end_once();
}

/* Branches, an UPDATE of one, and the answer of another. */
static void branches_once(void *ctx)
{
	(void)ctx;
	if (!begin_once(NULL))
		return;
	w.invite[0] = '\0';
	trunk_iam(&w, 5, "200", "100");
	if (w.invite[0]) {
		branch_says(183, "a", 4000, "Require: 100rel\r\nRSeq: 1\r\n");
		branch_says(180, "b", 4002, "P-Early-Media: sendrecv\r\n");
		update(4010, "");
		branch_says(200, "b", 0, "");
	}
	trunk_rel(&w, 5, 16);
	end_once();
}

/* Hold both ways, and a re-INVITE that meets another one. */
static void renew_once(void *ctx)
{
	struct isup_msg sus = trunk_msg(ISUP_SUS), res = trunk_msg(ISUP_RES);

	(void)ctx;
	if (!begin_once(NULL))
		return;
	isup_put_u8(&sus, ISUP_P_SUSPEND_RESUME, 1);
	isup_put_u8(&res, ISUP_P_SUSPEND_RESUME, 1);
	phone_call(&w, "100");
	trunk_says(&w, ISUP_CON, 1);
	w.glare = true;
	trunk_send(&w, &sus, 1);
	world_wait(&w, 5000);
	trunk_send(&w, &res, 1);
	w.caps.dir = SDP_SENDONLY;
	sip_call_reinvite(w.phone, w.now, w.call,
			  &(struct sip_body){ .content_type = STR("application/sdp"),
					      .octets = str_of(phone_sdp(&w)) });
	world_run(&w);
	trunk_rel(&w, 1, 16);
	end_once();
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(reliable_once, NULL) > 50);
	assert_true(walk_allocations(branches_once, NULL) > 50);
	assert_true(walk_allocations(renew_once, NULL) > 50);
	w.loose = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer_in_the_200),
		cmocka_unit_test(test_offer_in_the_first_reliable_response),
		cmocka_unit_test(test_answer_waits_for_the_answer_to_our_offer),
		cmocka_unit_test(test_no_usable_answer),
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_answer_waits),
		cmocka_unit_test(test_rel_does_not_wait),
		cmocka_unit_test(test_many_wait),
		cmocka_unit_test(test_no_prack),
		cmocka_unit_test(test_reliable_only_where_required),
		cmocka_unit_test(test_the_peer_sends_reliably),
		cmocka_unit_test(test_description_only_with_a_sound),
		cmocka_unit_test(test_we_ask_for_authorization),
		cmocka_unit_test(test_our_invite_knows_p_early_media),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_authorized_branch),
		cmocka_unit_test(test_branch_without_description),
		cmocka_unit_test(test_many_branches),
		cmocka_unit_test(test_update_before_the_answer),
		cmocka_unit_test(test_required_of_the_caller),
		cmocka_unit_test(test_nothing_to_be_heard),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
