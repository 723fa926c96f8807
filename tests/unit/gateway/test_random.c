/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random: any order of events. Phone, exchange, span, operator, memory and time act by chance,
 * seed by seed; in the end nothing is left of any call. A run that fails says its seed, and
 * TG_SEED=n runs that one alone.
 */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/sip/subscription.h>

#include "unit/gateway/world.h"

#define SEEDS 600
#define STEPS 120

static struct world w;
static struct rng dice;
static char some_dialog[300]; /* one that there is, or has been */
static unsigned calls, answered, referred, redirected, joined;

static uint16_t some_cic(void)
{
	static const uint16_t cics[] = { 1, 2, 3, 4, 17, 31, 16 };

	return cics[rng_below(&dice, NR_OF(cics))];
}

static void some_message(void)
{
	static const uint8_t types[] = { ISUP_ACM, ISUP_ACM, ISUP_ANM, ISUP_ANM, ISUP_CON,
					 ISUP_CPG, ISUP_RSC, ISUP_RLC, ISUP_BLO, ISUP_UBL };

	trunk_says(&w, types[rng_below(&dice, NR_OF(types))], some_cic());
}

static void some_rel(void)
{
	static const uint8_t causes[] = { 1, 16, 17, 22, 34, 44, 44, 102, 127 };

	trunk_rel(&w, some_cic(), causes[rng_below(&dice, NR_OF(causes))]);
}

static void some_call(void)
{
	static const char *const numbers[] = { "100", "+4930", "alice", "" };
	uint32_t n = rng_below(&dice, 10);

	if (n == 0)
		phone_call_uri(&w, "sip:100@192.0.2.1", NULL, NULL);
	else
		phone_call(&w, numbers[n < 7 ? 0 : n - 7]);
}

static void some_session(void)
{
	static const enum sdp_dir dirs[] = { SDP_SENDRECV, SDP_SENDONLY, SDP_INACTIVE };

	w.caps.session_version++;
	w.caps.dir = dirs[rng_below(&dice, NR_OF(dirs))];
	phone_reinvite(&w, rng_below(&dice, 5) ? phone_sdp(&w) : "");
	w.caps.dir = SDP_SENDRECV;
}

static void some_behaviour(void)
{
	bool bad = rng_below(&dice, 3) == 0;

	switch (rng_below(&dice, 6)) {
	case 0:
		w.deaf_phone = bad;
		break;
	case 1:
		w.mute_trunk = bad;
		break;
	case 2:
		w.no_ack = bad;
		break;
	case 3:
		gw_span_state(w.gw, w.now, 0, !bad);
		world_run(&w);
		break;
	case 4:
		w.ack_sdp = bad ? "" : NULL;
		break;
	default:
		gw_circuit_reset(w.gw, w.now, "east", some_cic());
		world_run(&w);
		break;
	}
}

static void some_wait(void)
{
	static const int64_t ms[] = { 1, 20, 500, 1000, 5000, 35000, 70000, 200000 };

	world_wait(&w, ms[rng_below(&dice, NR_OF(ms))]);
}

static void one_step(void)
{
	switch (rng_below(&dice, 16)) {
	case 0:
	case 1:
		some_call();
		break;
	case 2:
	case 3:
		trunk_iam(&w, some_cic(), "200", rng_below(&dice, 2) ? "100" : NULL);
		break;
	case 4:
	case 5:
	case 6:
		some_message();
		break;
	case 7:
		some_rel();
		break;
	case 8:
		phone_progress(&w, 180 + rng_below(&dice, 4), rng_below(&dice, 2));
		break;
	case 9:
	case 10:
		phone_answer(&w);
		break;
	case 11:
		phone_reject(&w, 300 + rng_below(&dice, 399), NULL);
		break;
	case 12:
		phone_hangup(&w, NULL);
		break;
	case 13:
		some_session();
		break;
	case 14:
		some_wait();
		break;
	default:
		some_behaviour();
		break;
	}
}

