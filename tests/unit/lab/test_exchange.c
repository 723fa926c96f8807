/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange against a second ISUP stack ("the gateway") in virtual time. What the gateway is
 * presented and what the line is told is written down as "milliseconds:thing", so that a test
 * reads like a call flow: "0:ACM 200:ANM 200:play2".
 */
#include <stdio.h>
#include <string.h>

#include "unit/support.h"
#include "lab/exchange.h"
#include "lab/subscriber.h"

#define GATEWAY	    1 /* point codes: the exchange, having the higher, controls the even CICs */
#define EXCHANGE    2
#define NR_CIRCUITS 30
#define MAX_QUEUE   256
#define RING_MS	    200

struct sent {
	bool to_exchange;
	size_t len;
	uint8_t octets[MTP_MAX_SIF];
};

static struct {
	struct mem *mem;
	struct lab_exchange *x;
	struct isup *gw;
	struct lab_line *line;
	struct rng_seeded seed_x, seed_gw;
	tick_t now, began;
	unsigned nr_circuits, head, nr;
	struct sent queue[MAX_QUEUE];
	char log[2000];
	uint8_t sound[TDM_MAX_TS];
	isup_circuit_id circuit[32]; /* by CIC */
	bool deaf;		     /* the gateway hears nothing */
} w;

/* The world. ----------------------------------------------------------------------------------- */
static uint8_t timeslot_of(uint16_t cic)
{
	return (uint8_t)cic;
}

static void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *fmt, ...)
{
	size_t at = strlen(w.log);
	va_list ap;

	if (at + 40 > sizeof(w.log))
		return;
	at += (size_t)sprintf(w.log + at, "%s%lld:", at ? " " : "",
			      (long long)(tick_diff_us(w.now, w.began) / 1000));
	va_start(ap, fmt);
	vsnprintf(w.log + at, sizeof(w.log) - at, fmt, ap);
	va_end(ap);
}

static uint32_t hold_ms; /* of the exchange's calls */

static void open_world_with(unsigned nr_circuits, uint32_t t7_ms)
{
	struct lab_circuit_cfg circuit[NR_CIRCUITS];
	struct lab_exchange_cfg cfg = { .opc = EXCHANGE, .dpc = GATEWAY, .circuit = circuit };
	struct isup_cfg gw = { .opc = GATEWAY };

	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	w.nr_circuits = nr_circuits;
	w.now = w.began = (tick_t){ S_US(1000) };
	gw.rng = rng_seeded_init(&w.seed_gw, 1);
	w.gw = isup_new(w.mem, &gw);
	for (unsigned i = 0; i < nr_circuits; i++) {
		uint16_t cic = (uint16_t)(i < 15 ? i + 1 : i + 2);
		struct isup_circuit_cfg c = { .dpc = EXCHANGE, .cic = cic };

		circuit[i] = (struct lab_circuit_cfg){ cic, timeslot_of(cic) };
		assert_int_equal(isup_circuit_add(w.gw, &c, &w.circuit[cic]), 0);
	}
	cfg.nr_circuits = nr_circuits;
	cfg.rng = rng_seeded_init(&w.seed_x, 2);
	cfg.timer_ms[ISUP_T7] = t7_ms;
	cfg.hold_ms = hold_ms;
	w.x = lab_exchange_new(w.mem, &cfg);
	w.line = lab_line_new(w.mem, &(struct lab_line_cfg){ .law = TDM_ALAW });
	assert_non_null(w.x);
	assert_non_null(w.line);
}

static int open_world(void **state)
{
	(void)state;
	open_world_with(NR_CIRCUITS, 0);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	mem_free(w.mem);
	return 0;
}

static void post(bool to_exchange, struct str octets)
{
	struct sent *s = &w.queue[(w.head + w.nr++) % MAX_QUEUE];

	assert_true(w.nr <= MAX_QUEUE);
	s->to_exchange = to_exchange;
	s->len = octets.len;
	memcpy(s->octets, octets.p, octets.len);
}

static void line_told(const struct ring_rec *rec)
{
	struct lab_line_req req;

	memcpy(&req, rec->body, sizeof(req));
	lab_line_cmd(w.line, rec);
	if (rec->kind == LAB_LINE_METER) {
		note("meter");
		return;
	}
	if (rec->kind == LAB_LINE_LISTEN) {
		note("listen");
		return;
	}
	note("play%u", req.sound);
	w.sound[req.timeslot] = req.sound;
}

