/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encap: ISUP in bodies, precedence, and bodies that are bad. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/base/rng.h>
#include <trunkgate/sip/multipart.h>

#include "interwork/encap.h"
#include "interwork/setup.h"
#include "isup/params.h"
#include "sipmsg.h"

static const struct iw_profile sip_i = IW_PROFILE(IW_SIP_I, "sip-i");
static const struct iw_profile plain = IW_PROFILE(IW_Q1912_5_B, "q1912.5-b");
static const struct iw_ctx x = { .profile = &sip_i };
static const struct iw_numbering plan = IW_NUMBERING_DEFAULT;
static const struct iw_hosts hosts = { "there", "here", true };
#define SDP "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"

struct text {
	char octets[4000];
	struct sip_msg msg;
};

static const struct sip_msg *message(struct text *t, const char *start, const char *lines,
				     struct str type, const char *disposition, struct str body)
{
	struct tg_diag d = TG_DIAG_NONE;
	int len = snprintf(
		t->octets, sizeof(t->octets),
		"%s\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n%s%sCall-ID: 1@x\r\nCSeq: 1 INVITE\r\n"
		"Contact: <sip:a@h>\r\nMax-Forwards: 70\r\n%sContent-Type: " STR_FMT
		"\r\n%s%s%sContent-Length: %zu\r\n\r\n",
		start, strstr(lines, "From:") ? "" : "From: <sip:a@h>;tag=1\r\n",
		strstr(lines, "To:") ? "" : "To: <sip:b@h>\r\n", lines, STR_ARG(type),
		disposition ? "Content-Disposition: " : "", disposition ? disposition : "",
		disposition ? "\r\n" : "", body.len);

	memcpy(t->octets + len, body.p, body.len);
	if (sip_msg_parse(&t->msg, str_n(t->octets, (size_t)len + body.len), &d) < 0)
		fail_msg("%s", d.text);
	return &t->msg;
}

static struct isup_msg rel_of(uint8_t cause)
{
	const struct isup_cause c = { .location = 2, .value = cause };
	struct isup_msg m;

	isup_msg_init(&m, ISUP_REL, 0);
	assert_int_equal(isup_put_cause(&m, &c), 0);
	return m;
}

/* RFC 3204 3.1: from the type on, without the CIC. */
static void test_alone(void **state)
{
	struct isup_msg rel = rel_of(31), back;
	struct iw_encap e;
	struct text t;

	(void)state;
	assert_int_equal(iw_encap(&x, &rel, false, STR(""), NULL, &e), 1);
	assert_true(str_eq(e.content_type, STR("application/isup;version=itu-t92+")));
	assert_string_equal(e.disposition, "signal;handling=optional");
	assert_memory_equal(e.body.p, "\x0c\x02\x00\x02\x82\x9f", 6);
	assert_true(e.body.len <= 7);
	assert_int_equal(iw_decap(&x,
				  message(&t, "SIP/2.0 486 x", "", e.content_type, e.disposition,
					  e.body),
				  &back, NULL),
			 1);
	assert_int_equal(back.type, ISUP_REL);
}

static void test_with_sdp(void **state)
{
	struct isup_msg rel = rel_of(17), back;
	struct isup_cause c;
	struct iw_encap e;
	struct text t;
	struct str sdp;

	(void)state;
	assert_int_equal(iw_encap(&x, &rel, true, STR(SDP), NULL, &e), 1);
	assert_null(e.disposition);
	assert_non_null(strstr(e.text, "Content-Disposition: signal;handling=required\r\n"));
	assert_true(strstr(e.text, "application/sdp") < strstr(e.text, "application/isup"));
	message(&t, "INVITE sip:1@h SIP/2.0", "", e.content_type, NULL, e.body);
	assert_true(sip_msg_description(&t.msg, &sdp));
	assert_true(str_eq(sdp, STR(SDP)));
	assert_int_equal(iw_decap(&x, &t.msg, &back, NULL), 1);
	assert_int_equal(isup_get_cause(&back, &c), 0);
	assert_int_equal(c.value, 17);
}

