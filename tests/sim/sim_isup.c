/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exchanges over a signalling network that loses and delays, but keeps the order of each SLS and
 * doubles nothing: two of them, and three in a row of which the middle one is a tandem. Calls come
 * at random, and so do blocking, resets, lost timeslots, pauses of the network and restarts of an
 * exchange; continuity checks that pass and fail, addresses in pieces, segments, SUS and RES. Each
 * call carries its number in IAM and ANM: no two calls ever meet on a circuit. After a quiet time every circuit is idle at both ends, blocked at both or at none, and no timer runs.
 * Every third seed speaks ANSI.
 *
 * TG_ISUP_CALLS: how many calls over all seeds; TG_ISUP_SEED: only this one.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "unit/isup/world.h"

#include "isup/supervision.h"

#define MAX_NODES    3
#define MAX_CIRCUITS 96
#define MAX_PACKETS  512
#define NR_SLS	     32
#define CALLS_A_SEED 500
/* How much one SLS may be later than another. An ANM may come after the GRA that ended its call: Q.764
 * has nothing against its being taken for the next one's, but for that the stack rests for 5 s. */
#define SKEW_MS 1500
/* An exchange that has lost its memory is not back before what it sent has arrived: a GRS cannot overtake
 * the IAM of a call that it has forgotten; Q.764 has nothing against that. What was sent to it may come
 * whenever it likes: an ANM of a call that was forgotten answers none. */
#define RESTART_MS 5000

struct packet {
	tick_t at;
	uint16_t len;
	uint8_t octets[272];
};

/* One order: from a node to another with one SLS. */
struct wire {
	struct packet *p;
	unsigned head, nr;
};

enum role { FREE, CALLING, CALLED, TRANSIT };

struct line {
	isup_circuit_id id;
	uint16_t cic;
	int to; /* the node at the other end */
	enum role role;
	uint32_t call;
	bool answered;
	bool toning;	    /* a check of ours waits for its verdict */
	struct line *other; /* TRANSIT */
};

struct node {
	struct mem *mem;
	struct isup *x;
	struct rng_seeded seed;
	struct line line[MAX_CIRCUITS];
	unsigned nr;
};

static struct sim {
	unsigned nodes;
	struct node node[MAX_NODES];
	struct wire wire[MAX_NODES][MAX_NODES][NR_SLS];
	bool down[MAX_NODES][MAX_NODES];
	uint32_t delay[MAX_NODES][MAX_NODES]; /* ms; changes now and then */
	struct rng rng;
	struct rng_seeded seed;
	unsigned loss; /* of 1000 */
	uint64_t seed_nr;
	bool peace;
	uint32_t checks, pieces, segments;
	bool lacks; /* node 1 has not all circuits, and says nothing of groups with one of them */
	uint32_t calls, answered, tandem, dual, lost, restarts;
} w;

static bool chance(unsigned of_1000)
{
	return rng_below(&w.rng, 1000) < of_1000;
}

static uint32_t code_of(int node)
{
	return 100 + 7 * (uint32_t)node;
}

static bool is_lacked(int node, unsigned cic)
{
	return node == 1 && w.lacks && (cic == 105 || cic == 120 || cic == 121);
}

/* Nodes. ------------------------------------------------------------------------------------- */
/* CICs 1-31 and 33-63 and one alone, as two spans have them. */
static void add_circuits(struct node *n, int to, int from)
{
	unsigned base = 100u * (unsigned)(to + from);

	for (uint16_t cic = 1; cic <= 40; cic++) {
		struct line *l = &n->line[n->nr];
		struct isup_circuit_cfg k = { .dpc = code_of(to),
					      .cic = (uint16_t)(base + cic),
					      .user = l };
		if (cic == 16 || cic == 32 || cic == 39 || is_lacked(from, base + cic))
			continue;
		*l = (struct line){ .cic = k.cic, .to = to };
		assert_int_equal(isup_circuit_add(n->x, &k, &l->id), 0);
		n->nr++;
	}
}

static bool joined(int a, int b)
{
	return abs(a - b) == 1;
}