/* Services: redirections, transfers, digits one by one, preconditions. --------------------------- */
static void all_services(struct gw_config *c)
{
	struct gw_trunk_cfg *t = gw_config_trunk_add(c, "west");
	struct gw_flow_cfg *f = &c->peer[0].flow;

	c->trunk[0].range[1] = (struct gw_range_cfg){ 0, 17, 20, 17 };
	c->trunk[0].ringback = DSP_RINGBACK_ETSI;
	t->opc = WORLD_OPC;
	t->dpc = WORLD_DPC;
	t->nr_ranges = 1;
	t->range[0] = (struct gw_range_cfg){ 0, 21, 31, 21 };
	*gw_config_route_add(c) = (struct gw_route_cfg){
		.prefix = "7", .from = GW_SIDE_TRUNK, .to = GW_SIDE_TRUNK, .to_name = "west"
	};
	f->ringback = DSP_RINGBACK_US;
	f->redirects = GW_REDIRECT_FOLLOW;
	f->preconditions = true;
	f->rel100 = SIP_REL100_USED;
}

static void digits_too(struct gw_config *c)
{
	all_services(c);
	c->trunk[0].overlap_s = 5;
	c->peer[0].flow.overlap = c->peer[0].flow.overlap_out =
		rng_below(&dice, 2) ? GW_OVERLAP_INVITES : GW_OVERLAP_INFO;
}

static sip_call_id some_id(void)
{
	return rng_below(&dice, 4) ? w.call : (sip_call_id)rng_below(&dice, 64);
}

static void some_refer(void)
{
	static const char *const to[] = {
		"<sip:300@192.0.2.1>", "<sip:777@192.0.2.1>", "<sip:alice@192.0.2.1>",
		"<sip:300@192.0.2.1?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>"
	};
	sip_subscription_id id;

	sip_call_refer(w.phone, w.now, some_id(), str_of(to[rng_below(&dice, NR_OF(to))]), NULL,
		       NULL, &id);
	world_run(&w);
	referred += strstr(w.trace, "NOTIFY") != NULL;
}

static void some_attended(void)
{
	static char old[300];
	sip_subscription_id id;

	strcpy(old, some_dialog);
	str_copyz(some_dialog, sizeof(some_dialog), str_of(phone_dialog(w.ok)));
	if (!old[0])
		return;
	if (rng_below(&dice, 2)) {
		sip_call_refer(w.phone, w.now, w.call, str_of(phone_replaces("100", old)), NULL,
			       NULL, &id);
	} else {
		w.extra = (struct sip_extra){ STR("Replaces"), str_of(old) };
		phone_call(&w, "100");
		w.extra = (struct sip_extra){ STR(""), STR("") };
	}
	world_run(&w);
	joined += strstr(w.trace, "join") || strstr(w.trace, "200+ BYE");
}

static void some_redirection(void)
{
	static const char *const to[] = { "<sip:300@192.0.2.9>;q=0.1, <sip:777@192.0.2.1>",
					  "<sip:bob@192.0.2.9>", "<tel:778;phone-context=x.y>",
					  "<sip:200@192.0.2.9>" };
	struct sip_extra x = { STR("Contact"), str_of(to[rng_below(&dice, NR_OF(to))]) };
	struct sip_body body = { .extra = &x, .nr_extra = 1 };

	sip_call_reject(w.phone, w.now, some_id(), 300 + rng_below(&dice, 3), &body);
	world_run(&w);
	redirected += strstr(w.trace, "INVITE") || strstr(w.trace, "IAM");
}

static void some_digits(void)
{
	struct isup_number n = { .digits = "7" };
	struct isup_msg m = trunk_msg(ISUP_SAM);

	if (rng_below(&dice, 4) == 0)
		strcpy(n.digits, "0F");
	isup_put_number(&m, ISUP_P_SUBSEQUENT_NUMBER, &n);
	trunk_send(&w, &m, some_cic());
}

