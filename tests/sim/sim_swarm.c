/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random calls in both directions over bad networks, from seeds. Whatever happens, when it is over
 * nothing is left: no call, transaction, timer, channel or busy circuit on any side; and at no
 * time do two calls share a circuit.
 *
 * TG_SWARM_CALLS sets how many calls (default 30000), TG_SEED runs one seed alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

#define CALLS_PER_WORLD 60

static const char *const numbers[] = { "100", "101", "102", "103", "104", "105", "106",
				       "107", "108", "109", "199", "2",	  "" };

static unsigned below(struct world *w, unsigned n)
{
	return rng_below(&w->rng, n);
}

static struct sim_plan random_plan(struct world *w)
{
	static const unsigned statuses[] = { 200, 200, 200, 200, 486, 603, 404, 500, 302 };
	static const unsigned progress[] = { 180, 180, 183, 0 };
	struct sim_plan p = sim_plan_default;

	p.ring_ms = (int)below(w, 5000);
	p.answer = statuses[below(w, sizeof(statuses) / sizeof(statuses[0]))];
	p.progress = progress[below(w, 4)];
	p.early_media = below(w, 2);
	p.hangup_ms = (int)below(w, 20000);
	p.cancel_ms = below(w, 3) ? -1 : (int)below(w, 6000);
	p.no_offer = below(w, 8) == 0;
	p.no_ack = below(w, 20) == 0;
	p.mulaw = below(w, 4) == 0;
	p.reinvite_ms = below(w, 3) ? 0 : 1 + below(w, 3000);
	return p;
}

static void hang_up_somebody(struct world *w)
{
	struct lab_call_info info;
	unsigned pos = 0, n = below(w, 8);

	while (lab_exchange_call_walk(w->exchange, &pos, &info))
		if (info.state != LAB_CALL_ENDED && n-- == 0) {
			lab_exchange_hangup(w->exchange, w->now, info.nr,
					    (uint8_t)(1 + below(w, 127)));
			return;
		}
}

static void random_action(struct world *w)
{
	struct sim_plan plan = random_plan(w);
	unsigned what = below(w, 10);
	uint32_t nr;

	if (what < 5) {
		const char *to = numbers[below(w, sizeof(numbers) / sizeof(numbers[0]))];
		phone_call(w->phone[below(w, w->nr_phones)], to, &plan);
	} else if (what < 8) {
		w->phone[0]->plan = plan;
		lab_exchange_call(w->exchange, w->now, "100", "30555", &nr);
	} else {
		hang_up_somebody(w);
	}
}

static void check_circuits(struct world *w)
{
	uint32_t seen[SIM_CIRCUITS];
	unsigned nr = 0, pos = 0;
	struct gw_circuit_info ci;

	while (gw_circuit_walk(w->gw, &pos, &ci)) {
		if (!ci.call_nr)
			continue;
		for (unsigned i = 0; i < nr; i++)
			world_check(w, seen[i] != ci.call_nr, "call %u holds two circuits",
				    ci.call_nr);
		seen[nr++] = ci.call_nr;
	}
}

static void clear_some_call(struct world *w)
{
	struct gw_call_info info;
	unsigned pos = 0, n = below(w, 8);

	while (gw_call_walk(w->gw, &pos, &info) && info.state != GW_CALL_ENDED)
		if (n-- == 0) {
			world_check(w, gw_call_clear(w->gw, w->now, info.nr) == 0,
				    "call %u cannot be cleared", info.nr);
			return;
		}
}

static void reset_some_circuit(struct world *w)
{
	struct gw_circuit_info ci;
	unsigned pos = below(w, w->cfg.nr_circuits);

	if (gw_circuit_walk(w->gw, &pos, &ci))
		gw_circuit_reset(w->gw, w->now, ci.trunk, ci.cic);
}

