/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loss: random IAMs become an INVITE and an IAM again, by each profile. What a row of iw_loss_rows
 * carries comes back as it was; what none does is never seen again. Values are those that the rows do
 * not except; what they except is tested one by one below.
 */
#include <stdio.h>

#include <trunkgate/base/rng.h>

#include "interwork/loss.h"
#include "interwork/setup.h"
#include "isup/params.h"
#include "unit/support.h"

static const struct iw_numbering plan = IW_NUMBERING_DEFAULT;
static const struct iw_hosts hosts = { "there", "here", true };
static struct rng rng;

static unsigned below(unsigned n)
{
	return rng_u32(&rng) % n;
}

static struct isup_number random_number(uint8_t first)
{
	struct isup_number n = { .noa = below(2) ? 4 : 3, .npi = 1 };
	unsigned len = 2 + below(14);

	n.digits[0] = (char)('0' + first); /* no two of an IAM are the same */
	for (unsigned i = 1; i < len; i++)
		n.digits[i] = (char)('0' + below(10));
	return n;
}

static void put(struct isup_msg *m, enum isup_param_code code, const void *p, size_t len)
{
	assert_int_equal(isup_put(m, code, str_n(p, len)), 0);
}

static void put_value(struct isup_msg *m, enum isup_param_code code, const void *v, size_t size)
{
	assert_int_equal(isup_put_value(m, &isup_itu, code, v, size), 0);
}

/* Called and calling, and what is mandatory. */
static void put_basis(struct isup_msg *m)
{
	const struct isup_nci nci = { .satellite = below(3) == 0 };
	const struct isup_fci fci = { .isup_all_the_way = 1, .ported = below(2) };
	static const uint8_t categories[] = { 0, 9, 10, 11, 12, 13, 15, 16, 17 };
	struct isup_number called = random_number(1), calling = random_number(2);

	called.inn = 1;
	calling.si = 3;
	calling.apri = below(4) == 0;
	isup_msg_init(m, ISUP_IAM, 0);
	assert_int_equal(isup_put_nci(m, &nci), 0);
	assert_int_equal(isup_put_fci(m, &fci), 0);
	assert_int_equal(isup_put_u8(m, ISUP_P_CPC, categories[below(NR_OF(categories))]), 0);
	assert_int_equal(isup_put_u8(m, ISUP_P_TMR, 3), 0);
	assert_int_equal(isup_put_number(m, ISUP_P_CALLED_NUMBER, &called), 0);
	assert_int_equal(isup_put_number(m, ISUP_P_CALLING_NUMBER, &calling), 0);
}

static uint8_t random_reason(void)
{
	static const uint8_t reasons[] = { 0, 1, 2, 3, 5, 6 };

	return reasons[below(6)];
}

static void put_redirection(struct isup_msg *m)
{
	struct isup_number last = random_number(3), first = random_number(4);
	struct isup_redirection r = { .counter = (uint8_t)(1 + below(5)),
				      .reason = random_reason(),
				      .original_reason = random_reason() };

	last.apri = below(2);
	first.apri = below(2);
	if (r.counter == 1) {
		first = last;
		r.original_reason = r.reason;
	}
	r.indicator = last.apri ? 4 : 3;
	assert_int_equal(isup_put_number(m, ISUP_P_REDIRECTING_NUMBER, &last), 0);
	assert_int_equal(isup_put_number(m, ISUP_P_ORIGINAL_CALLED_NUMBER, &first), 0);
	put_value(m, ISUP_P_REDIRECTION_INFORMATION, &r, sizeof(r));
}

static void put_generic(struct isup_msg *m)
{
	struct isup_number n = random_number(5);

	n.nqi = 6;
	assert_int_equal(isup_put_number(m, ISUP_P_GENERIC_NUMBER, &n), 0);
}

static void put_carrier(struct isup_msg *m)
{
	struct isup_network_selection n = { .type = 2, .plan = 1, .digits = "5062" };
	struct isup_number called;

	isup_get_number(m, ISUP_P_CALLED_NUMBER, &called);
	put_value(m, called.noa == 4 ? ISUP_P_TRANSIT_NETWORK : ISUP_P_CARRIER_IDENTIFICATION, &n,
		  sizeof(n));
}