static void drain_exchange(void)
{
	struct lab_exchange_out out;
	struct ring_rec rec;

	while (lab_exchange_next_out(w.x, &out)) {
		if (out.type == LAB_OUT_LINE) {
			line_told(&out.line);
			continue;
		}
		assert_int_equal(out.mtp.type, MTP_TRANSFER);
		assert_int_equal(out.mtp.label.opc, EXCHANGE);
		assert_int_equal(out.mtp.label.dpc, GATEWAY);
		assert_int_equal(out.mtp.label.si, MTP_SI_ISUP);
		post(false, out.mtp.sif);
	}
	while (lab_line_report(w.line, &rec))
		lab_exchange_line_rx(w.x, w.now, &rec);
}

static void presented(const struct isup_msg *m)
{
	struct isup_cause cause = { 0 };
	struct isup_obci obci = { 0 };
	char name[8];

	isup_get_cause(m, &cause);
	isup_get_obci(m, &obci);
	if (m->type == ISUP_REL)
		note("REL%u", cause.value);
	else
		note("%s%s", isup_msg_name(m->type, name), obci.in_band ? "+inband" : "");
}

static void drain_gateway(void)
{
	struct isup_out out;

	while (isup_next_out(w.gw, &out)) {
		if (out.type == ISUP_OUT_SEND)
			post(true, out.octets);
		else if (out.type == ISUP_OUT_CALL)
			presented(out.msg);
	}
}

static void deliver(void)
{
	struct sent s = w.queue[w.head];
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = GATEWAY, .dpc = EXCHANGE, .si = MTP_SI_ISUP },
			      .sif = str_n(s.octets, s.len) };

	w.head = (w.head + 1) % MAX_QUEUE;
	w.nr--;
	if (s.to_exchange)
		lab_exchange_mtp_rx(w.x, w.now, &p);
	else if (!w.deaf)
		isup_rx(w.gw, w.now, EXCHANGE, p.sif);
}

static void settle(void)
{
	drain_exchange();
	drain_gateway();
	while (w.nr) {
		deliver();
		drain_exchange();
		drain_gateway();
	}
}

static void run_ms(int64_t ms)
{
	tick_t end = tick_add_ms(w.now, ms);

	for (;;) {
		tick_t at = tick_min(lab_exchange_deadline(w.x), isup_deadline(w.gw));

		if (tick_before(end, at))
			break;
		if (tick_before(w.now, at))
			w.now = at;
		lab_exchange_tick(w.x, w.now);
		drain_exchange();
		isup_tick(w.gw, w.now);
		settle();
	}
	w.now = end;
}

/* What the gateway does. ----------------------------------------------------------------------- */
static void gw_tx(uint16_t cic, const struct isup_msg *m)
{
	assert_int_equal(isup_tx(w.gw, w.now, w.circuit[cic], m), 0);
	drain_gateway();
}

static void gw_iam(uint16_t cic, const char *digits)
{
	struct isup_number called = { .noa = ISUP_NOA_NATIONAL, .npi = 1 };
	struct isup_number calling = { .noa = ISUP_NOA_NATIONAL, .npi = 1, .digits = "5551" };
	struct isup_msg m;

	strcpy(called.digits, digits);
	isup_msg_init(&m, ISUP_IAM, cic);
	isup_put_nci(&m, &(struct isup_nci){ 0 });
	isup_put_fci(&m, &(struct isup_fci){ 0 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 0);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &called);
	isup_put_number(&m, ISUP_P_CALLING_NUMBER, &calling);
	gw_tx(cic, &m);
}

static void gw_rel(uint16_t cic, uint8_t cause)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_REL, cic);
	isup_put_cause(&m, &(struct isup_cause){ .value = cause });
	gw_tx(cic, &m);
}

static void gw_backward(uint16_t cic, uint8_t type)
{
	struct isup_msg m;

	isup_msg_init(&m, type, cic);
	if (type == ISUP_ACM || type == ISUP_CON)
		isup_put_bci(&m, &(struct isup_bci){ .called_status = 1 });
	gw_tx(cic, &m);
}

static struct lab_call_info newest(void)
{
	struct lab_call_info info;
	unsigned pos = 0;

	assert_true(lab_exchange_call_walk(w.x, &pos, &info));
	return info;
}