/* A message that the exchange never sent: at the wrong time, or of a kind that nobody expects. */
static void forge_message(struct world *w)
{
	static const uint8_t types[] = { ISUP_ACM, ISUP_CPG, ISUP_ANM, ISUP_CON, ISUP_REL,
					 ISUP_RLC, ISUP_SUS, ISUP_RES, ISUP_RSC, ISUP_GRS,
					 ISUP_CFN, ISUP_BLO, ISUP_UBL, ISUP_UCIC };
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 2, .dpc = 1, .si = MTP_SI_ISUP, .ni = 2 } };
	uint8_t octets[ISUP_MAX_OCTETS];
	struct isup_msg m;
	int len;

	isup_msg_init(&m, types[below(w, sizeof(types))], (uint16_t)(1 + below(w, 15)));
	isup_put_bci(&m, &(struct isup_bci){ .called_status = (uint8_t)below(w, 4) });
	isup_put_event(&m, &(struct isup_event){ .event = (uint8_t)below(w, 8) });
	isup_put_cause(&m, &(struct isup_cause){ .value = (uint8_t)(1 + below(w, 127)) });
	isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1);
	isup_put_u8(&m, ISUP_P_RANGE_AND_STATUS, (uint8_t)(1 + below(w, 30)));
	len = isup_msg_enc(&m, &isup_itu, octets, sizeof(octets), NULL);
	world_check(w, len > 0, "message %02x: %s", m.type, tg_strerror(len));
	p.sif = str_n(octets, (size_t)len);
	world_note(w, "ISUP forged CIC %u type %02x", m.cic, m.type);
	gw_mtp_rx(w->gw, w->now, &p);
}

/* What an operator does. */
static void random_command(struct world *w, bool forges)
{
	switch (below(w, 12)) {
	case 2:
		if (forges)
			forge_message(w);
		break;
	case 0:
		clear_some_call(w);
		break;
	case 1:
		reset_some_circuit(w);
		break;
	default:
		break;
	}
	world_drain(w);
}

/* A restart of the signalling link or of the IP network in the middle of it. */
static void random_fault(struct world *w)
{
	switch (below(w, 40)) {
	case 3:
		world_mtp_available(w, false);
		world_run_ms(w, below(w, 60000));
		world_mtp_available(w, true);
		break;
	case 4: /* what the exchange says of it is heard */
		lab_exchange_span_state(w->exchange, w->now, false);
		gw_span_state(w->gw, w->now, 0, false);
		world_run_ms(w, below(w, 3000));
		lab_exchange_span_state(w->exchange, w->now, true);
		gw_span_state(w->gw, w->now, 0, true);
		break;
	case 0:
		w->mtp_cut = !w->mtp_cut;
		break;
	case 1:
		w->sip_cut = !w->sip_cut;
		break;
	case 2:
		gw_span_state(w->gw, w->now, 0, false);
		world_run_ms(w, below(w, 3000));
		gw_span_state(w->gw, w->now, 0, true);
		break;
	default:
		break;
	}
}

/* A BYE that nobody heard leaves one side in the call, until session timers (RFC 4028) are there:
 * the other side has to hang up as well. */
static void hang_up_all(struct world *w)
{
	struct lab_call_info info;
	unsigned pos = 0;

	for (unsigned i = 0; i < w->nr_phones; i++)
		phone_hangup_all(w->phone[i]);
	world_run_ms(w, 60 * 1000);
	while (lab_exchange_call_walk(w->exchange, &pos, &info))
		if (info.state != LAB_CALL_ENDED)
			lab_exchange_hangup(w->exchange, w->now, info.nr, 16);
}

static bool exchange_call_on(struct world *w, uint16_t cic, struct lab_call_info *info)
{
	unsigned pos = 0;

	while (lab_exchange_call_walk(w->exchange, &pos, info))
		if (info->cic == cic && info->state != LAB_CALL_ENDED)
			return true;
	return false;
}

