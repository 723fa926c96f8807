/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cursor: the last octet, the one after it, and what a sticky error leaves behind. */
#include "base/cursor.h"
#include "unit/support.h"

static void test_reads_straight_through(void **state)
{
	struct rd r = rd_init(OCTETS("01 0203 0504 06070809 0a0b 0c"));

	(void)state;
	assert_int_equal(rd_u8(&r), 1);
	assert_int_equal(rd_be16(&r), 0x0203);
	assert_int_equal(rd_le16(&r), 0x0405);
	assert_int_equal(rd_be32(&r), 0x06070809);
	assert_int_equal(rd_at(&r), 9);
	assert_octets_equal(rd_bytes(&r, 2), OCTETS("0a0b"));
	assert_octets_equal(rd_rest(&r), OCTETS("0c"));
	assert_int_equal(rd_left(&r), 0);
	assert_int_equal(rd_rest(&r).len, 0);
	assert_int_equal(rd_bytes(&r, 0).len, 0);
	assert_false(r.err);
}

static void test_high_bits(void **state)
{
	struct rd r = rd_init(OCTETS("ff ffff ffff ffffffff"));

	(void)state;
	assert_int_equal(rd_u8(&r), 0xff);
	assert_int_equal(rd_be16(&r), 0xffff);
	assert_int_equal(rd_le16(&r), 0xffff);
	assert_true(rd_be32(&r) == 0xffffffffu);
}

/* Each read with one octet too few: zero, an error, and nothing is left. */
static void assert_short(struct rd *r, uint32_t got)
{
	assert_int_equal(got, 0);
	assert_true(r->err);
	assert_int_equal(rd_left(r), 0);
	assert_int_equal(rd_u8(r), 0);
	assert_int_equal(rd_bytes(r, 0).len, 0);
	assert_true(r->err);
}

static void test_one_octet_too_few(void **state)
{
	struct rd r;

	(void)state;
	r = rd_init(str_n(NULL, 0));
	assert_short(&r, rd_u8(&r));
	r = rd_init(OCTETS("ff"));
	assert_short(&r, rd_be16(&r));
	r = rd_init(OCTETS("ff"));
	assert_short(&r, rd_le16(&r));
	r = rd_init(OCTETS("ffffff"));
	assert_short(&r, rd_be32(&r));
	assert_int_equal(rd_at(&r), 3);
	r = rd_init(OCTETS("ffffff"));
	assert_short(&r, (uint32_t)rd_bytes(&r, 4).len);
	r = rd_init(OCTETS("ffffff"));
	assert_short(&r, (uint32_t)rd_bytes(&r, SIZE_MAX).len);
}

static void test_the_error_sticks(void **state)
{
	struct rd r = rd_init(OCTETS("01 02"));

	(void)state;
	rd_be32(&r);
	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_rest(&r).len, 0);
	assert_true(r.err);
}

static void test_writes_straight_through(void **state)
{
	uint8_t buf[32];
	struct wr w = wr_init(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 0x01);
	wr_be16(&w, 0x0203);
	wr_le16(&w, 0x0405);
	wr_be32(&w, 0xf6070809);
	wr_s(&w, OCTETS("0a0b"));
	wr_bytes(&w, NULL, 0);
	wr_s(&w, str_n(NULL, 0));
	wr_set_u8(&w, 0, 0xff);
	assert_false(w.err);
	assert_octets_equal(wr_str(&w), OCTETS("ff 0203 0504 f6070809 0a0b"));
}

static void test_writes_text(void **state)
{
	char buf[64];
	struct wr w = wr_init(buf, sizeof(buf));

	(void)state;
	wr_z(&w, "a=");
	wr_u(&w, 0);
	wr_u(&w, 1234567890);
	wr_u(&w, UINT64_MAX);
	wr_f(&w, ";%s=%d", "b", -5);
	assert_false(w.err);
	assert_str_equal(wr_str(&w), STR("a=0123456789018446744073709551615;b=-5"));
}

static void test_exact_room(void **state)
{
	char buf[6] = "#####";
	struct wr w = wr_init(buf, 5);

	(void)state;
	wr_f(&w, "%s", "abcde");
	assert_false(w.err);
	assert_str_equal(wr_str(&w), STR("abcde"));
	wr_bytes(&w, "", 0);
	assert_false(w.err);
	assert_int_equal(buf[5], '\0');
}

/* Too long: nothing of it is written, and nothing that would still fit either. */
static void test_no_room(void **state)
{
	char buf[4] = "####";
	struct wr w = wr_init(buf, 3);

	(void)state;
	wr_be32(&w, 0x41414141);
	assert_true(w.err);
	wr_u8(&w, 'B');
	wr_z(&w, "C");
	wr_f(&w, "D");
	wr_u(&w, 1);
	assert_int_equal(w.len, 0);
	assert_memory_equal(buf, "####", 4);
	w = wr_init(NULL, 0);
	wr_s(&w, str_n(NULL, 0));
	assert_false(w.err);
	wr_u8(&w, 1);
	assert_true(w.err);
	w = wr_init(buf, 3);
	wr_bytes(&w, buf, SIZE_MAX);
	assert_true(w.err);
}

static void test_set_behind_the_end(void **state)
{
	uint8_t buf[4] = { 0 };
	struct wr w = wr_init(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 1);
	wr_set_u8(&w, 1, 9);
	assert_true(w.err);
	assert_int_equal(buf[1], 0);
}

static void test_long_format(void **state)
{
	static char buf[2 * WR_F_MAX];
	struct wr w = wr_init(buf, sizeof(buf));

	(void)state;
	wr_f(&w, "%*d", WR_F_MAX, 7);
	assert_false(w.err);
	assert_int_equal(w.len, WR_F_MAX);
	assert_int_equal(buf[WR_F_MAX - 1], '7');
	wr_f(&w, "%*d", WR_F_MAX + 1, 7);
	assert_true(w.err);
	assert_int_equal(w.len, WR_F_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_straight_through),
		cmocka_unit_test(test_high_bits),
		cmocka_unit_test(test_one_octet_too_few),
		cmocka_unit_test(test_the_error_sticks),
		cmocka_unit_test(test_writes_straight_through),
		cmocka_unit_test(test_writes_text),
		cmocka_unit_test(test_exact_room),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_set_behind_the_end),
		cmocka_unit_test(test_long_format),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