static void assert_all_idle(void)
{
	struct isup_stats s;
	struct lab_call_info info;
	unsigned pos = 0;

	lab_exchange_stats(w.x, &s);
	assert_int_equal(s.busy, 0);
	assert_int_equal(s.timers, 0);
	isup_stats(w.gw, &s);
	assert_int_equal(s.busy, 0);
	assert_true(tick_is_never(lab_exchange_deadline(w.x)));
	while (lab_exchange_call_walk(w.x, &pos, &info))
		assert_int_equal(info.state, LAB_CALL_ENDED);
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		assert_int_equal(w.sound[ts], LAB_IDLE);
}

/* Called subscribers. -------------------------------------------------------------------------- */
static const struct {
	const char *number, *flow; /* play1 echo, 2 tone, 3 WAV, 4 ringback, 0 idle */
	bool released;		   /* by the exchange */
} subscribers[] = {
	{ "100F", "0:play0 0:ACM 200:play1 200:ANM" },
	{ "100", "0:play0 0:ACM 200:play1 200:ANM" },
	{ "101F", "0:play0 0:ACM 200:play2 200:ANM" },
	{ "102F", "0:meter 0:play0 0:REL17", true },
	{ "103F", "0:play0 0:ACM" },
	{ "104F", "0:meter 0:play0 0:REL1", true },
	{ "105F", "0:play0 0:ACM 200:play3 200:ANM" },
	{ "106F", "0:play0 0:ACM 200:play2 200:ANM 5200:meter 5200:play0 5200:REL16", true },
	{ "107F", "0:play4 0:ACM+inband 3000:play2 3000:ANM" },
	{ "108F", "0:meter 0:play0 0:REL34", true },
	{ "109F", "0:play2 0:CON" },
	{ "1001F", "0:meter 0:play0 0:REL1", true },
	{ "10F", "0:meter 0:play0 0:REL1", true },
	{ "F", "0:meter 0:play0 0:REL1", true },
};

static void test_subscribers(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_OF(subscribers); i++) {
		open_world(NULL);
		gw_iam(3, subscribers[i].number);
		settle();
		run_ms(60000);
		assert_string_equal(w.log, subscribers[i].flow);
		assert_int_equal(newest().state == LAB_CALL_ENDED, subscribers[i].released);
		assert_string_equal(newest().from, "5551");
		assert_memory_equal(newest().to, subscribers[i].number,
				    strcspn(subscribers[i].number, "F"));
		if (!subscribers[i].released) {
			gw_rel(3, 16);
			settle();
			run_ms(100);
			assert_int_equal(newest().cause, 16);
		}
		assert_all_idle();
		close_world(NULL);
	}
}

/* The caller hangs up at each moment of a call to each subscriber. */
static void test_caller_hangs_up(void **state)
{
	static const int64_t after_ms[] = { 0, 1, 199, 200, 201, 2999, 3001, 5199, 5201 };

	(void)state;
	open_world(NULL);
	for (unsigned s = 0; s < NR_OF(subscribers); s++)
		for (unsigned i = 0; i < NR_OF(after_ms); i++) {
			gw_iam(3, subscribers[s].number);
			if (after_ms[i])
				settle();
			run_ms(after_ms[i]);
			if (isup_circuit_state(w.gw, w.circuit[3]) != ISUP_IDLE)
				gw_rel(3, 31);
			settle();
			run_ms(10);
			assert_all_idle();
		}
	close_world(NULL);
}

/* What it heard is read when the call ends, and kept. */
static void test_heard(void **state)
{
	struct tdm_block rx, tx;
	struct tdm_user user;

	(void)state;
	gw_iam(7, "103F");
	settle();
	user = lab_line_user(w.line);
	memset(&rx, TDM_IDLE_A, sizeof(rx));
	for (int ms = 0; ms < 500; ms++) {
		for (int i = 0; i < TDM_BLOCK; i++)
			rx.octet[timeslot_of(7)][i] = i < 4 ? 0x35 : 0xb5; /* 1000 Hz, square */
		user.block(user.self, &rx, &tx);
	}
	assert_int_equal(newest().heard.ms, 0);
	gw_rel(7, 16);
	settle();
	assert_int_equal(newest().heard.ms, 500);
	assert_true(newest().heard.hz >= 999 && newest().heard.hz <= 1001);
	assert_int_equal(newest().heard.gaps, 0);
}

/* A refused call heard nothing, however long the timeslot was idle before. */
static void test_refused_heard_nothing(void **state)
{
	struct tdm_block rx, tx;
	struct tdm_user user = lab_line_user(w.line);

	(void)state;
	memset(&rx, TDM_IDLE_A, sizeof(rx));
	for (int ms = 0; ms < 500; ms++)
		user.block(user.self, &rx, &tx);
	gw_iam(7, "102F");
	settle();
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_int_equal(newest().heard.ms, 0);
}