static void start(int node)
{
	struct node *n = &w.node[node];
	struct isup_cfg cfg = { .variant = world_v,
				.opc = code_of(node),
				.max_circuits = MAX_CIRCUITS,
				.rests_after_start = true,
				.continuity_percent = (w.seed_nr + (unsigned)node) % 3 ? 0 : 40,
				.min_digits = w.seed_nr % 2 ? 4 : 0 };

	n->mem = mem_root("node");
	n->nr = 0;
	cfg.rng = rng_seeded_init(&n->seed, rng_u64(&w.rng));
	n->x = isup_new(n->mem, &cfg);
	assert_non_null(n->x);
	for (int to = 0; to < (int)w.nodes; to++)
		if (joined(node, to))
			add_circuits(n, to, node);
}

static void drain(int node);
static void pass(int64_t ms);

static void reset_all(int node)
{
	struct node *n = &w.node[node];

	for (unsigned i = 0; i < n->nr; i++) {
		isup_circuit_reset_soon(n->x, world_now, n->line[i].id);
		drain(node);
	}
}

static void restart(int node)
{
	mem_free(w.node[node].mem);
	w.node[node].x = NULL;
	pass(RESTART_MS);
	start(node);
	reset_all(node);
	w.restarts++;
}

/* The wire. ---------------------------------------------------------------------------------- */
static bool is_ignored(int to, const struct isup_out *o)
{
	struct isup_msg m;
	struct str range;

	if (isup_msg_dec(&m, world_v, o->octets, NULL) < 0 || !isup_is_group(m.type) ||
	    !isup_get(&m, ISUP_P_RANGE_AND_STATUS, &range))
		return false;
	for (unsigned i = 0; i <= (uint8_t)range.p[0]; i++)
		if (is_lacked(to, m.cic + i))
			return true;
	return false;
}

static void put(int from, int to, const struct isup_out *o)
{
	struct wire *q = &w.wire[from][to][o->sls];
	struct packet *last, *p;
	tick_t at = tick_add_ms(world_now, w.delay[from][to] + rng_below(&w.rng, SKEW_MS));

	if (w.down[from][to] || chance(w.loss) || (w.lacks && is_ignored(to, o)))
		return;
	if (!q->p)
		q->p = calloc(MAX_PACKETS, sizeof(*q->p));
	assert_true(q->p && q->nr < MAX_PACKETS);
	last = &q->p[(q->head + q->nr - 1) % MAX_PACKETS];
	p = &q->p[(q->head + q->nr) % MAX_PACKETS];
	p->at = q->nr && tick_before(at, last->at) ? last->at : at;
	p->len = (uint16_t)o->octets.len;
	memcpy(p->octets, o->octets.p, o->octets.len);
	q->nr++;
}

static struct wire *next_wire(int *from, int *to)
{
	struct wire *best = NULL;

	for (int f = 0; f < (int)w.nodes; f++)
		for (int t = 0; t < (int)w.nodes; t++)
			for (int s = 0; joined(f, t) && s < NR_SLS; s++) {
				struct wire *q = &w.wire[f][t][s];
				if (!q->nr || (best && !tick_before(q->p[q->head].at,
								    best->p[best->head].at)))
					continue;
				best = q;
				*from = f;
				*to = t;
			}
	return best;
}

static int node_of(uint32_t code)
{
	return (int)(code - 100) / 7;
}

/* Users. ------------------------------------------------------------------------------------- */
static void put_call(struct isup_msg *m, uint32_t call)
{
	uint8_t octets[6] = { 0 }; /* no SGM may have it */

	memcpy(octets, &call, sizeof(call));
	isup_put(m, ISUP_P_CALL_REFERENCE,
		 str_n(octets, isup_param_row(world_v, ISUP_P_CALL_REFERENCE)->min));
}

static uint32_t call_of(const struct isup_msg *m)
{
	struct str s;
	uint32_t call = 0;

	if (isup_get(m, ISUP_P_CALL_REFERENCE, &s) && s.len >= 5)
		memcpy(&call, s.p, sizeof(call));
	return call;
}

static void put_digits(struct isup_msg *m, enum isup_param_code code, const char *digits)
{
	struct isup_number n = { .noa = 3, .npi = 1 };

	strcpy(n.digits, digits);
	isup_put_number(m, code, &n);
}

/* More than goes into one message. */
static void swell(struct isup_msg *m)
{
	static const uint8_t zeros[129];

	if (!isup_msg_row(world_v, ISUP_SGM))
		return;
	isup_put(m, ISUP_P_ACCESS_TRANSPORT, str_n(zeros, 128));
	isup_put(m, ISUP_P_USER_TO_USER_INFORMATION, str_n(zeros, 129));
	w.segments++;
}

