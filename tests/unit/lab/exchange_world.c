/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world of the tests of lab/exchange (exchange_world.h).
 */
#include "unit/lab/exchange_world.h"

struct exchange_world w;
uint32_t world_hold_ms;

/* The world. ----------------------------------------------------------------------------------- */
uint8_t timeslot_of(uint16_t cic)
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

void open_world_with(unsigned nr_circuits, uint32_t t7_ms)
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
	cfg.hold_ms = world_hold_ms;
	w.x = lab_exchange_new(w.mem, &cfg);
	w.line = lab_line_new(w.mem, &(struct lab_line_cfg){ .law = TDM_ALAW });
	assert_non_null(w.x);
	assert_non_null(w.line);
}

int open_world(void **state)
{
	(void)state;
	open_world_with(NR_CIRCUITS, 0);
	return 0;
}

int close_world(void **state)
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

void drain_exchange(void)
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

void settle(void)
{
	drain_exchange();
	drain_gateway();
	while (w.nr) {
		deliver();
		drain_exchange();
		drain_gateway();
	}
}

void run_ms(int64_t ms)
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

void gw_iam(uint16_t cic, const char *digits)
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

void gw_rel(uint16_t cic, uint8_t cause)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_REL, cic);
	isup_put_cause(&m, &(struct isup_cause){ .value = cause });
	gw_tx(cic, &m);
}

void gw_backward(uint16_t cic, uint8_t type)
{
	struct isup_msg m;

	isup_msg_init(&m, type, cic);
	if (type == ISUP_ACM || type == ISUP_CON)
		isup_put_bci(&m, &(struct isup_bci){ .called_status = 1 });
	gw_tx(cic, &m);
}

struct lab_call_info newest(void)
{
	struct lab_call_info info;
	unsigned pos = 0;

	assert_true(lab_exchange_call_walk(w.x, &pos, &info));
	return info;
}

void assert_all_idle(void)
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
