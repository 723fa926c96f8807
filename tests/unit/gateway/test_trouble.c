/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trouble: circuits that are lost, reset or gone, exchanges that do not answer, operators who
 * clear calls, and memory that is not there. */
#include "unit/gateway/world.h"

static struct world w;

static struct gw_call_info info(void)
{
	struct gw_call_info i;
	unsigned pos = 0;

	assert_true(gw_call_walk(w.gw, &pos, &i));
	return i;
}

static struct gw_circuit_info circuit(uint16_t cic)
{
	struct gw_circuit_info c;
	unsigned pos = 0;

	while (gw_circuit_walk(w.gw, &pos, &c))
		if (c.cic == cic)
			return c;
	fail_msg("no circuit %u", cic);
	return c;
}

static void talk_out(void)
{
	phone_call(&w, "100");
	trunk_says(&w, ISUP_ACM, 1);
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "IAM:1 open:1:to-rtp 180+ modify:1:both 200+");
}

/* Start. -------------------------------------------------------------------------------------- */
static void test_start_resets_all_circuits(void **state)
{
	struct gw_circuit_info c;
	struct gw_env env = { .product = "x" };
	struct gw_out out;
	struct gw *gw;
	unsigned resets = 0, pos = 0;
	tick_t now = { 0 };

	(void)state;
	w.mem = mem_root("test");
	w.cfg = world_config(w.mem);
	env.rng = rng_seeded_init(&w.seed, 1);
	assert_int_equal(addr_parse(&env.sip_local, STR("192.0.2.1:5060"), 0), 0);
	gw = gw_new(w.mem, w.cfg, &env);
	assert_non_null(gw);
	for (gw_start(gw, now); !tick_is_never(gw_deadline(gw)) && now.us < S_US(1);
	     gw_tick(gw, now)) {
		unsigned at_once = 0;
		while (gw_next_out(gw, &out)) {
			assert_int_equal(out.type, GW_OUT_MTP);
			assert_int_equal(out.mtp.sif.p[2], ISUP_RSC);
			at_once++;
		}
		assert_true(at_once <= 8);
		resets += at_once;
		now = gw_deadline(gw);
	}
	assert_int_equal(resets, 30);
	while (gw_circuit_walk(gw, &pos, &c))
		assert_int_equal(c.state, ISUP_RESETTING);
	mem_free(w.mem);
}

/* Repeat attempts. ---------------------------------------------------------------------------- */
/* Q.764 2.9.1.4: we are exchange 1, the far one 2 controls the even circuits. */
static void only_even(struct gw_config *c)
{
	c->trunk[0].hunt = GW_HUNT_DESCENDING;
	c->trunk[0].nr_ranges = 1;
	c->trunk[0].range[0] = (struct gw_range_cfg){ 0, 3, 4, 3 };
}

static void test_dual_seizure(void **state)
{
	(void)state;
	world_open_with(&w, only_even);
	phone_call(&w, "100");
	saw(&w, "IAM:4");
	trunk_iam(&w, 4, "200", "100");
	saw(&w, "IAM:3 INVITE+");
	assert_int_equal(circuit(4).call_nr, 2);
	assert_int_equal(circuit(3).call_nr, 1);
	trunk_rel(&w, 4, 16);
	saw(&w, "RLC:4 CANCEL/16 ended");
	trunk_says(&w, ISUP_CON, 3);
	saw(&w, "open:3:both 200+");
	trunk_rel(&w, 3, 16);
	saw(&w, "RLC:3 close BYE/16 ended");
	world_close(&w);
}