/* Calls of the exchange. ----------------------------------------------------------------------- */
static uint32_t call_out(const char *from, const char *to)
{
	uint32_t nr = 0;

	assert_int_equal(lab_exchange_call(w.x, w.now, from, to, &nr), 0);
	settle();
	return nr;
}

static void test_outgoing_call(void **state)
{
	uint32_t nr = call_out("105", "4711");
	struct lab_call_info info = newest();

	(void)state;
	assert_int_equal(info.nr, nr);
	assert_true(info.outgoing);
	assert_int_equal(info.state, LAB_CALL_SETUP);
	assert_int_equal(info.cic % 2, 0); /* its own half */
	run_ms(100);
	gw_backward(info.cic, ISUP_ACM);
	settle();
	assert_int_equal(newest().state, LAB_CALL_RINGING);
	run_ms(400);
	gw_backward(info.cic, ISUP_ANM);
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	run_ms(2000);
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr, 16), 0);
	settle();
	assert_string_equal(w.log, "0:IAM 500:play3 2500:meter 2500:play0 2500:REL16");
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr, 16), TG_ESTATE);
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr + 1, 16), TG_ENOENT);
	assert_all_idle();
}

static void test_outgoing_numbers(void **state)
{
	static char long_number[] = "12345678901234567890123456789012";
	uint32_t nr;

	(void)state;
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "bob", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "x", "1", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "+", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", long_number, &nr), TG_EINVAL);
	long_number[31] = '\0';
	assert_int_equal(lab_exchange_call(w.x, w.now, "", long_number, &nr), 0);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "+4930123", &nr), 0);
	settle();
	assert_string_equal(newest().to, "+4930123");
	assert_string_equal(w.log, "0:IAM 0:IAM");
}

static void test_outgoing_refused(void **state)
{
	(void)state;
	call_out("100", "4711");
	gw_rel(newest().cic, 17);
	settle();
	assert_int_equal(newest().cause, 17);
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_all_idle();
}

static void test_outgoing_answered_at_once(void **state)
{
	(void)state;
	call_out("101", "4711");
	gw_backward(newest().cic, ISUP_CON);
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	assert_string_equal(w.log, "0:IAM 0:play2");
	gw_rel(newest().cic, 16);
	settle();
	assert_all_idle();
}

/* T7 of Q.764: nobody answers the IAM. */
static void test_outgoing_without_response(void **state)
{
	(void)state;
	close_world(NULL);
	open_world_with(NR_CIRCUITS, 2000);
	w.deaf = true;
	call_out("101", "4711");
	run_ms(1999);
	assert_int_equal(newest().state, LAB_CALL_SETUP);
	run_ms(2);
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_true(newest().cause > 0);
}

static void test_no_free_circuit(void **state)
{
	uint32_t nr;

	(void)state;
	for (unsigned i = 0; i < NR_CIRCUITS; i++)
		call_out("101", "4711");
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "1", &nr), TG_ELIMIT);
	for (uint32_t n = 1; n <= NR_CIRCUITS; n++)
		assert_int_equal(lab_exchange_hangup(w.x, w.now, n, 16), 0);
	settle();
	assert_all_idle();
}

/* Q.764 2.9.1.4: on a circuit that the gateway controls, the exchange gives way and tries another;
 * the gateway's call goes on. */
static void test_dual_seizure(void **state)
{
	uint32_t nr;

	(void)state;
	/* All even circuits are taken: what is left is the gateway's half. */
	for (uint16_t i = 0; i < NR_CIRCUITS / 2; i++)
		call_out("101", "4711");
	assert_int_equal(lab_exchange_call(w.x, w.now, "105", "4712", &nr), 0);
	assert_int_equal(newest().cic % 2, 1);
	w.log[0] = '\0';
	gw_iam(newest().cic, "109F");
	settle();
	assert_string_equal(w.log, "0:play2 0:IAM 0:CON"); /* the IAM on the other circuit */
	assert_int_equal(newest().outgoing, false);
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr, 16), 0);
	settle();
}

static void test_dual_seizure_on_the_last_circuit(void **state)
{
	uint32_t nr;

	(void)state;
	close_world(NULL);
	open_world_with(1, 0);
	assert_int_equal(lab_exchange_call(w.x, w.now, "105", "4712", &nr), 0);
	gw_iam(1, "109F");
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	gw_rel(1, 16);
	settle();
	assert_all_idle();
}

