/* SPDX-License-Identifier: GPL-3.0-or-later */
/* qos: preconditions in offers and answers, RFC 3312 4 to 6 and its examples. */
#include "sdp/qos.h"
#include "unit/support.h"

static struct sdp_qos q;

static void line(const char *name, const char *value)
{
	sdp_qos_line(&q, str_of(name), str_of(value));
}

static const char *printed(const struct sdp_qos *x)
{
	static char buf[1000];
	struct wr w = wr_init(buf, sizeof(buf) - 1);

	sdp_qos_print(&w, x);
	buf[w.len] = '\0';
	return buf;
}

/* 5.1.1, table 2 */
static void test_example(void **state)
{
	static const char text[] =
		"a=curr:qos local none\r\na=curr:qos remote none\r\n"
		"a=des:qos none local sendrecv\r\na=des:qos optional remote send\r\n"
		"a=des:qos none remote recv\r\n";

	(void)state;
	q = (struct sdp_qos){ 0 };
	line("curr", "qos local none");
	line("curr", "qos remote none");
	line("des", "qos optional remote send");
	line("des", "qos none remote recv");
	line("des", "qos none local sendrecv");
	assert_string_equal(printed(&q), text);
	assert_true(sdp_qos_is_met(&q));
}

/* 13.1: end-to-end; what is not reserved is to be confirmed. */
static void test_answer(void **state)
{
	struct sdp_qos a;

	(void)state;
	q = (struct sdp_qos){ 0 };
	line("curr", "qos e2e none");
	line("des", "qos mandatory e2e sendrecv");
	assert_false(sdp_qos_is_met(&q));
	sdp_qos_answer(&q, &a);
	assert_string_equal(printed(&a),
			    "a=curr:qos e2e none\r\na=des:qos mandatory e2e sendrecv\r\n"
			    "a=conf:qos e2e sendrecv\r\n");
	line("curr", "qos e2e send");
	sdp_qos_answer(&q, &a);
	assert_string_equal(printed(&a),
			    "a=curr:qos e2e recv\r\na=des:qos mandatory e2e sendrecv\r\n"
			    "a=conf:qos e2e send\r\n");
	line("curr", "qos e2e sendrecv");
	sdp_qos_answer(&q, &a);
	assert_true(sdp_qos_is_met(&a));
}

/* Ours is reserved; theirs is as they say. */
static void test_segments(void **state)
{
	struct sdp_qos a;

	(void)state;
	q = (struct sdp_qos){ 0 };
	line("curr", "qos local send");
	line("des", "qos mandatory local sendrecv");
	line("des", "qos optional remote sendrecv");
	sdp_qos_answer(&q, &a);
	assert_string_equal(printed(&a),
			    "a=curr:qos local sendrecv\r\na=curr:qos remote recv\r\n"
			    "a=des:qos optional local sendrecv\r\n"
			    "a=des:qos mandatory remote sendrecv\r\na=conf:qos remote send\r\n");
	assert_false(sdp_qos_is_met(&a));
	q = (struct sdp_qos){ 0 };
	sdp_qos_answer(&q, &a);
	assert_string_equal(printed(&a), "");
}

static void test_odd(void **state)
{
	(void)state;
	q = (struct sdp_qos){ 0 };
	line("curr", "qos");
	line("curr", "qos nowhere send");
	line("curr", "qos local sideways");
	line("des", "qos failure e2e sendrecv");
	line("des", "security optional e2e sendrecv");
	line("ptime", "20");
	line("des", "");
	assert_int_equal(q.used, 0);
	assert_true(sdp_qos_is_met(&q));
	line("des", "security mandatory e2e sendrecv");
	assert_false(sdp_qos_is_met(&q));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_odd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