static void test_dual_seizure_that_we_win(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_iam(&w, 1, "200", "100");
	saw(&w, "");
	trunk_says(&w, ISUP_ACM, 1);
	saw(&w, "open:1:to-rtp 180+");
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* RFC 3398 7.2.4.1: 44 is never passed on. */
static void test_circuit_not_available(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 44);
	saw(&w, "RLC:1 IAM:2");
	trunk_rel(&w, 2, 44);
	saw(&w, "RLC:2 IAM:1");
	trunk_rel(&w, 1, 44);
	saw(&w, "RLC:1 IAM:2");
	trunk_rel(&w, 2, 44);
	saw(&w, "RLC:2 ended 503/34");
	world_close(&w);
}

static void no_repeat(struct gw_config *c)
{
	c->trunk[0].repeats = 0;
}

static void test_no_repeat_attempt(void **state)
{
	(void)state;
	world_open_with(&w, no_repeat);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_rel(&w, 1, 44);
	saw(&w, "RLC:1 ended 503/34");
	world_close(&w);
}

static void test_reset_before_an_answer_to_the_iam(void **state)
{
	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	trunk_says(&w, ISUP_RSC, 1);
	assert_non_null(strstr(w.trace, "IAM:"));
	w.trace[0] = '\0';
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Resets and spans. --------------------------------------------------------------------------- */
static void test_reset_by_the_exchange(void **state)
{
	(void)state;
	world_open(&w);
	talk_out();
	trunk_says(&w, ISUP_RSC, 1);
	saw(&w, "RLC:1 close BYE/31 ended");
	world_close(&w);
}

static void test_reset_by_the_operator(void **state)
{
	(void)state;
	world_open(&w);
	talk_out();
	assert_int_equal(gw_circuit_reset(w.gw, w.now, "east", 1), 0);
	world_run(&w);
	saw(&w, "close BYE/31 ended");
	assert_int_equal(circuit(1).state, ISUP_IDLE);
	assert_int_equal(gw_circuit_reset(w.gw, w.now, "east", 16), TG_ENOENT);
	assert_int_equal(gw_circuit_reset(w.gw, w.now, "west", 1), TG_ENOENT);
	world_close(&w);
}

/* The media side has too much to do on the only span: nothing new, and the call that is there stays. */
static void test_media_overload(void **state)
{
	struct gw_stats stats;

	(void)state;
	world_open(&w);
	talk_out();
	gw_media_overload(w.gw, w.now, 0, true);
	world_run(&w);
	saw(&w, "");
	phone_call(&w, "100");
	saw(&w, "503/42");
	assert_non_null(strstr(w.final, "Retry-After: 5\r\n"));
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "REL:5/42");
	gw_stats(w.gw, &stats);
	assert_int_equal(stats.media_refused, 2);
	assert_int_equal(stats.calls, 1);
	gw_media_overload(w.gw, w.now, 0, false);
	gw_media_overload(w.gw, w.now, GW_MAX_SPANS, true); /* there is no such one */
	trunk_rel(&w, 1, 16);
	saw(&w, "RLC:1 close BYE/16 ended");
	phone_call(&w, "100");
	saw(&w, "IAM:1");
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Circuits 1 to 15 are on a span of another worker. */
static void two_spans(struct gw_config *c)
{
	struct gw_span_cfg *s = gw_config_span_add(c, 1);

	*s = c->span[0];
	s->number = 1;
	c->trunk[0].range[0].span = 1;
}

static void only_span_1(struct gw_config *c)
{
	two_spans(c);
	c->trunk[0].nr_ranges = 1;
}

/* Calls go to where there is time for them. */
static void test_media_overload_of_one_worker(void **state)
{
	(void)state;
	world_open_with(&w, two_spans);
	gw_media_overload(w.gw, w.now, 1, true);
	phone_call(&w, "100");
	saw(&w, "IAM:17");
	trunk_rel(&w, 17, 16);
	w.trace[0] = '\0';
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "REL:5/42");
	trunk_iam(&w, 18, "200", "100");
	saw(&w, "INVITE+");
	trunk_rel(&w, 18, 16);
	world_close(&w);
}

