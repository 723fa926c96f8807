/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TDM over Ethernet: the packet as DAHDI has it, two ends, packets that are lost, change places or are of
 * another form. */
#include "unit/support.h"
#include "tdm/mac.h"
#include "tdm/tdmoe.h"

static uint8_t octet_of(uint32_t ms, unsigned ts, unsigned i)
{
	return (uint8_t)(ms * 37 + ts * 5 + i);
}

static void fill(struct tdm_block *b, uint32_t ms)
{
	for (unsigned ts = 1; ts < TDM_MAX_TS; ts++)
		for (unsigned i = 0; i < TDM_BLOCK; i++)
			b->octet[ts][i] = octet_of(ms, ts, i);
}

static const struct tdm_tdmoe_cfg e1 = { .subaddr = 0x102, .depth_ms = 4, .max_depth_ms = 32 };

static void test_packet(void **state)
{
	struct mem *m = mem_root("test");
	struct tdm_tdmoe *t = tdm_tdmoe_new(m, &e1);
	struct tdm_block b = { 0 };
	struct str out;

	(void)state;
	tdm_tdmoe_write(t, &b);
	fill(&b, 1);
	out = tdm_tdmoe_write(t, &b);
	assert_int_equal(out.len, 8 + 16 + 31 * 8);
	/* sub-address, 8 samples, RAI and signalling bits, the second, 31 channels */
	assert_octets_equal(str_n(out.p, 8), OCTETS("01 02 08 03 00 01 00 1f"));
	assert_int_equal((uint8_t)out.p[8 + 16 + 8], octet_of(1, 2, 0));
	assert_int_equal((uint8_t)out.p[8 + 16 + 31 * 8 - 1], octet_of(1, 31, 7));
	mem_free(m);
}

/* Each `lose`th packet is lost; two of the others change places. */
static void talk(const struct tdm_tdmoe_cfg *k, unsigned lose)
{
	struct mem *m = mem_root("test");
	struct tdm_tdmoe *end[2] = { tdm_tdmoe_new(m, k), tdm_tdmoe_new(m, k) };
	uint8_t kept[2][TDM_TDMOE_MAX];
	struct tdm_status s;
	unsigned there = 0;

	for (uint32_t ms = 0; ms < 70000; ms++)
		for (int e = 0; e < 2; e++) {
			struct tdm_block b = { 0 };
			struct str out;

			if (tdm_tdmoe_read(end[e], &b)) {
				there++;
				for (unsigned i = 0; !lose && i < 8; i++)
					assert_int_equal((uint8_t)(b.octet[3][i] - b.octet[1][0]),
							 10 + i);
			}
			fill(&b, ms);
			out = tdm_tdmoe_write(end[e], &b);
			if (lose && ms % lose == 1)
				continue;
			if (ms % 100 == 50) {
				memcpy(kept[e], out.p, out.len);
				continue;
			}
			tdm_tdmoe_rx(end[!e], out);
			if (ms % 100 == 51)
				tdm_tdmoe_rx(end[!e], str_n(kept[e], out.len));
		}
	assert_true(there > 2 * 70000 - 100);
	tdm_tdmoe_status(end[0], &s);
	assert_int_equal(s.alarms, 0);
	assert_int_equal(s.malformed, 0);
	assert_int_equal(s.underruns, 0);
	assert_true(s.reordered > 600 && (lose || s.late == 0));
	assert_true(lose ? s.lost > 8 * 1000 : s.lost == 0);
	mem_free(m);
}

static void test_two_ends(void **state)
{
	struct tdm_tdmoe_cfg t1 = {
		.kind = TDM_T1, .law = TDM_MULAW, .depth_ms = 4, .max_depth_ms = 32
	};

	(void)state;
	talk(&e1, 0); /* the counter wraps */
	talk(&t1, 61);
}

static void test_what_does_not_fit(void **state)
{
	static const struct {
		const char *octets, *why;
	} rows[] = {
		{ "01 02 08", "it is too short" },
		{ "01 02 04 00 00 00 00 1f", "another number of samples than 8" },
		{ "01 02 08 00 00 00 00 18", "another number of channels" },
		{ "01 02 08 00 00 00 00 1f 55", "it is too short" },
		{ "01 02 08 02 00 00 00 1f 00 00", "it is too short" },
	};
	struct mem *m = mem_root("test");
	struct tdm_status s;

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct tdm_tdmoe *t = tdm_tdmoe_new(m, &e1);
		struct tdm_block b;

		tdm_tdmoe_rx(t, OCTETS(rows[i].octets));
		tdm_tdmoe_read(t, &b);
		assert_string_equal(tdm_tdmoe_wrong(t), rows[i].why);
		assert_true(tdm_tdmoe_alarms(t) & TDM_MISMATCH);
		tdm_tdmoe_rx(t, OCTETS("01 03 08 00 00 00 00 1f")); /* another span's: not heard */
		tdm_tdmoe_status(t, &s);
		assert_int_equal(s.malformed, 1);
	}
	mem_free(m);
}

static void test_mac(void **state)
{
	static const char *const bad[] = { "",
					   "00:11:22:33:44",
					   "0:1:2:3:4:5:6",
					   "00:11:22:33:44:5g",
					   "01:00:5e:00:00:01",
					   "000:1:2:3:4:5",
					   "0:1:2:3:4:" };
	char text[TDM_MAC_TEXT_MAX];
	uint8_t mac[TDM_MAC_LEN];

	(void)state;
	assert_true(tdm_mac_parse(STR("0:1F:a2:33:44:ff"), mac));
	assert_string_equal(tdm_mac_print(mac, text), "00:1f:a2:33:44:ff");
	for (size_t i = 0; i < NR_OF(bad); i++)
		assert_false(tdm_mac_parse(str_of(bad[i]), mac));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packet),
		cmocka_unit_test(test_two_ends),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
