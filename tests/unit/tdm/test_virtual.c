/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The virtual span: a millisecond each way, its bounds, and the cut. */
#include "unit/support.h"
#include "tdm/span.h"

struct ends {
	struct mem *m;
	struct tdm_virtual *v;
	struct tdm_span a, b;
};

static struct ends ends_of(enum tdm_law law)
{
	struct ends e = { .m = mem_root("test") };

	e.v = tdm_virtual_new(e.m, TDM_E1, law);
	assert_non_null(e.v);
	e.a = tdm_virtual_end(e.v, 0);
	e.b = tdm_virtual_end(e.v, 1);
	return e;
}

static bool put(const struct tdm_span *s, uint8_t mark)
{
	struct tdm_block k;

	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		for (unsigned i = 0; i < TDM_BLOCK; i++)
			k.octet[ts][i] = (uint8_t)(mark + ts * TDM_BLOCK + i);
	return s->ops->write(s->self, &k);
}

/* The mark of the block that is read; -1: none, and idle filled in; -2: torn. */
static int get(const struct tdm_span *s)
{
	struct tdm_block k, idle;
	bool there;

	memset(&k, 0, sizeof(k));
	tdm_block_idle(&idle, s->law);
	there = s->ops->read(s->self, &k);
	if (memcmp(&k, &idle, sizeof(k)) == 0)
		return there ? tdm_idle(s->law) : -1;
	for (unsigned n = 0; n < sizeof(k); n++)
		if (k.octet[n / TDM_BLOCK][n % TDM_BLOCK] != (uint8_t)(k.octet[0][0] + n))
			return -2;
	return there ? k.octet[0][0] : -2;
}

static void test_a_millisecond_each_way(void **state)
{
	struct ends e = ends_of(TDM_ALAW);

	(void)state;
	assert_int_equal(e.a.law, TDM_ALAW);
	assert_int_equal(e.a.kind, TDM_E1);
	for (int t = 0; t < 1000; t++) {
		int before = t ? (t - 1) % 100 : TDM_IDLE_A;

		assert_int_equal(get(&e.a), t ? 100 + before : TDM_IDLE_A);
		assert_true(put(&e.a, (uint8_t)(t % 100)));
		assert_int_equal(get(&e.b), before);
		assert_true(put(&e.b, (uint8_t)(100 + t % 100)));
	}
	assert_int_equal(tdm_virtual_dropped(e.v, 0) + tdm_virtual_dropped(e.v, 1), 0);
	assert_int_equal(tdm_virtual_missed(e.v, 0) + tdm_virtual_missed(e.v, 1), 0);
	mem_free(e.m);
}

static void test_reader_behind_and_ahead(void **state)
{
	struct ends e = ends_of(TDM_MULAW);

	(void)state;
	for (int i = 1; i < TDM_VIRTUAL_MAX; i++)
		assert_true(put(&e.a, (uint8_t)i));
	assert_false(put(&e.a, 99));
	assert_int_equal(tdm_virtual_dropped(e.v, 0), 1);
	assert_int_equal(get(&e.b), TDM_IDLE_MU);
	for (int i = 1; i < TDM_VIRTUAL_MAX; i++)
		assert_int_equal(get(&e.b), i);
	assert_int_equal(get(&e.b), -1);
	assert_int_equal(tdm_virtual_missed(e.v, 1), 1);
	assert_true(put(&e.a, 7));
	assert_int_equal(get(&e.b), 7);
	mem_free(e.m);
}

static void test_cut(void **state)
{
	struct ends e = ends_of(TDM_ALAW);

	(void)state;
	assert_true(e.a.ops->up(e.a.self) && e.b.ops->up(e.b.self));
	put(&e.a, 1);
	tdm_virtual_cut(e.v, true);
	assert_false(e.a.ops->up(e.a.self) || e.b.ops->up(e.b.self));
	for (int i = 0; i < 20; i++) {
		assert_int_equal(get(&e.a), -1);
		assert_true(put(&e.a, 2));
		assert_int_equal(get(&e.b), -1);
		assert_true(put(&e.b, 3));
	}
	tdm_virtual_cut(e.v, false);
	assert_true(e.b.ops->up(e.b.self));
	for (int i = 0; i < 3; i++) { /* a millisecond each way, as at the start */
		assert_int_equal(get(&e.a), i ? 5 : TDM_IDLE_A);
		put(&e.a, 4);
		assert_int_equal(get(&e.b), i ? 4 : TDM_IDLE_A);
		put(&e.b, 5);
	}
	assert_int_equal(tdm_virtual_missed(e.v, 0) + tdm_virtual_dropped(e.v, 0), 0);
	mem_free(e.m);
}

static void walk(void *ctx)
{
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		tdm_virtual_new(m, TDM_T1, TDM_MULAW);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(walk, NULL), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_millisecond_each_way),
		cmocka_unit_test(test_reader_behind_and_ahead),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