/* The trunk's circuits are all there, and no other route is. */
static void test_media_overload_of_a_trunk(void **state)
{
	(void)state;
	world_open_with(&w, only_span_1);
	gw_media_overload(w.gw, w.now, 1, true);
	phone_call(&w, "100");
	saw(&w, "ended 503/42");
	assert_non_null(strstr(w.final, "Retry-After: 5\r\n"));
	world_close(&w);
}

static void test_span_down_and_up(void **state)
{
	struct gw_trunk_info t;
	unsigned pos = 0;

	(void)state;
	world_open(&w);
	talk_out();
	gw_span_state(w.gw, w.now, 0, false);
	world_run(&w);
	saw(&w, "REL:1/41 close BYE/41 ended");
	assert_false(circuit(1).usable);
	assert_true(gw_trunk_walk(w.gw, &pos, &t));
	assert_int_equal(t.other, 30);
	phone_call(&w, "100");
	saw(&w, "ended 503/34");
	trunk_iam(&w, 7, "200", "100");
	saw(&w, "REL:7/44");
	gw_span_state(w.gw, w.now, 0, true);
	gw_span_state(w.gw, w.now, 0, true);
	gw_span_state(w.gw, w.now, 5, false);
	gw_span_state(w.gw, w.now, 500, false);
	world_wait(&w, 1000); /* the exchange is told, and says that it knows */
	w.trace[0] = '\0';
	talk_out();
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void test_span_down_while_clearing(void **state)
{
	(void)state;
	world_open(&w);
	talk_out();
	w.mute_trunk = true;
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close");
	gw_span_state(w.gw, w.now, 0, false);
	world_run(&w);
	saw(&w, "ended");
	gw_span_state(w.gw, w.now, 0, true);
	world_run(&w);
	w.mute_trunk = false;
	trunk_says(&w, ISUP_RLC, 1);
	world_close(&w);
}

static void test_span_down_at_each_moment(void **state)
{
	(void)state;
	for (int moment = 0; moment < 4; moment++) {
		world_open(&w);
		phone_call(&w, "100");
		if (moment > 0)
			trunk_says(&w, ISUP_ACM, 1);
		if (moment > 1)
			trunk_says(&w, ISUP_ANM, 1);
		if (moment > 2)
			trunk_rel(&w, 1, 16);
		gw_span_state(w.gw, w.now, 0, false);
		world_run(&w);
		assert_non_null(strstr(w.trace, "ended"));
		world_close(&w);
	}
}

/* Nobody answers. ----------------------------------------------------------------------------- */
static void test_no_rlc(void **state)
{
	(void)state;
	world_open(&w);
	talk_out();
	w.mute_trunk = true;
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close");
	world_wait(&w, 70000);
	/* repeated by T1; the call does not wait for ever, the circuit does */
	assert_non_null(strstr(w.trace, "REL:1/16 "));
	assert_non_null(strstr(w.trace, "ended"));
	assert_int_equal(circuit(1).state, ISUP_RELEASING);
	assert_int_equal(circuit(1).call_nr, 0);
	w.mute_trunk = false;
	world_wait(&w, 70000);
	assert_int_equal(circuit(1).state, ISUP_IDLE);
	world_close(&w);
}

static void test_unreachable_exchange(void **state)
{
	struct mtp_prim p = { .type = MTP_PAUSE, .label = { .dpc = WORLD_DPC } };
	struct gw_trunk_info t;
	unsigned pos = 0;

	(void)state;
	world_open(&w);
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), 0);
	world_run(&w);
	assert_true(gw_trunk_walk(w.gw, &pos, &t));
	assert_false(t.available);
	phone_call(&w, "100");
	saw(&w, "ended 503/38");
	p.type = MTP_RESUME;
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), 0);
	world_run(&w);
	talk_out();
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Q.764 2.10: calls are kept back while the signalling network is congested, and let through again. */
static void test_mtp_congestion(void **state)
{
	struct mtp_prim p = { .type = MTP_STATUS,
			      .cause = MTP_STATUS_CONGESTION,
			      .label = { .dpc = WORLD_DPC } };

	(void)state;
	world_open(&w);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), 0);
		world_wait(&w, 500);
	}
	phone_call(&w, "100");
	saw(&w, "IAM:1"); /* 95 of a hundred are not */
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 ended 486/17");
	phone_call(&w, "100");
	saw(&w, "ended 503/42");
	world_wait(&w, 60000);
	for (int i = 0; i < 4; i++) {
		phone_call(&w, "100");
		assert_non_null(strstr(w.trace, "IAM:"));
		trunk_rel(&w, w.sent.cic, 17);
		w.trace[0] = '\0';
	}
	world_close(&w);
}