static int say(int node, struct line *l, uint8_t type)
{
	struct isup_msg m = a_msg(type, 0);

	if (type == ISUP_IAM || type == ISUP_ANM || type == ISUP_CON)
		put_call(&m, l->call);
	if (type == ISUP_SAM)
		put_digits(&m, ISUP_P_SUBSEQUENT_NUMBER, "34");
	if (type == ISUP_SUS || type == ISUP_RES)
		isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, (uint8_t)rng_below(&w.rng, 2));
	if ((type == ISUP_ACM || type == ISUP_ANM) && chance(50))
		swell(&m);
	return isup_tx(w.node[node].x, world_now, l->id, &m);
}

static struct line *hunt(int node, int to)
{
	struct node *n = &w.node[node];
	unsigned first = rng_below(&w.rng, n->nr);

	for (unsigned i = 0; i < n->nr; i++) {
		struct line *l = &n->line[(first + i) % n->nr];
		if (l->to == to && l->role == FREE && isup_circuit_is_free(n->x, l->id))
			return l;
	}
	return NULL;
}

/* `continuity`: as a circuit before this one has it. */
static void seize(int node, struct line *l, enum role role, uint32_t call, uint8_t continuity)
{
	struct isup_msg m = a_msg(ISUP_IAM, 0);
	bool pieces = role == CALLING && chance(200);

	l->role = role;
	l->call = call;
	l->answered = false;
	l->toning = false;
	put_call(&m, call);
	put_digits(&m, ISUP_P_CALLED_NUMBER, pieces ? "12" : "1234");
	isup_put_nci(&m, &(struct isup_nci){ .continuity = continuity });
	if (chance(50))
		swell(&m);
	if (role == TRANSIT)
		isup_circuit_role(w.node[node].x, l->id, ISUP_TRANSIT);
	assert_int_equal(isup_tx(w.node[node].x, world_now, l->id, &m), 0);
	w.pieces += pieces;
}

static void end(struct line *l)
{
	l->role = FREE;
	l->other = NULL;
}

/* The other side of a transit call. */
static void end_other(int node, struct line *l)
{
	if (!l->other)
		return;
	say(node, l->other, ISUP_REL);
	end(l->other);
}

static void rx_iam(int node, struct line *l, const struct isup_msg *m)
{
	struct isup_nci nci = { .continuity = 0 };
	uint32_t call = call_of(m);
	struct line *out;

	assert_int_equal(l->role, FREE); /* two calls on a circuit */
	l->call = call;
	l->answered = false;
	l->role = CALLED;
	if (w.nodes < 3 || node != 1)
		return;
	l->role = TRANSIT;
	out = hunt(node, 2 - l->to);
	if (!out) {
		say(node, l, ISUP_REL);
		end(l);
		return;
	}
	l->other = out;
	out->other = l;
	isup_get_nci(m, &nci);
	isup_circuit_role(w.node[node].x, l->id, ISUP_TRANSIT);
	seize(node, out, TRANSIT, call, nci.continuity);
	w.tandem++;
}

static void rx_call(int node, struct line *l, const struct isup_msg *m)
{
	if (m->type == ISUP_IAM) {
		rx_iam(node, l, m);
		return;
	}
	if (l->role == FREE && w.nodes > 2 && node == 1)
		return; /* the other side was quicker, and this was on its way up */
	assert_int_not_equal(l->role, FREE);
	if (m->type == ISUP_REL) {
		end_other(node, l);
		end(l);
		return;
	}
	if (m->type == ISUP_ANM || m->type == ISUP_CON) {
		assert_int_equal(call_of(m), l->call); /* nobody else's answer */
		l->answered = true;
		w.answered += l->role == CALLING;
	}
	if (l->other)
		say(node, l->other, m->type);
}

static void rx_out(int node, const struct isup_out *o)
{
	struct line *l = o->user;

	switch (o->type) {
	case ISUP_OUT_SEND:
		put(node, node_of(o->dpc), o);
		break;
	case ISUP_OUT_CALL:
		rx_call(node, l, o->msg);
		break;
	case ISUP_OUT_LOST:
		w.lost++;
		if (l->role == FREE && w.nodes > 2 && node == 1)
			break;
		assert_true(l->role == CALLING || l->role == TRANSIT);
		end_other(node, l);
		end(l);
		break;
	case ISUP_OUT_CONTINUITY:
		l->toning = o->check == ISUP_CHECK_TONE;
		w.checks += l->toning;
		if (l->toning && w.peace)
			isup_continuity(w.node[node].x, world_now, l->id, true);
		break;
	case ISUP_OUT_IDLE:
		assert_int_equal(l->role, FREE);
		break;
	default:
		break;
	}
}

