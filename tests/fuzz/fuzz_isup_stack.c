/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what happens to a stack of four circuits: messages of the peer, whole and broken,
 * about groups, the user's, time, blocking, resets, queries, lost timeslots and signalling. What must hold: the user's view of a
 * circuit (is there a call?) is that of the stack whenever the output is empty; all that is sent
 * decodes; after quiet time with a peer that answers all circuits are idle and no timer runs.
 *
 * An input is a list of (what, circuit, argument), some with octets behind them. Its first octet
 * says the variant, too.
 */
#include <string.h>

#include "isup/stack.h"
#include "isup/variant.h"

#include "fuzz/fuzz.h"

#define CIRCUITS 4
#define REQUESTS 64   /* that a stack of so many circuits can have */
#define ANSI	 0xf0 /* a first octet from here on: the stack is one of T1.113 */
#define OPC	 1
#define DPC	 2

struct world {
	const uint8_t *p, *end;
	struct isup *x;
	isup_circuit_id id[CIRCUITS];
	bool call[CIRCUITS];		 /* as the user knows */
	enum isup_check check[CIRCUITS]; /* and the media side */
	tick_t now;
	bool polite;	 /* the peer answers what is asked of it */
	uint8_t tx_next; /* said by the user at the next output, 0: nothing */
};

static const struct isup_variant *variant;

static uint8_t take(struct world *w)
{
	return w->p < w->end ? *w->p++ : 0;
}

static struct isup_msg a_msg(uint8_t type, uint16_t cic)
{
	static const uint8_t zeros[4];
	const struct isup_msg_row *row = isup_msg_row(variant, type);
	struct isup_msg m;

	isup_msg_init(&m, type, cic);
	for (const uint8_t *c = row ? row->fixed : zeros; *c; c++)
		isup_put(&m, *c, str_n(zeros, isup_param_row(variant, *c)->min));
	for (const uint8_t *c = row ? row->variable : zeros; *c; c++)
		isup_put(&m, *c, str_n("\1\1", isup_param_row(variant, *c)->min));
	return m;
}

static void user_says(struct world *w, unsigned c, uint8_t type)
{
	struct isup_msg m = a_msg(type, 0);
	int rc;

	if (type == ISUP_IAM && w->call[c])
		return; /* nobody seizes what he has */
	if (!w->call[c] && isup_circuit_has_call(w->x, w->id[c]))
		return; /* nor talks in a call that he has not been told of */
	rc = isup_tx(w->x, w->now, w->id[c], &m);
	if (rc == 0 && type == ISUP_IAM)
		w->call[c] = true;
	if (rc == 0 && type == ISUP_REL)
		w->call[c] = false;
}

static void rx_call(struct world *w, unsigned c, const struct isup_out *o)
{
	fuzz_check(w->call[c] == (o->msg->type != ISUP_IAM));
	if (o->msg->type == ISUP_IAM)
		w->call[c] = true;
	if (o->msg->type == ISUP_REL)
		w->call[c] = false;
}

static void check_send(const struct isup_out *o)
{
	struct isup_msg m;

	fuzz_check(o->dpc == DPC && o->sls == (o->cic & (variant->cic_bits > 12 ? 31 : 15)));
	fuzz_check(isup_msg_dec(&m, variant, o->octets, NULL) == 0);
	fuzz_check(m.type == o->msg->type && m.cic == o->cic);
}

static struct isup_msg answers[64];
static unsigned nr_answers;

