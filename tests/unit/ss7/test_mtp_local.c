/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mtp_local: order, bound, who is told what when points come and go. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/base/err.h>

#include "ss7/mtp.h"
#include "unit/support.h"

static struct mem *mem;
static struct mtp_local *l;

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	l = mtp_local_new(mem, 3);
	assert_non_null(l);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static int send(uint32_t opc, uint32_t dpc, const char *octets)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = opc, .dpc = dpc, .sls = 7, .si = MTP_SI_ISUP },
			      .sif = str_of(octets) };
	return mtp_local_tx(l, &p);
}

/* "2<RESUME 1; 2<1 hello; " */
static const char *all(void)
{
	static char text[8000];
	struct mtp_prim p;
	uint32_t to;
	size_t len = 0;

	text[0] = '\0';
	while (mtp_local_next(l, &to, &p)) {
		if (p.type == MTP_TRANSFER)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%u<%u " STR_FMT "; ", to, p.label.opc,
						STR_ARG(p.sif));
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%u<%s %u; ", to,
						p.type == MTP_RESUME ? "RESUME" : "PAUSE",
						p.label.dpc);
	}
	return text;
}

static void test_order(void **state)
{
	(void)state;
	assert_int_equal(mtp_local_attach(l, 1), 0);
	assert_int_equal(mtp_local_attach(l, 1), TG_EEXIST);
	assert_int_equal(mtp_local_attach(l, 2), 0);
	assert_string_equal(all(), "1<RESUME 2; ");
	for (int round = 0; round < 5; round++) {
		assert_int_equal(send(1, 2, "a"), 0);
		assert_int_equal(send(2, 1, "b"), 0);
		assert_int_equal(send(1, 2, "c"), 0);
		assert_string_equal(all(), "2<1 a; 1<2 b; 2<1 c; ");
	}
	assert_int_equal(send(1, 1, "to myself"), 0);
	assert_string_equal(all(), "1<1 to myself; ");
	assert_int_equal(mtp_local_dropped(l), 0);
}

static void test_bound(void **state)
{
	struct mtp_prim p;
	uint32_t to;

	(void)state;
	mtp_local_attach(l, 1);
	mtp_local_attach(l, 2);
	all();
	assert_int_equal(send(1, 2, "a") | send(1, 2, "b") | send(1, 2, "c"), 0);
	assert_int_equal(send(1, 2, "d"), TG_ELIMIT);
	assert_int_equal(mtp_local_dropped(l), 1);
	assert_true(mtp_local_next(l, &to, &p));
	assert_int_equal(p.label.sls, 7);
	assert_int_equal(send(1, 2, "e"), 0);
	assert_str_equal(p.sif, STR("a")); /* the view holds */
	assert_string_equal(all(), "2<1 b; 2<1 c; 2<1 e; ");
}

static void test_refused(void **state)
{
	static const char octets[MTP_MAX_SIF + 1];
	struct mtp_prim p = { .type = MTP_PAUSE, .label = { .opc = 1, .dpc = 2 } };

	(void)state;
	assert_null(mtp_local_new(mem, 0));
	mtp_local_attach(l, 1);
	mtp_local_attach(l, 2);
	all();
	assert_int_equal(mtp_local_tx(l, &p), TG_EINVAL);
	p.type = MTP_TRANSFER;
	p.sif = str_n(octets, sizeof(octets));
	assert_int_equal(mtp_local_tx(l, &p), TG_EINVAL);
	p.sif.len--;
	assert_int_equal(mtp_local_tx(l, &p), 0);
	assert_int_equal(send(1, 3, "x"), TG_ENOENT);
	assert_int_equal(send(3, 1, "x"), TG_ENOENT);
	assert_int_equal(mtp_local_dropped(l), 2);
}

static void test_come_and_go(void **state)
{
	(void)state;
	mtp_local_attach(l, 1);
	mtp_local_attach(l, 2);
	mtp_local_attach(l, 3);
	assert_string_equal(all(), "1<RESUME 2; 1<RESUME 3; 2<RESUME 3; ");
	send(2, 1, "last words");
	send(1, 2, "to nobody");
	send(1, 3, "hello");
	mtp_local_detach(l, 2);
	mtp_local_detach(l, 2);
	mtp_local_detach(l, 77);
	assert_string_equal(all(), "1<PAUSE 2; 3<PAUSE 2; 3<1 hello; ");
	assert_int_equal(mtp_local_dropped(l), 2);
	mtp_local_attach(l, 2);
	assert_string_equal(all(), "1<RESUME 2; 3<RESUME 2; ");
	/* gone and back before anybody looked: nothing to tell */
	mtp_local_detach(l, 2);
	mtp_local_attach(l, 2);
	assert_string_equal(all(), "");
}

static void test_many_points(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < MTP_LOCAL_POINTS; i++)
		assert_int_equal(mtp_local_attach(l, 100 + i), 0);
	assert_int_equal(mtp_local_attach(l, 1), TG_ELIMIT);
	all();
	mtp_local_detach(l, 105);
	assert_int_equal(mtp_local_attach(l, 1), TG_ELIMIT); /* not all have heard of it */
	all();
	assert_int_equal(mtp_local_attach(l, 1), 0);
	assert_non_null(strstr(all(), "100<RESUME 1; "));
	assert_int_equal(send(100, 1, "a"), 0);
	assert_int_equal(send(100, 105, "b"), TG_ENOENT);
	assert_string_equal(all(), "1<100 a; ");
}

static void once(void *ctx)
{
	struct mem *m = mem_root("walk");
	struct mtp_local *k = m ? mtp_local_new(m, 10) : NULL;

	(void)ctx;
	if (k)
		assert_int_equal(mtp_local_attach(k, 1), 0);
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(once, NULL), 2);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_order),	     T(test_bound),	  T(test_refused),
		T(test_come_and_go), T(test_many_points), cmocka_unit_test(test_allocations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