/* Two trunks between the same points: what the exchange says about a group or its user part is for
 * the circuits of both. */
static void two_trunks(struct gw_config *c)
{
	struct gw_trunk_cfg *t = gw_config_trunk_add(c, "north");

	t->opc = WORLD_OPC;
	t->dpc = WORLD_DPC;
	t->nr_ranges = 1;
	t->range[0] = c->trunk[0].range[1];
	c->trunk[0].nr_ranges = 1;
}

static void test_two_trunks_to_one_exchange(void **state)
{
	static const uint8_t grs[] = { 1, 0, ISUP_GRS, 1, 1, 30 };
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 2, .dpc = 1, .si = MTP_SI_ISUP, .ni = 2 },
			      .sif = str_n(grs, sizeof(grs)) };
	struct gw_trunk_info t;
	struct gw_stats stats;
	unsigned pos = 0;

	(void)state;
	world_open_with(&w, two_trunks);
	trunk_iam(&w, 3, "200", "100");
	trunk_says(&w, ISUP_BLO, 17);
	trunk_says(&w, ISUP_BLO, 18);
	assert_true(circuit(17).blocked.remote_maintenance);
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), 0);
	world_run(&w);
	assert_int_equal(circuit(3).call_nr, 0);
	assert_false(circuit(17).blocked.remote_maintenance);
	gw_stats(w.gw, &stats);
	assert_int_equal(stats.isup.circuits, 30);
	while (gw_trunk_walk(w.gw, &pos, &t))
		assert_int_equal(t.circuits, 15);
	w.trace[0] = '\0';
	world_close(&w);
}

static void test_messages_that_are_not_for_us(void **state)
{
	uint8_t octets[] = { 1, 0, ISUP_RSC };
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 2, .dpc = 1, .si = 3, .ni = 2 },
			      .sif = str_n(octets, sizeof(octets)) };

	(void)state;
	world_open(&w);
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), TG_ENOTSUP);
	p.label.si = MTP_SI_ISUP;
	p.label.opc = 9;
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), TG_ENOENT);
	p.label.opc = 2;
	p.sif.len = 2;
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), TG_ETRUNC);
	p.type = MTP_STATUS; /* no ISUP there: no call until a message of it comes */
	p.label.dpc = WORLD_DPC;
	p.cause = MTP_STATUS_UPU_UNEQUIPPED;
	assert_int_equal(gw_mtp_rx(w.gw, w.now, &p), 0);
	world_run(&w);
	phone_call(&w, "100");
	saw(&w, "ended 503/38");
	trunk_says(&w, ISUP_RLC, 1);
	talk_out();
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_run(&w);
	trunk_says(&w, ISUP_RSC, 16); /* a CIC that is not ours: Q.764 2.12 */
	saw(&w, "UCIC:16");
	world_close(&w);
}