static void note_answer(const struct isup_msg *m)
{
	static const uint8_t answer[] = {
		[ISUP_REL] = ISUP_RLC, [ISUP_RSC] = ISUP_RLC,  [ISUP_BLO] = ISUP_BLA,
		[ISUP_UBL] = ISUP_UBA, [ISUP_CGB] = ISUP_CGBA, [ISUP_CGU] = ISUP_CGUA,
		[ISUP_GRS] = ISUP_GRA, [ISUP_CCR] = ISUP_LPA,
	};
	uint8_t none[5] = { 0 };
	struct isup_msg *a = &answers[nr_answers];

	if (m->type >= sizeof(answer) || !answer[m->type] || nr_answers == 64)
		return;
	nr_answers++;
	*a = *m;
	a->type = answer[m->type];
	if (a->type == ISUP_RLC || a->type == ISUP_LPA)
		isup_msg_init(a, a->type, m->cic);
	if (a->type == ISUP_GRA) {
		isup_get_u8(m, ISUP_P_RANGE_AND_STATUS, &none[0]);
		isup_put(a, ISUP_P_RANGE_AND_STATUS, str_n(none, 2u + none[0] / 8u));
	}
}

static void rx_out(struct world *w, const struct isup_out *o)
{
	unsigned c = (unsigned)(uintptr_t)o->user;

	if (o->type == ISUP_OUT_SEND) {
		check_send(o);
		if (w->polite)
			note_answer(o->msg);
	} else if (o->type == ISUP_OUT_CALL)
		rx_call(w, c, o);
	else if (o->type == ISUP_OUT_LOST) {
		fuzz_check(w->call[c]);
		w->call[c] = false;
	} else if (o->type == ISUP_OUT_CONTINUITY) {
		w->check[c] = o->check;
		if (w->polite && o->check == ISUP_CHECK_TONE)
			isup_continuity(w->x, w->now, w->id[c], true);
	} else if (o->type == ISUP_OUT_IDLE)
		fuzz_check(!w->call[c]);
}

static void drain(struct world *w)
{
	struct isup_stats s;
	struct isup_out o;
	unsigned busy = 0;

	while (isup_next_out(w->x, &o)) {
		rx_out(w, &o);
		if (w->tx_next)
			user_says(w, w->tx_next % CIRCUITS, w->tx_next / CIRCUITS);
		w->tx_next = 0;
	}
	for (unsigned c = 0; c < CIRCUITS; c++) {
		enum isup_circuit_state state = isup_circuit_state(w->x, w->id[c]);
		fuzz_check(isup_circuit_has_call(w->x, w->id[c]) == w->call[c]);
		busy += state != ISUP_IDLE;
		fuzz_check(state != ISUP_IDLE || w->check[c] == ISUP_CHECK_STOP);
	}
	isup_stats(w->x, &s);
	/* a request for each circuit and kind, the queue, TCRA, T34 or T35 */
	fuzz_check(s.busy == busy && s.timers <= 2 * busy + 2 * REQUESTS + 1 + 2 * CIRCUITS);
}

static void rx_this(struct world *w, const struct isup_msg *m)
{
	uint8_t buf[300];
	int len = isup_msg_enc(m, variant, buf, sizeof(buf), NULL);

	if (len > 0)
		isup_rx(w->x, w->now, DPC, str_n(buf, (size_t)len));
}

static void rx_whole(struct world *w, unsigned c, uint8_t type)
{
	struct isup_msg m = a_msg(type, (uint16_t)(c + 1));

	rx_this(w, &m);
}

/* As many octets as the argument says, with the CIC of the circuit or as they are. */
static void rx_raw(struct world *w, unsigned c, uint8_t len, bool with_cic)
{
	uint8_t buf[300] = { (uint8_t)(c + 1), 0 };
	size_t at = with_cic ? 2 : 0, n = 0;

	for (; n < len && w->p < w->end; n++)
		buf[at + n] = take(w);
	isup_rx(w->x, w->now, with_cic ? DPC : DPC + c % 2, str_n(buf, at + n));
}

static void answer_all(struct world *w)
{
	for (unsigned i = 0; i < nr_answers; i++) {
		uint8_t buf[300];
		int len = isup_msg_enc(&answers[i], variant, buf, sizeof(buf), NULL);

		fuzz_check(len > 0);
		isup_rx(w->x, w->now, DPC, str_n(buf, (size_t)len));
		drain(w);
	}
	nr_answers = 0;
}

