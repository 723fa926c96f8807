/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP packets: vectors of RFC 3550 5.1 and 5.3.1, and what must be refused (A.1). */
#include "unit/support.h"
#include "rtp/packet.h"

#define HEADER "80 08 12 34 00 00 01 00 de ad be ef "

static void test_plain(void **state)
{
	struct rtp_packet p;

	(void)state;
	assert_int_equal(rtp_packet_dec(&p, OCTETS(HEADER "01 02 03"), NULL), 0);
	assert_int_equal(p.pt, 8);
	assert_false(p.marker);
	assert_int_equal(p.seq, 0x1234);
	assert_int_equal(p.timestamp, 256);
	assert_int_equal(p.ssrc, 0xdeadbeef);
	assert_octets_equal(p.payload, OCTETS("01 02 03"));
	assert_int_equal(rtp_packet_dec(&p, OCTETS(HEADER), NULL), 0);
	assert_int_equal(p.payload.len, 0);
}

static void test_all_parts(void **state)
{
	/* Marker, two CSRC, an extension of one word, two octets of padding. */
	const char *hex = "b2 88 00 01 00 00 00 02 00 00 00 03 11 11 11 11 22 22 22 22 "
			  "be de 00 01 51 52 53 54 aa bb 00 02";
	struct rtp_packet p;

	(void)state;
	assert_int_equal(rtp_packet_dec(&p, OCTETS(hex), NULL), 0);
	assert_true(p.marker);
	assert_octets_equal(p.csrc, OCTETS("11 11 11 11 22 22 22 22"));
	assert_true(p.has_ext);
	assert_int_equal(p.ext_profile, 0xbede);
	assert_octets_equal(p.ext, OCTETS("51 52 53 54"));
	assert_octets_equal(p.payload, OCTETS("aa bb"));
}

static void test_refused(void **state)
{
	static const struct {
		const char *hex;
		int err;
	} cases[] = {
		{ "", TG_ETRUNC },
		{ "80 08 12 34 00 00 01 00 de ad be", TG_ETRUNC },
		{ "00 08 12 34 00 00 01 00 de ad be ef", TG_EPROTO },
		{ "40 08 12 34 00 00 01 00 de ad be ef", TG_EPROTO },
		{ "c0 08 12 34 00 00 01 00 de ad be ef", TG_EPROTO },
		{ "81 08 12 34 00 00 01 00 de ad be ef 00 00 00", TG_ETRUNC }, /* CSRC */
		{ "90 08 12 34 00 00 01 00 de ad be ef be de 00", TG_ETRUNC },
		{ "90 08 12 34 00 00 01 00 de ad be ef be de 00 01 00 00 00", TG_ETRUNC },
		{ "90 08 12 34 00 00 01 00 de ad be ef be de ff ff 00 00 00 00", TG_ETRUNC },
		{ "a0 08 12 34 00 00 01 00 de ad be ef", TG_EINVAL },	    /* padding of none */
		{ "a0 08 12 34 00 00 01 00 de ad be ef 00", TG_EINVAL },    /* of 0 */
		{ "a0 08 12 34 00 00 01 00 de ad be ef 00 03", TG_EINVAL }, /* of 3 in 2 */
	};
	struct rtp_packet p;

	(void)state;
	for (size_t i = 0; i < NR_OF(cases); i++) {
		struct tg_diag d = TG_DIAG_NONE;

		assert_int_equal(rtp_packet_dec(&p, OCTETS(cases[i].hex), &d), cases[i].err);
		assert_true(d.text[0] != 0 && d.clause[0] != 0);
	}
	assert_int_equal(rtp_packet_dec(&p, OCTETS("a0 08 12 34 00 00 01 00 de ad be ef 01"), NULL),
			 0);
	assert_int_equal(p.payload.len, 0);
}

static bool within(struct str part, struct str whole)
{
	return part.len == 0 ||
	       (part.p >= whole.p && part.len <= whole.len - (size_t)(part.p - whole.p));
}

/* Every pair of first octets with every length to 80: refused, or all views within. */
static void test_all_prefixes(void **state)
{
	uint8_t octets[80];
	struct rtp_packet p;
	unsigned taken = 0;

	(void)state;
	for (unsigned fill = 0; fill < 3; fill++) {
		memset(octets, fill == 0 ? 0 : fill == 1 ? 0xff : 0x07, sizeof(octets));
		for (unsigned prefix = 0; prefix < 0x10000; prefix++) {
			octets[0] = (uint8_t)(prefix >> 8);
			octets[1] = (uint8_t)prefix;
			for (size_t len = 0; len <= sizeof(octets); len++) {
				struct str in = str_n(octets, len);

				if (rtp_packet_dec(&p, in, NULL) < 0)
					continue;
				taken++;
				if (len < RTP_HEADER_LEN || octets[0] >> 6 != 2 ||
				    !within(p.payload, in) || !within(p.csrc, in) ||
				    !within(p.ext, in))
					fail_msg("prefix %04x length %zu", prefix, len);
			}
		}
	}
	assert_true(taken > 0);
}

static void test_round_trip(void **state)
{
	uint8_t out[64];
	struct wr w = wr_init(out, sizeof(out));
	struct rtp_packet p = { .timestamp = 0xfffffff0, .ssrc = 7, .seq = 65535, .pt = 127 };
	struct rtp_packet back;

	(void)state;
	p.marker = true;
	p.csrc = STR("abcdefgh");
	p.has_ext = true;
	p.ext_profile = 0x1000;
	p.ext = STR("wxyz");
	p.payload = STR("speech");
	rtp_packet_enc(&w, &p);
	assert_false(w.err);
	assert_int_equal(w.len, 12 + 8 + 4 + 4 + 6);
	assert_int_equal(rtp_packet_dec(&back, wr_str(&w), NULL), 0);
	assert_int_equal(back.timestamp, p.timestamp);
	assert_int_equal(back.ssrc, 7);
	assert_int_equal(back.seq, 65535);
	assert_int_equal(back.pt, 127);
	assert_true(back.marker && back.has_ext);
	assert_str_equal(back.csrc, p.csrc);
	assert_str_equal(back.ext, p.ext);
	assert_str_equal(back.payload, p.payload);
}

static void test_writer_refuses(void **state)
{
	uint8_t out[128];
	char zeros[64] = { 0 };
	struct rtp_packet odd = { .csrc = STR("abc") };
	struct rtp_packet many = { .csrc = { zeros, sizeof(zeros) } };
	struct rtp_packet pt = { .pt = 128 };
	struct rtp_packet *bad[] = { &odd, &many, &pt };

	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++) {
		struct wr w = wr_init(out, sizeof(out));

		rtp_packet_enc(&w, bad[i]);
		assert_true(w.err);
		assert_int_equal(w.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	   cmocka_unit_test(test_all_parts),
		cmocka_unit_test(test_refused),	   cmocka_unit_test(test_all_prefixes),
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_writer_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