/* A part that holds the boundary. */
static void test_boundary(void **state)
{
	struct isup_msg rel = rel_of(17);
	struct iw_encap e;

	(void)state;
	assert_int_equal(iw_encap(&x, &rel, true, STR(SDP "a=x\r\n--tg-part-0\r\n"), NULL, &e), 1);
	assert_non_null(strstr(e.text, "--tg-part-1"));
}

static void test_other_profiles(void **state)
{
	const struct iw_ctx none = { .profile = &plain };
	struct isup_msg rel = rel_of(17), back;
	struct iw_encap e;
	struct text t;

	(void)state;
	assert_int_equal(iw_encap(&none, &rel, false, STR(SDP), NULL, &e), 0);
	assert_int_equal(iw_encap(&x, &rel, false, STR(""), NULL, &e), 1);
	message(&t, "SIP/2.0 486 x", "", e.content_type, e.disposition, e.body);
	assert_int_equal(iw_decap(&none, &t.msg, &back, NULL), 0);
	message(&t, "SIP/2.0 486 x", "", e.content_type, NULL, e.body);
	assert_int_equal(iw_decap(&none, &t.msg, &back, NULL), TG_ENOTSUP);
}

/* RFC 5621 3.2: without a word on it a body has to be understood. */
static void test_bad_bodies(void **state)
{
	static const struct {
		const char *type, *disposition, *body;
		size_t len;
		int want;
	} rows[] = {
		{ "application/isup;version=itu-t92+", NULL, "\x0c\x02", 2, TG_ENOTSUP },
		{ "application/isup;version=itu-t92+", "signal;handling=required", "\x0c\x02", 2,
		  TG_ENOTSUP },
		{ "application/isup;version=itu-t92+", "signal;handling=optional", "\x0c\x02", 2,
		  0 },
		{ "application/isup;version=itu-t92+", "signal;handling=optional", "\xff", 1, 0 },
		{ "application/isup;version=nxv3", "signal;handling=optional",
		  "\x0c\x02\x00\x02\x83\x9f", 6, 0 },
		{ "application/isup;version=nxv3", NULL, "\x0c\x02\x00\x02\x83\x9f", 6,
		  TG_ENOTSUP },
		{ "application/isup; version=nxv3; base=etsi121", NULL, "\x0c\x02\x00\x02\x83\x9f",
		  6, 1 },
		{ "Application/ISUP;Version=ITU-T92+;base=itu-t92+", NULL,
		  "\x0c\x02\x00\x02\x83\x9f", 6, 1 },
		{ "application/isup", NULL, "\x0c\x02\x00\x02\x83\x9f", 6, TG_ENOTSUP },
		{ "text/plain", NULL, "x", 1, 0 },
		/* ISUP first, an odd boundary, a preamble */
		{ "multipart/mixed;boundary=\"a b?c\"", NULL, "", 0, 1 }, /* `last` */
	};
	static const char last[] =
		"preamble\r\n--a b?c\r\nContent-Type: application/isup;version=itu-t92+\r\n\r\n"
		"\x0c\x02\x00\x02\x83\x9f\r\n--a b?c\r\nContent-Type: application/sdp\r\n\r\n" SDP
		"\r\n--a b?c--\r\n";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = rows[i].len ? rows[i].len : sizeof(last) - 1;
		struct isup_msg m;
		struct text t;
		int got;

		message(&t, "INVITE sip:1@h SIP/2.0", "", str_of(rows[i].type), rows[i].disposition,
			str_n(rows[i].len ? rows[i].body : last, len));
		got = iw_decap(&x, &t.msg, &m, NULL);
		if (got != rows[i].want)
			fail_msg("row %zu: %d, wanted %d", i, got, rows[i].want);
	}
}

static struct isup_msg iam_of(const char *called_digits)
{
	struct isup_number called = { .noa = 4, .npi = 1 };
	const struct isup_number calling = { .noa = 4, .npi = 1, .si = 3, .digits = "49200" };
	const struct isup_nci nci = { .satellite = 1 };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_msg m;