static void put_octets(struct isup_msg *m, enum isup_param_code code, unsigned len)
{
	uint8_t buf[131];

	for (unsigned i = 0; i < len; i++)
		buf[i] = (uint8_t)rng_u32(&rng);
	put(m, code, buf, len);
}

static void put_smaller(struct isup_msg *m)
{
	static const char subs[] = "\x71\x05\x80\x50"
				   "2;/\x6d\x06\x80\x50"
				   "47A ";
	const struct isup_hop_counter hops = { (uint8_t)(1 + below(31)) };
	const struct isup_mlpp mlpp = { (uint8_t)below(5), 2, "0000", 0 };

	if (below(2))
		put_value(m, ISUP_P_HOP_COUNTER, &hops, sizeof(hops));
	if (below(2))
		put_octets(m, ISUP_P_USER_TO_USER_INFORMATION, 1 + below(60));
	if (below(2))
		put(m, ISUP_P_ACCESS_TRANSPORT, subs, below(2) ? 7 : sizeof(subs) - 1);
	if (below(3) == 0)
		put_value(m, ISUP_P_MLPP_PRECEDENCE, &mlpp, sizeof(mlpp));
	if (below(2))
		assert_int_equal(isup_put_u8(m, ISUP_P_ORIGINATING_LINE, (uint8_t)below(100)), 0);
}

/* T1.113's of the caller's line. */
static void put_line(struct isup_msg *m)
{
	struct isup_number charged = random_number(6);
	uint8_t jip[3];

	for (unsigned i = 0; i < 3; i++)
		jip[i] = (uint8_t)(below(10) | below(10) << 4);
	if (below(2))
		put(m, ISUP_P_JURISDICTION, jip, sizeof(jip));
	if (below(2))
		assert_int_equal(isup_put_number(m, ISUP_P_CHARGE_NUMBER, &charged), 0);
}

/* A name of printable characters, presented as the number is. */
static void put_name(struct isup_msg *m)
{
	struct isup_number calling;
	char buf[20] = " N"; /* its indicators, and no number */
	unsigned len = 2 + below(13);

	isup_get_number(m, ISUP_P_CALLING_NUMBER, &calling);
	buf[0] = (char)(0x20 | calling.apri);
	for (unsigned i = 2; i < len; i++)
		buf[i] = (char)('!' + below(94));
	put(m, ISUP_P_GENERIC_NAME, buf, len);
}

/* What nothing carries: names are those of loss.c's clauses in Q.763 and T1.113. */
static void put_others(struct isup_msg *m)
{
	static const uint8_t codes[] = { 0x0d, 0x18, 0x1a, 0x1d, 0x2a, 0x31, 0x39, 0x3b, 0x3f,
					 0x4c, 0x73, 0x78, 0x81, 0xc1, 0x3e, 0x35, 0x37, 0x0c };

	for (unsigned n = below(6); n; n--)
		put_octets(m, (enum isup_param_code)codes[below(NR_OF(codes))], 1 + below(12));
}

static void random_iam(struct isup_msg *m)
{
	put_basis(m);
	if (below(2))
		put_redirection(m);
	if (below(2))
		put_generic(m);
	if (below(2))
		put_carrier(m);
	put_smaller(m);
	put_line(m);
	if (below(2))
		put_name(m);
	put_others(m);
}

static void there_and_back(const struct iw_profile *p, const struct isup_msg *iam,
			   struct isup_msg *back)
{
	struct iw_ctx x = { .profile = p };
	static struct iw_invite_out out;
	struct iw_invite_in in = { .trusted = true };
	struct tg_diag d = TG_DIAG_NONE;
	static struct sip_msg msg;
	char text[4000];
	size_t len;