/* RSC in a call ends it (Q.764 2.9.3.1). */
static void test_reset(void **state)
{
	(void)state;
	gw_iam(5, "100F");
	settle();
	run_ms(1000);
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	assert_int_equal(isup_circuit_reset(w.gw, w.now, w.circuit[5]), 0);
	settle();
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	run_ms(1000);
	assert_all_idle();
	gw_iam(5, "109F");
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
}

/* Ended calls are kept, 64 of them at least, newest first; then the oldest makes room. */
static void test_history(void **state)
{
	struct lab_call_info info;
	unsigned pos = 0;
	uint32_t last = 300;

	(void)state;
	for (unsigned i = 0; i < last; i++) {
		gw_iam(1, "102F");
		settle();
	}
	while (lab_exchange_call_walk(w.x, &pos, &info)) {
		assert_int_equal(info.nr, last--);
		assert_int_equal(info.cause, 17);
	}
	assert_true(pos >= 64 && pos <= 64 + NR_CIRCUITS);
}

static void test_bad_input(void **state)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = GATEWAY, .dpc = EXCHANGE, .si = MTP_SI_ISUP },
			      .sif = OCTETS("63 00 01") };
	struct ring_rec rec = { .kind = 77 };

	(void)state;
	lab_exchange_mtp_rx(w.x, w.now, &p); /* a CIC that is not ours */
	settle();
	p.sif = OCTETS("01");
	lab_exchange_mtp_rx(w.x, w.now, &p);
	settle();
	p.label.si = 3;
	assert_int_equal(lab_exchange_mtp_rx(w.x, w.now, &p), TG_EINVAL);
	p.label.si = MTP_SI_ISUP;
	p.label.dpc = 99;
	assert_int_equal(lab_exchange_mtp_rx(w.x, w.now, &p), TG_EINVAL);
	lab_exchange_line_rx(w.x, w.now, &rec);
	settle();
	assert_all_idle();
}

static void test_mtp_pause(void **state)
{
	struct mtp_prim p = { .type = MTP_PAUSE, .label = { .dpc = GATEWAY } };
	uint32_t nr;

	(void)state;
	lab_exchange_mtp_rx(w.x, w.now, &p);
	drain_exchange();
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "1", &nr), TG_ELIMIT);
	p.type = MTP_RESUME;
	lab_exchange_mtp_rx(w.x, w.now, &p);
	drain_exchange();
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "1", &nr), 0);
}

/* Random calls both ways with random ends, many at a time. ------------------------------------- */
static void random_step(const struct rng *rng)
{
	uint16_t cic = (uint16_t)(1 + rng_below(rng, 31));
	enum isup_circuit_state s;
	char number[8];
	uint32_t nr;

	if (cic == 16)
		return;
	s = isup_circuit_state(w.gw, w.circuit[cic]);
	snprintf(number, sizeof(number), "%uF", 100 + rng_below(rng, 11));
	if (rng_below(rng, 4) == 0)
		lab_exchange_call(w.x, w.now, "101", "4711", &nr);
	else if (rng_below(rng, 6) == 0)
		lab_exchange_hangup(w.x, w.now, newest().nr - rng_below(rng, 20), 16);
	else if (s == ISUP_IDLE)
		gw_iam(cic, number);
	else if (s == ISUP_IN_SEIZED)
		gw_backward(cic, rng_below(rng, 2) ? ISUP_ACM : ISUP_CON);
	else if (s == ISUP_IN_ADDRESSED)
		gw_backward(cic, ISUP_ANM);
	else if (s < ISUP_RELEASING && rng_below(rng, 2))
		gw_rel(cic, 16);
}

static void end_all(void)
{
	struct lab_call_info info;
	unsigned pos = 0;

	while (lab_exchange_call_walk(w.x, &pos, &info))
		if (info.state != LAB_CALL_ENDED)
			lab_exchange_hangup(w.x, w.now, info.nr, 16);
	settle();
	run_ms(200000);
}

static void test_random_calls(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 4711);

	(void)state;
	gw_iam(1, "100F");
	for (int i = 0; i < 5000; i++) {
		random_step(&rng);
		if (rng_below(&rng, 3))
			settle();
		run_ms(rng_below(&rng, 200));
	}
	settle();
	end_all();
	assert_true(newest().nr > 500);
	assert_all_idle();
}