	strcpy(called.digits, called_digits);
	isup_msg_init(&m, ISUP_IAM, 0);
	assert_int_equal(isup_put_nci(&m, &nci), 0);
	assert_int_equal(isup_put_fci(&m, &fci), 0);
	assert_int_equal(isup_put_u8(&m, ISUP_P_CPC, 13), 0);
	assert_int_equal(isup_put_u8(&m, ISUP_P_TMR, 3), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &called), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLING_NUMBER, &calling), 0);
	return m;
}

/* RFC 3398 7.2.1.1's example: the Request-URI counts; ST and INN of the same number are the body's. */
static void test_precedence(void **state)
{
	struct isup_msg body = iam_of("49301F"), iam = iam_of("49302");
	struct isup_number n;
	struct isup_nci nci = { .continuity = 1 };
	uint8_t cpc;

	(void)state;
	isup_put_u8(&iam, ISUP_P_CPC, 10);
	isup_put_nci(&body, &nci);
	assert_int_equal(iw_merge_iam(&x, &body, &iam), 0);
	isup_get_number(&iam, ISUP_P_CALLED_NUMBER, &n);
	assert_string_equal(n.digits, "49302");
	isup_get_u8(&iam, ISUP_P_CPC, &cpc);
	assert_int_equal(cpc, 13);
	isup_get_nci(&iam, &nci);
	assert_int_equal(nci.continuity, 0);
	iam = iam_of("49301");
	assert_int_equal(iw_merge_iam(&x, &body, &iam), 0);
	isup_get_number(&iam, ISUP_P_CALLED_NUMBER, &n);
	assert_string_equal(n.digits, "49301F");
}

/* A caller whom SIP does not name is the body's; the rule's delay is added to the body's. */
static void test_untold_and_delay(void **state)
{
	struct iw_profile slow = { .base = IW_SIP_I };
	const struct iw_ctx late = { .profile = &slow };
	struct isup_msg body = iam_of("49301F"), iam = iam_of("49301"), first = iam;
	struct isup_number n;
	struct str v;

	(void)state;
	n = (struct isup_number){ .noa = 4, .npi = 1, .apri = 1, .digits = "49777" };
	assert_int_equal(isup_put_number(&body, ISUP_P_CALLING_NUMBER, &n), 0);
	n = (struct isup_number){ .apri = 2, .si = 3 };
	assert_int_equal(isup_put_number(&iam, ISUP_P_CALLING_NUMBER, &n), 0);
	isup_put(&body, ISUP_P_PROPAGATION_DELAY, OCTETS("0064"));
	assert_int_equal(iw_merge_iam(&x, &body, &iam), 0);
	isup_get_number(&iam, ISUP_P_CALLING_NUMBER, &n);
	assert_string_equal(n.digits, "49777");
	assert_true(isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &v));
	assert_octets_equal(v, OCTETS("0064"));
	iw_profile_set(&slow, IW_TABLE_RULE, IW_RULE_DELAY, 40);
	iam = first;
	assert_int_equal(iw_merge_iam(&late, &body, &iam), 0);
	assert_true(isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &v));
	assert_octets_equal(v, OCTETS("008c"));
	isup_put(&body, ISUP_P_PROPAGATION_DELAY, OCTETS("fff0"));
	iam = first;
	assert_int_equal(iw_merge_iam(&late, &body, &iam), 0);
	assert_true(isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &v));
	assert_octets_equal(v, OCTETS("ffff"));
}

/* Q.850 2: the same cause in Reason and body: its diagnostics are the body's. */
static void test_diagnostics_stay(void **state)
{
	struct isup_cause c = { .location = 4, .value = 22, .nr_diagnostics = 3 };
	struct isup_msg body, m;

	(void)state;
	memcpy(c.diagnostics, "\x04\x10\x21", 3);
	isup_msg_init(&body, ISUP_REL, 0);
	assert_int_equal(isup_put_cause(&body, &c), 0);
	isup_msg_init(&m, ISUP_REL, 0);
	isup_put_cause(&m, &(struct isup_cause){ .location = 4, .value = 22 });
	assert_true(iw_merge_backward(&x, &body, true, &m));
	assert_int_equal(isup_get_cause(&m, &c), 0);
	assert_int_equal(c.nr_diagnostics, 3);
}