	assert_int_equal(iw_iam_to_invite(&x, iam, &plan, &hosts, &out), 0);
	assert_int_equal(out.headers.lost, 0);
	len = (size_t)snprintf(text, sizeof(text),
			       "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
			       "From: %s;tag=1\r\nTo: %s\r\nCall-ID: 1@x\r\nCSeq: 1 INVITE\r\n"
			       "Contact: <sip:a@h>\r\nMax-Forwards: %u\r\n",
			       out.uri, out.from, out.to, out.max_forwards ? out.max_forwards : 70);
	for (unsigned i = 0; i < out.headers.nr; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s: %s\r\n",
					out.headers.name[i], iw_header_value(&out.headers, i));
	snprintf(text + len, sizeof(text) - len, "Content-Length: 0\r\n\r\n");
	if (sip_msg_parse(&msg, str_of(text), &d) < 0)
		fail_msg("%s\n%s", d.text, text);
	in.msg = &msg;
	assert_int_equal(iw_invite_to_iam(&x, &in, &plan, back, &d), 0);
}

/* Of what is made anew the part that a mapping carries. */
static bool same_part(uint8_t code, const struct isup_msg *a, const struct isup_msg *b)
{
	struct isup_fci fa = { 0 }, fb = { 0 };
	uint8_t va = 0, vb = 0;

	if (code == ISUP_P_FCI) {
		isup_get_fci(a, &fa);
		isup_get_fci(b, &fb);
		return fa.ported == fb.ported;
	}
	isup_get_u8(a, (enum isup_param_code)code, &va);
	isup_get_u8(b, (enum isup_param_code)code, &vb);
	return va == vb;
}

static void check(int run, const struct iw_profile *p, const struct isup_msg *iam,
		  const struct isup_msg *back)
{
	for (unsigned k = 0; k < iam->nr_params; k++) {
		const struct isup_param *q = &iam->param[k];
		const struct iw_loss_row *r = iw_loss_find(q->code);
		struct str was = str_n((const char *)iam->octets + q->at, q->len), is = STR("");
		bool there = isup_get(back, (enum isup_param_code)q->code, &is);

		if (!r || (!iw_loss_carries(r, p) && !r->anew)) {
			/* the hop counter and the like are made where there was none, too */
			if (there && str_eq(was, is))
				fail_msg("run %d, %s: %02x is not lost", run,
					 iw_base_names[p->base], q->code);
			continue;
		}
		if (!iw_loss_carries(r, p))
			continue;
		if (r->anew ? !same_part(q->code, iam, back) : !str_eq(was, is))
			fail_msg("run %d, %s: %02x is another", run, iw_base_names[p->base],
				 q->code);
	}
}

static void test_random_iams(void **state)
{
	struct rng_seeded seed;

	(void)state;
	rng = rng_seeded_init(&seed, 29163);
	for (int run = 0; run < 4000; run++) {
		const struct iw_profile p = { .base = (uint8_t)(run % IW_NR_BASES) };
		struct isup_msg iam, back;

		random_iam(&iam);
		there_and_back(&p, &iam, &back);
		check(run, &p, &iam, &back);
	}
}

/* Nothing comes that was not there, but what the loss rows call anew, the hop counter, and a
 * redirection's original number. */
static void test_nothing_more(void **state)
{
	struct rng_seeded seed;

	(void)state;
	rng = rng_seeded_init(&seed, 3398);
	for (int run = 0; run < 2000; run++) {
		const struct iw_profile p = { .base = (uint8_t)(run % IW_NR_BASES) };
		struct isup_msg iam, back;

		random_iam(&iam);
		there_and_back(&p, &iam, &back);
		for (unsigned k = 0; k < back.nr_params; k++) {
			uint8_t code = back.param[k].code;
			const struct iw_loss_row *r = iw_loss_find(code);

			if (!r ||
			    (!isup_get(&iam, (enum isup_param_code)code, &(struct str){ 0 }) &&
			     !r->anew && code != ISUP_P_HOP_COUNTER))
				fail_msg("run %d, %s: %02x comes from nowhere", run,
					 iw_base_names[p.base], code);
		}
	}
}

