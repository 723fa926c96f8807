/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two stacks back to back over a wire that keeps the order and may lose: calls, releases in every
 * order, dual seizure on every circuit, losses, garbage. Both ends have no call and no timer at the
 * end, once the wire has been whole for long enough.
 */
#include "unit/isup/world.h"

#define CIRCUITS 16
#define WIRE	 256
#define A	 0
#define B	 1

struct packet {
	uint8_t len, octets[250];
};

struct end {
	struct isup *x;
	isup_circuit_id id[CIRCUITS];
	struct packet wire[WIRE]; /* towards this end */
	unsigned head, nr;
	int calls, rels, lost, idle, alarms;
};

static struct mem *mem;
static struct end end[2];
static int lose_type; /* messages of this type are lost */
static const uint32_t codes[2] = { 10, 20 };

static int setup(void **state)
{
	(void)state;
	world_now = TICK_ZERO;
	lose_type = 0;
	mem = mem_root("pair");
	memset(end, 0, sizeof(end));
	for (int e = A; e <= B; e++) {
		end[e].x = a_stack(mem, codes[e], codes[!e], CIRCUITS, end[e].id);
		assert_non_null(end[e].x);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void put_wire(struct end *to, struct str octets)
{
	struct packet *p = &to->wire[(to->head + to->nr) % WIRE];

	assert_true(to->nr < WIRE && octets.len <= sizeof(p->octets));
	to->nr++;
	p->len = (uint8_t)octets.len;
	memcpy(p->octets, octets.p, octets.len);
}

/* Takes what an end puts out; nothing is said to it. */
static void drain(int e)
{
	struct isup_out o;

	while (isup_next_out(end[e].x, &o)) {
		check_out(&o);
		end[e].lost += o.type == ISUP_OUT_LOST;
		end[e].idle += o.type == ISUP_OUT_IDLE;
		end[e].alarms += o.type == ISUP_OUT_ALARM;
		if (o.type == ISUP_OUT_CALL) {
			end[e].calls += o.msg->type == ISUP_IAM;
			end[e].rels += o.msg->type == ISUP_REL;
		}
		if (o.type == ISUP_OUT_SEND && o.msg->type != lose_type)
			put_wire(&end[!e], o.octets);
	}
}

static bool deliver(int e)
{
	struct packet p;

	if (end[e].nr == 0)
		return false;
	p = end[e].wire[end[e].head];
	end[e].head = (end[e].head + 1) % WIRE;
	end[e].nr--;
	isup_rx(end[e].x, world_now, codes[!e], str_n(p.octets, p.len));
	drain(e);
	return true;
}

static void settle(void)
{
	drain(A);
	drain(B);
	while (deliver(A) || deliver(B))
		;
}

/* Lets `ms` pass. */
static void pass(int64_t ms)
{
	tick_t until = tick_add_ms(world_now, ms);

	settle();
	for (;;) {
		tick_t at = tick_min(isup_deadline(end[A].x), isup_deadline(end[B].x));
		if (tick_before(until, at))
			break;
		world_now = at;
		for (int e = A; e <= B; e++) {
			isup_tick(end[e].x, world_now);
			drain(e);
		}
		settle();
	}
	world_now = until;
}

static enum isup_circuit_state state_of(int e, int c)
{
	return isup_circuit_state(end[e].x, end[e].id[c]);
}

static void say(int e, int c, uint8_t type)
{
	assert_int_equal(tx(end[e].x, end[e].id[c], type), 0);
	drain(e);
}

static void assert_quiet(void)
{
	assert_nothing_left(end[A].x);
	assert_nothing_left(end[B].x);
}

static void test_call(void **state)
{
	(void)state;
	say(A, 0, ISUP_IAM);
	settle();
	assert_int_equal(state_of(B, 0), ISUP_IN_SEIZED);
	say(B, 0, ISUP_ACM);
	settle();
	assert_int_equal(state_of(A, 0), ISUP_OUT_ADDRESSED);
	say(B, 0, ISUP_CPG);
	say(B, 0, ISUP_ANM);
	settle();
	assert_int_equal(state_of(A, 0), ISUP_OUT_ANSWERED);
	assert_int_equal(state_of(B, 0), ISUP_IN_ANSWERED);
	say(A, 0, ISUP_REL);
	settle();
	assert_int_equal(end[B].rels, 1);
	assert_int_equal(end[A].rels, 0);
	assert_int_equal(end[A].idle + end[B].idle, 2);
	assert_quiet();
}

/* The moments of a call; `backward` is what B has sent by then. */
static void call_up_to(int c, int moment)
{
	static const uint8_t backward[] = { ISUP_ACM, ISUP_CPG, ISUP_ANM };

	say(A, c, ISUP_IAM);
	settle();
	for (int i = 0; i < moment; i++) {
		say(B, c, backward[i]);
		settle();
	}
}

/* A releases, B does, or both before either hears, at each moment, in each order of the wire. */
static void test_every_release(void **state)
{
	(void)state;
	for (int moment = 0; moment <= 3; moment++)
		for (int who = 1; who <= 3; who++)
			for (int first = A; first <= B; first++) {
				call_up_to(2, moment);
				if (who & 1)
					say(A, 2, ISUP_REL);
				if (who & 2)
					say(B, 2, ISUP_REL);
				deliver(first);
				settle();
				assert_quiet();
			}
	/* a collision presents no REL */
	assert_int_equal(end[A].rels, 8);
	assert_int_equal(end[B].rels, 8);
	assert_int_equal(end[A].alarms + end[B].alarms, 0);
}

/* REL meets the answer, CON or ACM on the wire. */
static void test_release_meets(void **state)
{
	static const uint8_t meets[] = { ISUP_ACM, ISUP_CON };

	(void)state;
	for (size_t i = 0; i < NR_OF(meets); i++) {
		call_up_to(0, 0);
		say(A, 0, ISUP_REL);
		say(B, 0, meets[i]);
		settle();
		assert_quiet();
	}
	call_up_to(0, 1);
	say(A, 0, ISUP_REL);
	say(B, 0, ISUP_ANM);
	settle();
	assert_quiet();
	assert_int_equal(end[B].rels, 3);
}

/* Both seize every circuit: each ends with one call, from who controls it. */
static void test_dual_seizure(void **state)
{
	(void)state;
	for (int c = 0; c < CIRCUITS; c++) {
		say(A, c, ISUP_IAM);
		say(B, c, ISUP_IAM);
	}
	settle();
	for (int c = 0; c < CIRCUITS; c++) {
		int ours = isup_circuit_is_ours(end[A].x, end[A].id[c]) ? A : B;
		assert_int_not_equal(isup_circuit_is_ours(end[B].x, end[B].id[c]), ours == A);
		assert_int_equal(state_of(ours, c), ISUP_OUT_SEIZED);
		assert_int_equal(state_of(!ours, c), ISUP_IN_SEIZED);
		say(!ours, c, ISUP_CON);
	}
	assert_int_equal(end[A].lost, CIRCUITS / 2);
	assert_int_equal(end[B].lost, CIRCUITS / 2);
	assert_int_equal(end[A].calls, CIRCUITS / 2);
	assert_int_equal(end[B].calls, CIRCUITS / 2);
	for (int c = 0; c < CIRCUITS; c++)
		say(c % 2, c, ISUP_REL);
	settle();
	assert_quiet();
}

/* The wire loses one kind of message for a while: timers bring both ends back. */
static void test_losses(void **state)
{
	static const uint8_t lost[] = {
		ISUP_REL, ISUP_RLC, ISUP_RSC, ISUP_IAM, ISUP_ACM, ISUP_ANM
	};
	static const int64_t long_ms[] = { 40000, 400000, 1000000 };

	(void)state;
	for (size_t t = 0; t < NR_OF(lost); t++)
		for (size_t l = 0; l < NR_OF(long_ms); l++) {
			lose_type = lost[t];
			say(A, 0, ISUP_IAM);
			settle();
			if (state_of(B, 0) == ISUP_IN_SEIZED)
				say(B, 0, ISUP_ACM);
			settle();
			if (state_of(B, 0) == ISUP_IN_ADDRESSED)
				say(B, 0, ISUP_ANM);
			settle();
			say(A, 0, ISUP_REL);
			isup_circuit_reset(end[B].x, world_now, end[B].id[1]);
			pass(long_ms[l]);
			lose_type = 0;
			pass(400000);
			assert_quiet();
		}
}

/* Both ends reset a circuit of a call at the same time. */
static void test_both_reset(void **state)
{
	(void)state;
	call_up_to(0, 3);
	isup_circuit_reset(end[A].x, world_now, end[A].id[0]);
	isup_circuit_reset(end[B].x, world_now, end[B].id[0]);
	settle();
	assert_quiet();
	assert_int_equal(end[A].rels + end[B].rels, 2);
	/* reset meets release */
	call_up_to(0, 3);
	say(A, 0, ISUP_REL);
	isup_circuit_reset(end[B].x, world_now, end[B].id[0]);
	settle();
	assert_quiet();
}

/* Octets that were never a message, into every state. */
static void test_garbage(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded_init(&s, 7);

	(void)state;
	for (int round = 0; round < 300; round++) {
		int moment = (int)rng_below(&r, 4);
		call_up_to(0, moment);
		for (int i = 0; i < 20; i++) {
			uint8_t buf[40];
			r.fill(r.ctx, buf, sizeof(buf));
			buf[0] = 1;
			buf[1] = 0;
			buf[2] &= 0x3f;
			put_wire(&end[rng_below(&r, 2)], str_n(buf, 3 + rng_below(&r, 37)));
			settle();
		}
		for (int e = A; e <= B; e++)
			isup_circuit_reset(end[e].x, world_now, end[e].id[0]);
		pass(400000);
		assert_quiet();
	}
}

/* Users at random on a wire that loses: afterwards nothing is left. */
static void random_user(const struct rng *r)
{
	static const uint8_t types[] = {
		ISUP_IAM, ISUP_IAM, ISUP_ACM, ISUP_CPG, ISUP_ANM, ISUP_CON,
		ISUP_SUS, ISUP_RES, ISUP_SAM, ISUP_INR, ISUP_REL, ISUP_REL
	};
	int e = (int)rng_below(r, 2), c = (int)rng_below(r, 4);

	switch (rng_below(r, 100)) {
	case 0:
		isup_circuit_reset(end[e].x, world_now, end[e].id[c]);
		break;
	case 1:
		isup_circuit_usable(end[e].x, world_now, end[e].id[c], rng_below(r, 4) != 0);
		break;
	case 2:
		isup_mtp_available(end[e].x, world_now, codes[!e], rng_below(r, 4) != 0);
		break;
	case 3:
		rx_from(end[e].x, codes[!e], (uint8_t[]){ ISUP_BLO, ISUP_UBL, ISUP_UCIC }[c % 3],
			(uint16_t)(c + 1));
		break;
	default:
		tx(end[e].x, end[e].id[c], types[rng_below(r, NR_OF(types))]);
	}
	drain(e);
}

/* Whatever a user has taken away is there again. */
static void restore_all(void)
{
	for (int e = A; e <= B; e++) {
		isup_mtp_available(end[e].x, world_now, codes[!e], true);
		for (int c = 0; c < CIRCUITS; c++) {
			isup_circuit_usable(end[e].x, world_now, end[e].id[c], true);
			rx_from(end[e].x, codes[!e], ISUP_UBL, (uint16_t)(c + 1));
			drain(e);
		}
	}
}

static void hang_up_all(void)
{
	for (int e = A; e <= B; e++)
		for (int c = 0; c < CIRCUITS; c++) {
			tx(end[e].x, end[e].id[c], ISUP_REL);
			drain(e);
		}
}

static void test_random(void **state)
{
	static const uint8_t lost[] = { ISUP_IAM, ISUP_ACM, ISUP_REL, ISUP_RLC, ISUP_RSC };
	int answered = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct rng_seeded s;
		struct rng r = rng_seeded_init(&s, seed);
		for (int i = 0; i < 600; i++) {
			random_user(&r);
			lose_type = rng_below(&r, 10) == 0 ? lost[rng_below(&r, NR_OF(lost))] : 0;
			for (uint32_t n = rng_below(&r, 6); n > 0; n--)
				deliver((int)rng_below(&r, 2));
			if (rng_below(&r, 10) == 0)
				pass(rng_below(&r, 30000));
		}
		lose_type = 0;
		settle();
		for (int c = 0; c < CIRCUITS; c++)
			answered += state_of(A, c) == ISUP_OUT_ANSWERED ||
				    state_of(A, c) == ISUP_IN_ANSWERED;
		hang_up_all();
		pass(700000);
		assert_quiet();
		restore_all();
	}
	print_message("# %d answered at the end, %d lost, %d incoming, %d alarms\n", answered,
		      end[A].lost, end[B].calls, end[A].alarms);
	assert_true(answered > 4 && end[A].lost > 10 && end[B].calls > 100);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_call),	T(test_every_release), T(test_release_meets), T(test_dual_seizure),
		T(test_losses), T(test_both_reset),    T(test_garbage),	      T(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