static void some_check(void)
{
	struct isup_number n = { .noa = 3, .npi = 1, .digits = "200" };
	struct isup_msg m = trunk_msg(rng_below(&dice, 2) ? ISUP_IAM : ISUP_COT);

	if (m.type == ISUP_IAM) {
		isup_put_nci(&m, &(struct isup_nci){ .continuity = 2 });
		isup_put_fci(&m, &(struct isup_fci){ 0 });
		isup_put_u8(&m, ISUP_P_CPC, 10);
		isup_put_u8(&m, ISUP_P_TMR, 3);
		isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n);
	} else {
		isup_put_u8(&m, ISUP_P_CONTINUITY, rng_below(&dice, 3) > 0);
	}
	trunk_send(&w, &m, some_cic());
}

static void some_precondition(void)
{
	static const char *const qos[] = {
		"a=curr:qos local none\r\na=des:qos mandatory local sendrecv\r\n",
		"a=curr:qos local sendrecv\r\na=des:qos mandatory local sendrecv\r\n",
		"a=des:security mandatory e2e send\r\n",
	};
	char text[2000];
	struct sip_body body = { .content_type = STR("application/sdp") };

	snprintf(text, sizeof(text), "%s%s", phone_sdp(&w), qos[rng_below(&dice, NR_OF(qos))]);
	body.octets = str_of(text);
	w.features.rel100 = SIP_REL100_SUPPORTED;
	if (rng_below(&dice, 2))
		phone_call_uri(&w, "sip:100@192.0.2.1", text, NULL);
	else
		sip_call_update(w.phone, w.now, some_id(), &body);
	w.features.rel100 = SIP_REL100_OFF;
	world_run(&w);
}

static void some_service(void)
{
	static void (*const all[])(void) = { some_refer,	some_attended, some_redirection,
					     some_digits,	some_check,    some_refer,
					     some_precondition, some_attended };

	all[rng_below(&dice, NR_OF(all))]();
}

static void behave(void)
{
	mem_fail_after(0);
	w.deaf_phone = w.mute_trunk = w.no_ack = false;
	gw_span_state(w.gw, w.now, 0, true);
	world_run(&w);
	gw_shutdown(w.gw, w.now, true);
	world_run(&w);
	world_wait(&w, 1200000);
}

/* What the seeds have seen, so that they do not test nothing. */
static void count(void)
{
	struct gw_call_info i;
	unsigned pos = 0;

	while (gw_call_walk(w.gw, &pos, &i)) {
		assert_int_equal(i.state, GW_CALL_ENDED);
		assert_int_not_equal(i.cause, 0);
		calls++;
		answered += !tick_is_never(i.answered);
	}
}

static void one_run(uint64_t seed, void (*change)(struct gw_config *c))
{
	struct rng_seeded s;

	dice = rng_seeded_init(&s, seed);
	some_dialog[0] = '\0';
	w.loose = true;
	assert_true(world_try_open(&w, change));
	for (int i = 0; i < STEPS; i++) {
		if (rng_below(&dice, 30) == 0) /* some allocation to come will fail */
			mem_fail_after(1 + rng_below(&dice, 60));
		if (change && rng_below(&dice, 4) == 0)
			some_service();
		else
			one_step();
		w.trace[0] = '\0';
	}
	behave();
	world_check_empty(&w);
	count();
	mem_free(w.mem);
}

static void all_runs(void (*change)(struct gw_config *c), unsigned seeds)
{
	const char *only = getenv("TG_SEED");

	calls = answered = 0;
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		if (only && strtoull(only, NULL, 10) != seed)
			continue;
		print_message("# seed %llu\n", (unsigned long long)seed);
		one_run(seed, change);
	}
	print_message("# %u calls, %u answered\n", calls, answered);
	if (!only)
		assert_true(calls > 5 * seeds && answered > seeds / 2);
}

static void test_nothing_is_left(void **state)
{
	(void)state;
	all_runs(NULL, SEEDS);
}

static void test_nothing_is_left_of_services(void **state)
{
	(void)state;
	all_runs(all_services, SEEDS / 2);
	all_runs(digits_too, SEEDS / 2);
	print_message("# %u transfers, %u redirections, %u places taken\n", referred, redirected,
		      joined);
	assert_true(getenv("TG_SEED") || (referred > 50 && redirected > 50 && joined > 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_left),
		cmocka_unit_test(test_nothing_is_left_of_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