/* Each exception of the rows is one: a parameter and what becomes of it (NULL: nothing). */
static void test_exceptions(void **state)
{
	static const struct {
		uint8_t base, code;
		const char *was, *is;
		size_t len;
	} rows[] = {
		{ IW_RFC3398, ISUP_P_CALLING_NUMBER, "\x84\x11\x94\x02", "\x84\x13\x94\x02", 4 },
		{ IW_RFC3398, ISUP_P_CALLING_NUMBER, "\x84\x18\x94\x02", NULL, 4 },
		{ IW_Q1912_5_B, ISUP_P_GENERIC_NUMBER, "\x05\x84\x10\x94\x02", NULL, 5 },
		{ IW_Q1912_5_B, ISUP_P_GENERIC_NUMBER, "\x06\x84\x14\x94\x02", NULL, 5 },
		{ IW_Q1912_5_B, ISUP_P_CPC, "\xf0", "\x0a", 1 },
		{ IW_Q1912_5_B, ISUP_P_CPC, "\x01", "\x09", 1 },
		{ IW_RFC3398, ISUP_P_CPC, "\x0f", "\x0a", 1 },
		{ IW_RFC3398, ISUP_P_ORIGINATING_LINE, "\x64", NULL, 1 },
		{ IW_Q1912_5_B, ISUP_P_CPC, "\xe0", "\xe0", 1 },
		{ IW_RFC3398, ISUP_P_CPC, "\xe2", "\xe2", 1 },
		{ IW_RFC3398, ISUP_P_JURISDICTION, "\x27\x93\xa7", NULL, 3 },
		{ IW_RFC3398, ISUP_P_JURISDICTION, "\x27\x93", NULL, 2 },
		{ IW_RFC3398, ISUP_P_CHARGE_NUMBER, "\x85\x10\x94\x02", "\x83\x10\x94\x02", 4 },
		{ IW_RFC3398, ISUP_P_GENERIC_NAME,
		  "\x40"
		  "Al",
		  NULL, 3 },
		{ IW_RFC3398, ISUP_P_GENERIC_NAME,
		  "\x21"
		  "Al",
		  NULL, 3 },
		{ IW_RFC3398, ISUP_P_GENERIC_NAME,
		  "\x23"
		  "Al",
		  "\x20"
		  "Al",
		  3 },
		{ IW_RFC3398, ISUP_P_GENERIC_NAME,
		  "\x20"
		  "12",
		  NULL, 3 },
		{ IW_RFC3398, ISUP_P_TRANSIT_NETWORK, "\x21\x05\x62\x07", NULL, 4 },
		{ IW_RFC3398, ISUP_P_ACCESS_TRANSPORT, "\x7d\x02\x91\x81", NULL, 4 },
		{ IW_RFC3398, ISUP_P_REDIRECTION_INFORMATION, "\x03\x11", NULL, 2 },
		{ IW_RFC3398, ISUP_P_TMR, "\x00", "\x03", 1 },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		const struct isup_number called = { .noa = 4, .npi = 1, .digits = "49301" };
		const struct isup_number calling = {
			.noa = 4, .npi = 1, .si = 3, .digits = "49200"
		};
		const struct iw_profile p = { .base = rows[i].base };
		enum isup_param_code code = (enum isup_param_code)rows[i].code;
		struct isup_msg iam, back;
		struct str is = STR("");

		isup_msg_init(&iam, ISUP_IAM, 0);
		isup_put_u8(&iam, ISUP_P_CPC, 10);
		isup_put_u8(&iam, ISUP_P_TMR, 3);
		isup_put_number(&iam, ISUP_P_CALLED_NUMBER, &called);
		isup_put_number(&iam, ISUP_P_CALLING_NUMBER, &calling);
		put(&iam, code, rows[i].was, rows[i].len);
		there_and_back(&p, &iam, &back);
		isup_get(&back, code, &is);
		if (rows[i].is ? !str_eq(is, str_n(rows[i].is, rows[i].len)) : is.len != 0)
			fail_msg("row %zu: %zu octets, %02x", i, is.len,
				 is.len ? (uint8_t)is.p[0] : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_iams),
		cmocka_unit_test(test_nothing_more),
		cmocka_unit_test(test_exceptions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