static void new_exchange(void *ctx)
{
	struct lab_circuit_cfg circuit[] = { { 1, 1 }, { 2, 2 } };
	struct rng_seeded seed;
	struct lab_exchange_cfg cfg = { .opc = 2,
					.dpc = 1,
					.nr_circuits = 2,
					.circuit = circuit,
					.rng = rng_seeded_init(&seed, 1) };
	struct mem *m = mem_root("walk");

	(void)ctx;
	if (m)
		lab_exchange_new(m, &cfg);
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(new_exchange, NULL) > 4);
}

/* The table of subscribers can be listed. */
static void test_table(void **state)
{
	const struct lab_subscriber *s;
	unsigned n;

	(void)state;
	for (n = 0; (s = lab_subscriber_walk(n)); n++)
		assert_ptr_equal(lab_subscriber_of(s->number), s);
	assert_int_equal(n, 10);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_world, close_world)

/* What a call hears so far is known while it goes on, and all of it when it is over. */
static void test_listening(void **state)
{
	(void)state;
	gw_iam(3, "109");
	settle();
	lab_exchange_listen(w.x, w.now);
	lab_exchange_listen(w.x, w.now);
	settle();
	assert_string_equal(w.log, "0:play2 0:CON 0:listen");
	gw_rel(3, 16);
	settle();
	lab_exchange_listen(w.x, w.now);
	settle();
	assert_string_equal(w.log, "0:play2 0:CON 0:listen 0:meter 0:play0");
	assert_all_idle();
}

/* The cable is pulled: the call ends with cause 41 or 27 and no circuit can be had; put back, the
 * circuits can be used again. */
static void test_span_gone_and_back(void **state)
{
	struct lab_call_info info;
	uint32_t nr;

	(void)state;
	gw_iam(3, "109");
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	lab_exchange_span_state(w.x, w.now, false);
	settle();
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), TG_ELIMIT);
	lab_exchange_span_state(w.x, w.now, true);
	settle();
	run_ms(1000);
	assert_all_idle();
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), 0);
	settle();
	info = newest();
	assert_int_equal(info.state, LAB_CALL_SETUP);
}

/* A call that it made is held for so long; what became of all is counted. */
static void test_hold_and_counts(void **state)
{
	struct lab_exchange_counts c;
	uint32_t nr;

	(void)state;
	close_world(state);
	hold_ms = 3000;
	open_world(state);
	hold_ms = 0;
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), 0);
	settle();
	run_ms(500);
	gw_backward(newest().cic, ISUP_ACM);
	gw_backward(newest().cic, ISUP_ANM);
	settle();
	lab_exchange_counts(w.x, &c);
	assert_int_equal(c.made, 1);
	assert_int_equal(c.made_answered, 1);
	assert_int_equal(c.answer_us_max, 500000);
	assert_int_equal(c.now_talking, 1);
	run_ms(2999);
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	run_ms(2);
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	lab_exchange_counts(w.x, &c);
	assert_int_equal(c.made_ended[16], 1);
	assert_int_equal(c.now, 0);
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), 0);
	settle();
	gw_rel(newest().cic, 17);
	settle();
	gw_iam(3, "100F");
	settle();
	run_ms(1000);
	lab_exchange_counts(w.x, &c);
	assert_int_equal(c.made_failed[17], 1);
	assert_int_equal(c.taken, 1);
	assert_int_equal(c.taken_answered, 1);
}

/* An exchange that began anew knows nothing of calls: the gateway's are over. */
static void test_reset_of_all(void **state)
{
	(void)state;
	gw_iam(3, "100F");
	settle();
	run_ms(500);
	lab_exchange_reset(w.x, w.now);
	settle();
	run_ms(1000);
	assert_non_null(strstr(w.log, "REL"));
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_all_idle();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subscribers),
		cmocka_unit_test(test_caller_hangs_up),
		TEST(test_heard),
		TEST(test_refused_heard_nothing),
		TEST(test_outgoing_call),
		TEST(test_outgoing_numbers),
		TEST(test_outgoing_refused),
		TEST(test_outgoing_answered_at_once),
		TEST(test_outgoing_without_response),
		TEST(test_no_free_circuit),
		TEST(test_dual_seizure),
		TEST(test_dual_seizure_on_the_last_circuit),
		TEST(test_reset),
		TEST(test_history),
		TEST(test_bad_input),
		TEST(test_mtp_pause),
		TEST(test_random_calls),
		TEST(test_listening),
		TEST(test_span_gone_and_back),
		TEST(test_hold_and_counts),
		TEST(test_reset_of_all),
		cmocka_unit_test(test_allocations),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