/* About a group: the argument is the range, and the octets behind it the rest. */
static void rx_group(struct world *w, unsigned c, uint8_t arg)
{
	static const uint8_t types[] = { ISUP_GRS,  ISUP_GRA,  ISUP_CGB, ISUP_CGU,
					 ISUP_CGBA, ISUP_CGUA, ISUP_CQM, ISUP_CQR };
	uint8_t o[5] = { arg % 8, take(w) }, states[8], buf[60];
	struct isup_msg m;
	int len;

	isup_msg_init(&m, types[take(w) % sizeof(types)], (uint16_t)(c + 1));
	if (m.type >= ISUP_CGB && m.type <= ISUP_CGUA)
		isup_put_u8(&m, ISUP_P_CGS_TYPE, arg >> 6);
	isup_put(&m, ISUP_P_RANGE_AND_STATUS,
		 str_n(o, m.type == ISUP_GRS || m.type == ISUP_CQM || m.type == ISUP_CQR ? 1 : 2));
	for (unsigned i = 0; i <= o[0]; i++)
		states[i] = o[1] ^ (uint8_t)(o[1] * i);
	if (m.type == ISUP_CQR)
		isup_put(&m, ISUP_P_CIRCUIT_STATE, str_n(states, o[0] + 1u));
	len = isup_msg_enc(&m, variant, buf, sizeof(buf), NULL);
	fuzz_check(len > 0);
	isup_rx(w->x, w->now, DPC, str_n(buf, (size_t)len));
}

static void operate(struct world *w, unsigned c, uint8_t arg)
{
	switch (arg % 4) {
	case 0:
	case 1:
		isup_circuit_block(w->x, w->now, w->id[c],
				   arg & 4 ? ISUP_HARDWARE : ISUP_MAINTENANCE, arg % 4);
		break;
	case 2:
		isup_circuit_reset_soon(w->x, w->now, w->id[c]);
		break;
	case 3:
		if (arg & 0x80)
			isup_circuit_test(w->x, w->now, w->id[c]);
		isup_circuit_query(w->x, w->now, w->id[c], 1 + arg / 4u % 4);
		break;
	}
}

static void pass(struct world *w, int64_t ms)
{
	tick_t until = tick_add_ms(w->now, ms);

	for (int i = 0; i < 10000; i++) {
		tick_t at = isup_deadline(w->x);
		if (tick_before(until, at))
			break;
		w->now = at;
		isup_tick(w->x, at);
		drain(w);
		answer_all(w);
	}
	fuzz_check(tick_before(until, isup_deadline(w->x)));
	w->now = until;
}

/* The network's congestion (T29, T30), the peer's in its RELs, and ours. */
static void congest(struct world *w, unsigned c, uint8_t arg)
{
	struct isup_msg m = a_msg(ISUP_REL, (uint16_t)(c + 1));

	isup_mtp_congested(w->x, w->now, DPC);
	isup_sheds(w->x, w->now, DPC);
	isup_congestion(w->x, arg >> 6);
	isup_put_u8(&m, ISUP_P_CONGESTION_LEVEL, arg >> 4);
	if (arg & 8)
		rx_this(w, &m);
}

/* What has another content than zeros. */
static void set_up(struct world *w, unsigned c, uint8_t arg)
{
	struct isup_msg m =
		a_msg(arg % 9 == 4 || arg % 9 == 8 ? ISUP_COT : ISUP_IAM, (uint16_t)(c + 1));
	const struct isup_nci nci = { .continuity = arg % 9 == 2 ? 1 : 2 };

	switch (arg % 9) {
	case 0:
	case 1:
		isup_continuity(w->x, w->now, w->id[c], arg % 9);
		return;
	case 2:
	case 3:
	case 7:
		isup_put_nci(&m, &nci);
		break;
	case 4:
	case 8:
		isup_put_u8(&m, ISUP_P_CONTINUITY, 1);
		break;
	case 5:
		isup_put_u8(&m, ISUP_P_OFCI, 4);
		break;
	case 6:
		isup_circuit_role(w->x, w->id[c], (enum isup_role)(arg / 9 % 3));
		isup_circuit_onward(w->x, w->id[c], (enum isup_onward)(arg / 27 % 3));
		return;
	}
	if (arg % 9 < 7)
		rx_this(w, &m);
	else if (m.type == ISUP_COT)
		isup_tx(w->x, w->now, w->id[c], &m);
	else if (!w->call[c])
		w->call[c] = isup_tx(w->x, w->now, w->id[c], &m) == 0;
}