/* The operator. ------------------------------------------------------------------------------- */
static void test_clear(void **state)
{
	(void)state;
	world_open(&w);
	talk_out();
	assert_int_equal(gw_call_clear(w.gw, w.now, 1), 0);
	world_run(&w);
	saw(&w, "REL:1/31 close BYE/31 ended");
	assert_int_equal(info().ended_by, GW_SIDE_NONE);
	assert_int_equal(info().cause, 31);
	assert_int_equal(gw_call_clear(w.gw, w.now, 1), TG_ENOENT);
	phone_call(&w, "100");
	assert_int_equal(gw_call_clear(w.gw, w.now, 2), 0);
	assert_int_equal(gw_call_clear(w.gw, w.now, 2), 0);
	world_run(&w);
	saw(&w, "IAM:1 REL:1/31 ended 480/31");
	world_close(&w);
}

static void test_shutdown(void **state)
{
	(void)state;
	world_open(&w);
	talk_out();
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5");
	gw_shutdown(w.gw, w.now, false);
	world_run(&w);
	saw(&w, "");
	trunk_iam(&w, 6, "200", "100");
	phone_call(&w, "100");
	saw(&w, "REL:6/42 503/42");
	gw_shutdown(w.gw, w.now, true);
	world_run(&w);
	assert_non_null(strstr(w.trace, "REL:1/31"));
	assert_non_null(strstr(w.trace, "REL:5/31"));
	assert_non_null(strstr(w.trace, "BYE/31"));
	assert_non_null(strstr(w.trace, "CANCEL/31"));
	assert_int_equal(w.nr_ended, 2);
	world_close(&w);
}

static void short_history(struct gw_config *c)
{
	c->call_history = 2;
}

static void test_history(void **state)
{
	struct gw_call_info i;
	unsigned pos = 0;

	(void)state;
	world_open_with(&w, short_history);
	for (int n = 0; n < 4; n++) {
		phone_call(&w, "102");
		trunk_rel(&w, 1, 17);
	}
	phone_call(&w, "100");
	assert_true(gw_call_walk(w.gw, &pos, &i));
	assert_int_equal(i.nr, 5);
	assert_int_equal(i.state, GW_CALL_SETUP);
	assert_true(gw_call_walk(w.gw, &pos, &i));
	assert_int_equal(i.nr, 4);
	assert_int_equal(i.state, GW_CALL_ENDED);
	assert_true(gw_call_walk(w.gw, &pos, &i));
	assert_int_equal(i.nr, 3);
	assert_false(gw_call_walk(w.gw, &pos, &i));
	assert_true(gw_call_find(w.gw, 3, &i));
	assert_false(gw_call_find(w.gw, 2, &i));
	assert_string_equal(world_log(&w, 2), "");
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void test_swap(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	world_open(&w);
	talk_out();
	strcpy(w.cfg->route[0].prefix, "7");
	assert_int_equal(gw_config_swap(w.gw, w.cfg, &d), 0);
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	phone_call(&w, "100");
	saw(&w, "ended 404/3");
	w.cfg->max_calls = 1;
	w.cfg->call_history = 0;
	assert_int_equal(gw_config_swap(w.gw, w.cfg, &d), 0);
	phone_call(&w, "71");
	phone_call(&w, "72");
	saw(&w, "IAM:1 503/42");
	trunk_rel(&w, 1, 16);
	world_close(&w);
}

static void refuses(void (*change)(struct gw_config *c), int err, const char *words)
{
	struct gw_config *c = gw_config_copy(w.mem, w.cfg);
	struct tg_diag d = TG_DIAG_NONE;

	change(c);
	assert_int_equal(gw_config_swap(w.gw, c, &d), err);
	if (!strstr(d.text, words))
		fail_msg("'%s' does not say '%s'", d.text, words);
}

static void other_trunk(struct gw_config *c)
{
	c->trunk[0].dpc = 3;
}

static void other_variant(struct gw_config *c)
{
	strcpy(c->trunk[0].variant, "etsi3");
}

static void other_span(struct gw_config *c)
{
	c->span[0].law = TDM_MULAW;
}

static void other_port(struct gw_config *c)
{
	c->sip_bind.port = 5070;
}

static void more_calls(struct gw_config *c)
{
	c->max_calls = 5000;
}

static void bad(struct gw_config *c)
{
	strcpy(c->route[0].to_name, "west");
}

static void test_swap_that_needs_a_start(void **state)
{
	(void)state;
	world_open(&w);
	refuses(other_trunk, TG_ENOTSUP, "trunks");
	refuses(other_variant, TG_ENOTSUP, "trunk east: its ISUP variant");
	refuses(other_span, TG_ENOTSUP, "spans");
	refuses(other_port, TG_ENOTSUP, "sockets");
	refuses(more_calls, TG_ENOTSUP, "more calls");
	refuses(bad, TG_EINVAL, "west");
	talk_out();
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Memory. ------------------------------------------------------------------------------------- */
static void end_all(void)
{
	struct gw_stats s;

	gw_stats(w.gw, &s);
	if (s.calls)
		gw_shutdown(w.gw, w.now, true);
	world_wait(&w, 200000);
	world_check_empty(&w);
}

static void run_once(void (*calls)(void))
{
	if (world_try_open(&w, NULL)) {
		calls();
		end_all();
	}
	mem_free(w.mem);
}

static void calls_out(void)
{
	phone_call(&w, "100");
	trunk_says(&w, ISUP_ACM, 1);
	trunk_says(&w, ISUP_ANM, 1);
	phone_reinvite(&w, phone_sdp(&w));
	phone_hangup(&w, NULL);
	world_wait(&w, 5000);
	phone_call(&w, "100");
	trunk_says(&w, ISUP_CON, 1);
	trunk_rel(&w, 1, 16);
	phone_call(&w, "102");
	trunk_rel(&w, 1, 17);
	phone_call(&w, "nobody");
	gw_shutdown(w.gw, w.now, false);
	phone_call(&w, "100");
}

static void calls_in(void)
{
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, true);
	phone_answer(&w);
	phone_hangup(&w, NULL);
	world_wait(&w, 5000);
	trunk_iam(&w, 5, "200", "100");
	phone_answer(&w);
	trunk_rel(&w, 5, 16);
	trunk_iam(&w, 5, "200", "100");
	phone_reject(&w, 486, NULL);
	trunk_iam(&w, 5, "200", "100");
	trunk_rel(&w, 5, 16);
}

static void out_once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	run_once(calls_out);
}