static void test_backward(void **state)
{
	struct isup_msg body = rel_of(20), m = rel_of(17), acm;
	struct isup_cause c;

	(void)state;
	assert_true(iw_merge_backward(&x, &body, false, &m));
	isup_get_cause(&m, &c);
	assert_int_equal(c.value, 20);
	m = rel_of(17);
	assert_true(iw_merge_backward(&x, &body, true, &m));
	isup_get_cause(&m, &c);
	assert_int_equal(c.value, 17);
	isup_msg_init(&acm, ISUP_ACM, 0);
	assert_false(iw_merge_backward(&x, &acm, false, &m));
}

static void one_way(const struct isup_msg *iam, struct isup_msg *back)
{
	struct iw_invite_in in = { .trusted = true };
	struct iw_invite_out out;
	struct isup_msg body;
	struct iw_encap e;
	char start[500], lines[3000];
	struct text t;
	size_t len;

	assert_int_equal(iw_iam_to_invite(&x, iam, &plan, &hosts, &out), 0);
	assert_int_equal(iw_encap(&x, iam, true, STR(SDP), NULL, &e), 1);
	snprintf(start, sizeof(start), "INVITE %s SIP/2.0", out.uri);
	len = (size_t)snprintf(lines, sizeof(lines), "From: %s;tag=1\r\nTo: %s\r\n", out.from,
			       out.to);
	for (unsigned i = 0; i < out.headers.nr; i++)
		len += (size_t)snprintf(lines + len, sizeof(lines) - len, "%s: %s\r\n",
					out.headers.name[i], iw_header_value(&out.headers, i));
	in.msg = message(&t, start, lines, e.content_type, NULL, e.body);
	assert_int_equal(iw_invite_to_iam(&x, &in, &plan, back, NULL), 0);
	assert_int_equal(iw_decap(&x, in.msg, &body, NULL), 1);
	assert_int_equal(iw_merge_iam(&x, &body, back), 0);
}

/* IAM to SIP-I to IAM: the same, but for what the precedence rows take from headers or make anew. */
static bool may_differ(uint8_t code)
{
	for (size_t i = 0; i < iw_nr_precedence_rows; i++)
		if (iw_precedence_rows[i].code == code)
			return code != ISUP_P_CALLED_NUMBER && code != ISUP_P_CALLING_NUMBER;
	return false;
}

static void test_there_and_back(void **state)
{
	static const uint8_t optional[] = { 0x03, 0x0d, 0x18, 0x1a, 0x1d, 0x28, 0x2a, 0x31, 0x39,
					    0x3b, 0x3f, 0x4c, 0x73, 0x78, 0x81, 0xc1, 0x20, 0x13 };
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 4711);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct isup_msg iam = iam_of(rng_u32(&rng) & 1 ? "49301F" : "49301"), back;

		for (unsigned n = rng_u32(&rng) % 8; n; n--) {
			uint8_t octets[16], code = optional[rng_u32(&rng) % sizeof(optional)];

			for (size_t k = 0; k < sizeof(octets); k++)
				octets[k] = (uint8_t)rng_u32(&rng);
			isup_put(&iam, (enum isup_param_code)code,
				 str_n((const char *)octets, 1 + rng_u32(&rng) % 16));
		}
		one_way(&iam, &back);
		for (unsigned k = 0; k < iam.nr_params; k++) {
			const struct isup_param *p = &iam.param[k];
			struct str got = STR("");

			isup_get(&back, (enum isup_param_code)p->code, &got);
			if (!may_differ(p->code) &&
			    !str_eq(got, str_n((const char *)iam.octets + p->at, p->len)))
				fail_msg("run %d: parameter %02x is another", i, p->code);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untold_and_delay),
		cmocka_unit_test(test_diagnostics_stay),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_with_sdp),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_other_profiles),
		cmocka_unit_test(test_bad_bodies),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_backward),
		cmocka_unit_test(test_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