static void one_step(struct world *w)
{
	uint8_t what = take(w), c = take(w) % CIRCUITS, arg = take(w);

	switch (what % 13) {
	case 12:
		set_up(w, c, arg);
		break;
	case 0:
	case 1:
		rx_whole(w, c, arg);
		break;
	case 2:
	case 3:
		user_says(w, c, arg);
		break;
	case 4:
		rx_raw(w, c, arg, true);
		break;
	case 5:
		rx_raw(w, c, arg, false);
		break;
	case 6:
		pass(w, arg * 2000);
		break;
	case 7:
		isup_circuit_usable(w->x, w->now, w->id[c], arg % 2);
		break;
	case 8:
		if (arg % 2)
			isup_circuit_reset(w->x, w->now, w->id[c]);
		else if (arg & 4)
			congest(w, c, arg);
		else
			isup_mtp_available(w->x, w->now, DPC, arg & 2);
		break;
	case 9:
		w->tx_next = arg;
		return;
	case 10:
		rx_group(w, c, arg);
		break;
	case 11:
		operate(w, c, arg);
		break;
	}
	drain(w);
}

static void check_quiet(struct world *w)
{
	struct isup_stats s;

	w->polite = true;
	isup_mtp_available(w->x, w->now, DPC, true);
	for (unsigned c = 0; c < CIRCUITS; c++) {
		user_says(w, c, ISUP_REL);
		drain(w);
	}
	answer_all(w);
	pass(w, 10000); /* T34: a call may come of a segmented IAM */
	for (unsigned c = 0; c < CIRCUITS; c++) {
		user_says(w, c, ISUP_REL);
		drain(w);
	}
	answer_all(w);
	pass(w, 40 * 60000);
	for (unsigned c = 0; c < CIRCUITS; c++)
		fuzz_check(isup_circuit_state(w->x, w->id[c]) == ISUP_IDLE);
	isup_stats(w->x, &s);
	fuzz_check(s.busy == 0 && s.timers == 0);
	for (int i = 0; i < 100; i++) /* T30 has run out for each step */
		fuzz_check(!isup_sheds(w->x, w->now, DPC));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct rng_seeded seed;
	struct isup_cfg cfg = { .variant = size && data[0] >= ANSI ? &isup_ansi95 : &isup_itu,
				.opc = OPC,
				.max_circuits = CIRCUITS,
				.continuity_percent = size > 1 && data[1] & 4 ? 100 : 0,
				.reserve = size > 1 && data[1] & 16,
				.min_digits = size > 1 && data[1] & 8 ? 3 : 0,
				.rng = rng_seeded_init(&seed, 1) };
	struct world w = { .p = data, .end = data + size, .x = m ? isup_new(m, &cfg) : NULL };

	variant = cfg.variant;
	nr_answers = 0;
	fuzz_check(w.x);
	for (unsigned c = 0; c < CIRCUITS; c++) {
		struct isup_circuit_cfg k = { .dpc = DPC,
					      .cic = (uint16_t)(c + 1),
					      .user = (void *)(uintptr_t)c };
		fuzz_check(isup_circuit_add(w.x, &k, &w.id[c]) == 0);
	}
	while (w.p < w.end)
		one_step(&w);
	w.tx_next = 0;
	check_quiet(&w);
	mem_free(m);
	return 0;
}