static void in_once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	run_once(calls_in);
}

static void test_no_memory_out(void **state)
{
	(void)state;
	assert_true(walk_allocations(out_once, NULL) > 50);
}

static void test_no_memory_in(void **state)
{
	(void)state;
	assert_true(walk_allocations(in_once, NULL) > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start_resets_all_circuits),
		cmocka_unit_test(test_dual_seizure),
		cmocka_unit_test(test_dual_seizure_that_we_win),
		cmocka_unit_test(test_circuit_not_available),
		cmocka_unit_test(test_no_repeat_attempt),
		cmocka_unit_test(test_reset_before_an_answer_to_the_iam),
		cmocka_unit_test(test_reset_by_the_exchange),
		cmocka_unit_test(test_reset_by_the_operator),
		cmocka_unit_test(test_media_overload),
		cmocka_unit_test(test_media_overload_of_one_worker),
		cmocka_unit_test(test_media_overload_of_a_trunk),
		cmocka_unit_test(test_span_down_and_up),
		cmocka_unit_test(test_span_down_while_clearing),
		cmocka_unit_test(test_span_down_at_each_moment),
		cmocka_unit_test(test_no_rlc),
		cmocka_unit_test(test_unreachable_exchange),
		cmocka_unit_test(test_two_trunks_to_one_exchange),
		cmocka_unit_test(test_messages_that_are_not_for_us),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_shutdown),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_mtp_congestion),
		cmocka_unit_test(test_swap_that_needs_a_start),
		cmocka_unit_test(test_no_memory_out),
		cmocka_unit_test(test_no_memory_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