/* When all is quiet, both ends of each circuit know the same call. */
static void check_both_ends(struct world *w)
{
	struct gw_circuit_info ci;
	struct lab_call_info far;
	struct gw_call_info call;
	unsigned pos = 0;

	while (gw_circuit_walk(w->gw, &pos, &ci)) {
		bool busy = exchange_call_on(w, ci.cic, &far);
		world_check(w, busy == (ci.call_nr != 0), "CIC %u: call %u, the exchange has %s",
			    ci.cic, ci.call_nr, busy ? "one" : "none");
		if (!busy)
			continue;
		assert_true(gw_call_find(w->gw, ci.call_nr, &call));
		world_check(w, strcmp(call.called, far.to) == 0, "CIC %u: called %s here, %s there",
			    ci.cic, call.called, far.to);
		world_check(w, (call.leg[0].side == GW_SIDE_TRUNK) == far.outgoing,
			    "CIC %u: each end believes that the other one called", ci.cic);
	}
}

/* What the calls of a run came to, so that a swarm in which nothing happens fails. */
static struct {
	uint64_t from_sip, from_trunk, answered_sip, answered_trunk, packets;
} total;

static void count_calls(struct world *w)
{
	struct gw_call_info info;
	unsigned pos = 0;

	while (gw_call_walk(w->gw, &pos, &info)) {
		bool from_sip = info.leg[0].side == GW_SIDE_SIP;
		bool answered = !tick_is_never(info.answered);
		*(from_sip ? &total.from_sip : &total.from_trunk) += 1;
		*(from_sip ? &total.answered_sip : &total.answered_trunk) += answered;
	}
	total.packets += w->nr_packets;
}

static void one_world(uint64_t seed)
{
	struct world_cfg cfg = { .seed = seed, .nr_phones = 2, .nr_circuits = 4 + seed % 27 };
	struct world *w;

	cfg.nr_rtp = seed % 6 == 0 ? 3 : 0;
	cfg.sip.loss_permille = (seed % 5) * 50;
	cfg.sip.dup_permille = (seed % 3) * 50;
	cfg.sip.delay_ms = seed % 50;
	cfg.sip.jitter_ms = (seed % 4) * 40;
	cfg.mtp.delay_ms = seed % 70;
	cfg.mtp.loss_permille = seed % 7 == 0 ? 20 : 0;
	w = world_new(&cfg);
	for (int i = 0; i < CALLS_PER_WORLD; i++) {
		random_action(w);
		world_run_ms(w, below(w, 2000));
		check_circuits(w);
		if (seed % 2)
			random_fault(w);
		if (seed % 4 > 1)
			random_command(w, seed % 8 > 5);
	}
	world_mtp_available(w, true);
	w->sip_cut = false;
	w->cfg.mtp.loss_permille = w->cfg.sip.loss_permille = 0;
	world_run_ms(w, 5 * 60 * 1000);
	if (seed % 8 <= 5) /* a forged RLC or GRS parts them for good */
		check_both_ends(w);
	hang_up_all(w);
	world_settle(w);
	count_calls(w);
	world_free(w);
}

static void swarm(void **state)
{
	const char *seed = getenv("TG_SEED"), *calls = getenv("TG_SWARM_CALLS");
	uint64_t nr = (calls ? strtoull(calls, NULL, 0) : 30000) / CALLS_PER_WORLD + 1;

	(void)state;
	if (seed) {
		one_world(strtoull(seed, NULL, 0));
		return;
	}
	for (uint64_t i = 1; i <= nr; i++) {
		one_world(i);
		if (i % 100 == 0)
			print_message("# %llu of %llu worlds\n", (unsigned long long)i,
				      (unsigned long long)nr);
	}
	print_message("# from SIP %llu (%llu answered), from the trunk %llu (%llu answered), "
		      "%llu SIP packets\n",
		      (unsigned long long)total.from_sip, (unsigned long long)total.answered_sip,
		      (unsigned long long)total.from_trunk,
		      (unsigned long long)total.answered_trunk, (unsigned long long)total.packets);
	assert_true(total.from_sip + total.from_trunk > nr * CALLS_PER_WORLD / 2);
	assert_true(total.answered_sip > total.from_sip / 10);
	assert_true(total.answered_trunk > total.from_trunk / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(swarm) };

	return cmocka_run_group_tests_name("sim swarm", tests, NULL, NULL);
}