static void drain(int node)
{
	struct isup_out o;

	while (isup_next_out(w.node[node].x, &o)) {
		check_out(&o);
		rx_out(node, &o);
	}
}

static void talk(int node, struct line *l)
{
	if (l->toning)
		isup_continuity(w.node[node].x, world_now, l->id, chance(900));
	if (chance(100))
		say(node, l, chance(500) ? ISUP_SUS : ISUP_RES);
	if (l->role == CALLING && chance(300))
		say(node, l, ISUP_SAM);
	switch (rng_below(&w.rng, 6)) {
	case 0:
		if (say(node, l, ISUP_REL) == 0)
			end(l);
		break;
	case 1:
		if (l->role == CALLED && say(node, l, ISUP_CON) == 0)
			l->answered = true;
		break;
	case 2:
	case 3:
		if (l->role == CALLED && say(node, l, ISUP_ANM) == 0)
			l->answered = true;
		break;
	default:
		if (l->role == CALLED)
			say(node, l, ISUP_ACM);
	}
}

static void new_call(int node)
{
	int to = node == 0 ? 1 : node == 1 ? (w.nodes > 2 && chance(500) ? 2 : 0) : 1;
	struct line *l = hunt(node, to);

	if (!l)
		return;
	seize(node, l, CALLING, ++w.calls, 0);
	drain(node);
	if (!chance(100))
		return;
	/* and the other end at the same moment */
	for (unsigned i = 0; i < w.node[to].nr; i++) {
		struct line *o = &w.node[to].line[i];
		if (o->cic != l->cic || o->to != node || o->role != FREE ||
		    !isup_circuit_is_free(w.node[to].x, o->id))
			continue;
		seize(to, o, CALLING, ++w.calls, 0);
		drain(to);
		w.dual++;
	}
}

static void maintain(int node)
{
	struct node *n = &w.node[node];
	unsigned first = rng_below(&w.rng, n->nr), nr = 1 + rng_below(&w.rng, chance(100) ? 40 : 3);
	bool on = chance(400);
	uint32_t what = rng_below(&w.rng, 6);

	for (unsigned i = first; i < n->nr && i < first + nr; i++) {
		isup_circuit_id id = n->line[i].id;
		if (what < 2)
			isup_circuit_block(n->x, world_now, id, ISUP_MAINTENANCE, on);
		else if (what == 2)
			isup_circuit_block(n->x, world_now, id, ISUP_HARDWARE, on);
		else if (what == 3)
			isup_circuit_usable(n->x, world_now, id, !on);
		else if (what == 4 && chance(200))
			isup_circuit_reset_soon(n->x, world_now, id);
		else if (what == 5 && chance(100))
			isup_circuit_reset(n->x, world_now, id);
		drain(node);
	}
	isup_circuit_query(n->x, world_now, n->line[first].id, 2);
	drain(node);
}

static void set_down(int a, int b, bool down)
{
	for (int i = 0; i < 2; i++) {
		w.down[a][b] = down;
		isup_mtp_available(w.node[a].x, world_now, code_of(b), !down);
		drain(a);
		int t = a;
		a = b;
		b = t;
	}
}

static void one_thing(void)
{
	int node = (int)rng_below(&w.rng, w.nodes);
	uint32_t what = rng_below(&w.rng, 1000);
	struct node *n = &w.node[node];
	int peer = node == 1 && w.nodes > 2 && chance(500) ? 2 : node == 1 ? 0 : 1;

	if (what < 350)
		new_call(node);
	else if (what < 365)
		maintain(node);
	else if (what < 367)
		set_down(node, peer, chance(400));
	else if (what < 368)
		restart(node);
	else if (what < 370)
		w.delay[node][peer] = 5 + rng_below(&w.rng, chance(300) ? 3000 : 60);
	else
		for (int i = 0; i < 12; i++) {
			struct line *l = &n->line[rng_below(&w.rng, n->nr)];
			if (l->role == CALLING || l->role == CALLED)
				talk(node, l);
			drain(node);
		}
	drain(node);
}

/* Time. -------------------------------------------------------------------------------------- */
static void deliver(struct wire *q, int from, int to)
{
	struct packet p = q->p[q->head];

	q->head = (q->head + 1) % MAX_PACKETS;
	q->nr--;
	if (!w.node[to].x)
		return;
	isup_rx(w.node[to].x, world_now, code_of(from), str_n(p.octets, p.len));
	drain(to);
}

static void pass(int64_t ms)
{
	tick_t until = tick_add_ms(world_now, ms);

	for (;;) {
		int from = 0, to = 0;
		struct wire *q = next_wire(&from, &to);
		tick_t at = q ? q->p[q->head].at : TICK_NEVER;
		tick_t due = TICK_NEVER;
		for (unsigned i = 0; i < w.nodes; i++)
			if (w.node[i].x)
				due = tick_min(due, isup_deadline(w.node[i].x));
		if (tick_before(until, tick_min(at, due)))
			break;
		world_now = tick_min(at, due);
		if (!tick_before(due, at)) {
			deliver(q, from, to);
			continue;
		}
		for (unsigned i = 0; i < w.nodes; i++) {
			if (!w.node[i].x)
				continue;
			isup_tick(w.node[i].x, world_now);
			drain((int)i);
		}
	}
	world_now = until;
}

/* Peace. ------------------------------------------------------------------------------------- */
static void hang_up_all(void)
{
	for (unsigned i = 0; i < w.nodes; i++)
		for (unsigned c = 0; c < w.node[i].nr; c++) {
			struct line *l = &w.node[i].line[c];
			if (l->role == FREE)
				continue;
			end_other((int)i, l);
			say((int)i, l, ISUP_REL);
			end(l);
			drain((int)i);
		}
}

static struct line *far_end(int node, const struct line *l)
{
	struct node *n = &w.node[l->to];

	for (unsigned i = 0; i < n->nr; i++)
		if (n->line[i].cic == l->cic && n->line[i].to == node)
			return &n->line[i];
	fail_msg("CIC %u has no far end", l->cic);
	return NULL;
}

static void check_ends(int node, struct line *l)
{
	struct line *f = far_end(node, l);
	struct isup_circuit_blocked a = isup_circuit_blocked(w.node[node].x, l->id);
	struct isup_circuit_blocked b = isup_circuit_blocked(w.node[l->to].x, f->id);
	enum isup_circuit_state s = isup_circuit_state(w.node[node].x, l->id);

	if (s != ISUP_IDLE || l->role != FREE || a.pending ||
	    a.local_maintenance != b.remote_maintenance || a.local_hardware != b.remote_hardware ||
	    a.unequipped)
		fail_msg(
			"node %d CIC %u is %s, role %d, blocks %d %d pending %d; far end sees %d %d",
			node, l->cic, isup_circuit_state_name(s), l->role, a.local_maintenance,
			a.local_hardware, a.pending, b.remote_maintenance, b.remote_hardware);
}

static void check_quiet(void)
{
	w.loss = 0;
	w.peace = true;
	for (int a = 0; a + 1 < (int)w.nodes; a++)
		set_down(a, a + 1, false);
	hang_up_all();
	pass(40 * 60000);
	hang_up_all();
	pass(40 * 60000);
	for (unsigned i = 0; i < w.nodes; i++) {
		for (unsigned c = 0; c < w.node[i].nr; c++)
			check_ends((int)i, &w.node[i].line[c]);
		assert_nothing_left(w.node[i].x);
	}
}

static void run_seed(uint64_t seed, unsigned nodes, uint32_t calls)
{
	uint32_t until = w.calls + calls;

	world_now = TICK_ZERO;
	world_v = seed % 3 ? &isup_itu : &isup_ansi95;
	w.rng = rng_seeded_init(&w.seed, seed);
	w.nodes = nodes;
	w.seed_nr = seed;
	w.peace = false;
	memset(w.down, 0, sizeof(w.down));
	memset(w.delay, 0, sizeof(w.delay));
	w.loss = (unsigned[]){ 0, 2, 20, 100 }[seed % 4];
	for (unsigned i = 0; i < nodes; i++)
		start((int)i);
	while (w.calls < until) {
		one_thing();
		pass(rng_below(&w.rng, chance(10) ? 60000 : 300));
	}
	check_quiet();
	for (unsigned i = 0; i < nodes; i++)
		mem_free(w.node[i].mem);
}

static uint64_t from_env(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoull(s, NULL, 10) : otherwise;
}

static void run(unsigned nodes)
{
	uint64_t calls = from_env("TG_ISUP_CALLS", 8000) / 2, only = from_env("TG_ISUP_SEED", 0);
	uint32_t before = w.calls;

	for (uint64_t seed = 1; w.calls - before < calls; seed++) {
		if (only && seed != only)
			seed = only;
		if (getenv("TG_ISUP_CALLS"))
			print_message("# seed %" PRIu64 ", %u nodes\n", seed, nodes);
		run_seed(seed, nodes, CALLS_A_SEED);
		if (only)
			break;
	}
}

static void test_two_exchanges(void **state)
{
	(void)state;
	run(2);
	print_message("# %u calls, %u answered, %u dual seizures, %u lost, %u restarts\n", w.calls,
		      w.answered, w.dual, w.lost, w.restarts);
	assert_true(w.answered > w.calls / 10 && w.dual > 100 && w.lost > 100 && w.restarts > 5);
}

static void test_tandem(void **state)
{
	(void)state;
	run(3);
	print_message("# %u calls, %u through the tandem; %u checks, %u in pieces, %u segmented\n",
		      w.calls, w.tandem, w.checks, w.pieces, w.segments);
	assert_true(w.checks > 500 && w.pieces > 300 && w.segments > 100);
	assert_true(w.tandem > 300);
}

static void an_hour(void)
{
	for (unsigned i = 0; i < 60; i++) {
		isup_circuit_reset(w.node[1].x, world_now, w.node[1].line[0].id); /* it is there */
		drain(1);
		pass(60000);
	}
}

/* What both have is idle, and blocked by node 0 as is said, at both ends; the rest is as node 0 has it. */
static void check_those_there(bool hardware)
{
	struct node *n = &w.node[0];

	for (unsigned i = 0; i < n->nr; i++) {
		struct isup_circuit_blocked a = isup_circuit_blocked(n->x, n->line[i].id), b;

		if (is_lacked(1, n->line[i].cic))
			continue;
		b = isup_circuit_blocked(w.node[1].x, far_end(0, &n->line[i])->id);
		assert_int_equal(isup_circuit_state(n->x, n->line[i].id), ISUP_IDLE);
		assert_false(a.pending);
		assert_int_equal(b.remote_hardware, a.local_hardware);
		assert_int_equal(b.remote_maintenance, a.local_maintenance);
		assert_int_equal(isup_circuit_is_free(n->x, n->line[i].id), !hardware);
	}
}

static void block_all(bool on)
{
	struct node *n = &w.node[0];

	for (unsigned i = 0; i < n->nr; i++) {
		isup_circuit_block(n->x, world_now, n->line[i].id, ISUP_HARDWARE, on);
		drain(0);
	}
	an_hour();
	check_those_there(on);
}

/* Q.764 2.8.2.2, 2.9.3.2: nobody answers for the groups, and they become single circuits. */
static void test_far_end_lacks_circuits(void **state)
{
	(void)state;
	memset(w.down, 0, sizeof(w.down));
	memset(w.delay, 0, sizeof(w.delay));
	for (unsigned variant = 0; variant < 2; variant++) {
		world_now = TICK_ZERO;
		world_v = variant ? &isup_ansi95 : &isup_itu;
		w.rng = rng_seeded_init(&w.seed, 1 + variant);
		w.nodes = 2;
		w.lacks = w.peace = true;
		w.loss = 0;
		start(0);
		start(1);
		block_all(true);
		block_all(false);
		reset_all(0);
		an_hour();
		check_those_there(false);
		for (unsigned i = 0; i < w.node[0].nr; i++)
			assert_int_equal(
				isup_circuit_blocked(w.node[0].x, w.node[0].line[i].id).unequipped,
				is_lacked(1, w.node[0].line[i].cic));
		for (int i = 0; i < 2; i++)
			mem_free(w.node[i].mem);
	}
	w.lacks = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_exchanges),
		cmocka_unit_test(test_tandem),
		cmocka_unit_test(test_far_end_lacks_circuits),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	for (size_t i = 0; i < MAX_NODES * MAX_NODES * NR_SLS; i++)
		free((&w.wire[0][0][0])[i].p);
	return rc;
}
