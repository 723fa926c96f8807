/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup: INVITE to IAM (RFC 3398 7.2.1.1) and IAM to INVITE (8.2.1.1). */
#include "interwork/setup.h"
#include "sipmsg.h"

static const struct iw_numbering plan = { ISUP_NOA_NATIONAL, "" };

static int build(const char *start, const char *lines, bool trusted, struct isup_msg *iam,
		 unsigned *status)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_test t;
	struct iw_invite_in in = { .msg = sip_test_parse(&t, start, lines), .trusted = trusted };
	int err = iw_invite_to_iam(NULL, &in, &plan, iam, &d);

	if (status)
		*status = in.status;
	if (err < 0)
		assert_true(d.text[0]);
	return err;
}

static struct isup_msg iam_of(const char *start, const char *lines, bool trusted)
{
	struct isup_msg iam;

	assert_int_equal(build(start, lines, trusted, &iam, NULL), 0);
	return iam;
}

#define INVITE_100 "INVITE sip:100@192.0.2.1;user=phone SIP/2.0"

static void test_defaults(void **state)
{
	struct isup_msg iam = iam_of(INVITE_100, "", false);
	struct isup_fci fci;
	struct isup_nci nci;
	uint8_t v;

	(void)state;
	assert_int_equal(iam.type, ISUP_IAM);
	assert_int_equal(isup_get_fci(&iam, &fci), 0);
	assert_int_equal(fci.interworking, 0);
	assert_int_equal(fci.isup_all_the_way, 1);
	assert_int_equal(fci.isdn_access, 0);
	assert_int_equal(isup_get_nci(&iam, &nci), 0);
	assert_int_equal(nci.continuity, 0);
	assert_int_equal(isup_get_u8(&iam, ISUP_P_CPC, &v), 0);
	assert_int_equal(v, 10);
	assert_int_equal(isup_get_u8(&iam, ISUP_P_TMR, &v), 0);
	assert_int_equal(v, 3);
}

static void test_it_encodes(void **state)
{
	struct isup_msg iam = iam_of(INVITE_100, "From: <sip:+4930@x>;tag=1\r\n", false);
	uint8_t buf[ISUP_MAX_OCTETS];

	(void)state;
	assert_true(isup_msg_enc(&iam, &isup_itu, buf, sizeof(buf), NULL) > 0);
}

static void test_called(void **state)
{
	struct isup_msg iam = iam_of(INVITE_100, "", false);
	struct isup_number n;

	(void)state;
	assert_int_equal(isup_get_number(&iam, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "100");
	assert_int_equal(n.noa, 3);
	assert_int_equal(n.npi, 1);
	assert_int_equal(n.inn, 1);
	iam = iam_of("INVITE tel:+17208881000 SIP/2.0", "", false);
	assert_int_equal(isup_get_number(&iam, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "17208881000");
	assert_int_equal(n.noa, 4);
}

static void test_refused_numbers(void **state)
{
	struct isup_msg iam;
	unsigned status;

	(void)state;
	assert_true(build("INVITE sip:alice@192.0.2.1 SIP/2.0", "", false, &iam, &status) < 0);
	assert_int_equal(status, 404);
	assert_true(build("INVITE sip:192.0.2.1 SIP/2.0", "", false, &iam, &status) < 0);
	assert_int_equal(status, 484);
}

/* "noa:apri:si:digits", "" without a calling number */
static const char *calling(const char *lines, bool trusted)
{
	static char text[60];
	struct isup_msg iam = iam_of(INVITE_100, lines, trusted);
	struct isup_number n;

	if (isup_get_number(&iam, ISUP_P_CALLING_NUMBER, &n) < 0)
		return "";
	snprintf(text, sizeof(text), "%u:%u:%u:%s", n.noa, n.apri, n.si, n.digits);
	return text;
}

#define FROM_200  "From: \"A\" <sip:200@192.0.2.9>;tag=1\r\n"
#define FROM_ANON "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1\r\n"
#define PAI	  "P-Asserted-Identity: \"X\" <sip:+49301@x>, <tel:+49302>\r\n"

static void test_calling(void **state)
{
	(void)state;
	assert_string_equal(calling(FROM_200, false), "3:0:3:200");
	assert_string_equal(calling("From: <tel:+49301>;tag=1\r\n", false), "4:0:3:49301");
	assert_string_equal(calling("From: <sip:alice@x>;tag=1\r\n", false), "");
	assert_string_equal(calling(FROM_ANON, false), "");
}

static void test_asserted_identity(void **state)
{
	(void)state;
	assert_string_equal(calling(FROM_200 PAI, true), "4:0:3:49301");
	assert_string_equal(calling(FROM_200 PAI, false), "3:0:3:200");
	assert_string_equal(calling(FROM_ANON PAI "Privacy: id\r\n", true), "4:1:3:49301");
	assert_string_equal(calling("P-Asserted-Identity: <sip:bob@x>, <tel:+49302>\r\n" FROM_200,
				    true),
			    "4:0:3:49302");
}

static void test_privacy(void **state)
{
	(void)state;
	assert_string_equal(calling(FROM_200 "Privacy: id\r\n", false), "3:1:3:200");
	assert_string_equal(calling(FROM_200 "Privacy: header; user\r\n", false), "3:1:3:200");
	assert_string_equal(calling(FROM_200 "Privacy: none\r\n", false), "3:0:3:200");
	assert_string_equal(calling(FROM_200 "Privacy: critical\r\n", false), "3:0:3:200");
}

static void test_original_called_number(void **state)
{
	struct isup_msg iam = iam_of(INVITE_100, "To: <sip:109@192.0.2.1>\r\n", false);
	struct isup_number n;

	(void)state;
	assert_int_equal(isup_get_number(&iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "109");
	iam = iam_of(INVITE_100, "To: <sip:100@elsewhere>\r\n", false);
	assert_int_not_equal(isup_get_number(&iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n), 0);
	iam = iam_of(INVITE_100, "To: <sip:bob@elsewhere>\r\n", false);
	assert_int_not_equal(isup_get_number(&iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n), 0);
}

/* IAM to INVITE. */
static struct isup_msg iam_with(const struct isup_number *called,
				const struct isup_number *calling_)
{
	struct isup_msg iam;

	isup_msg_init(&iam, ISUP_IAM, 1);
	if (called)
		assert_int_equal(isup_put_number(&iam, ISUP_P_CALLED_NUMBER, called), 0);
	if (calling_)
		assert_int_equal(isup_put_number(&iam, ISUP_P_CALLING_NUMBER, calling_), 0);
	return iam;
}

static const struct iw_hosts hosts = { "192.0.2.7:5070", "192.0.2.1", true };
static const struct isup_number called = { .noa = 4, .npi = 1, .digits = "49301F" };

/* "" when there is none. */
static const char *header(const struct iw_invite_out *out, const char *name)
{
	for (unsigned i = 0; i < out->headers.nr; i++)
		if (strcmp(out->headers.name[i], name) == 0)
			return iw_header_value(&out->headers, i);
	return "";
}

static void test_invite_of_iam(void **state)
{
	const struct isup_number a = { .noa = 3, .npi = 1, .si = 3, .digits = "200" };
	struct isup_msg iam = iam_with(&called, &a);
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), 0);
	assert_string_equal(out.uri, "sip:+49301@192.0.2.7:5070;user=phone");
	assert_string_equal(out.to, "<sip:+49301@192.0.2.7:5070;user=phone>");
	assert_string_equal(out.from, "<sip:200@192.0.2.1;user=phone>");
	assert_string_equal(header(&out, "P-Asserted-Identity"), "<sip:200@192.0.2.1;user=phone>");
	assert_string_equal(header(&out, "Privacy"), "");
	assert_string_equal(out.called, "+49301");
	assert_string_equal(out.calling, "200");
}

static void test_no_calling_number(void **state)
{
	const struct isup_number na = { .noa = 3, .npi = 1, .apri = 2, .si = 3, .digits = "" };
	struct isup_msg iam = iam_with(&called, NULL);
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), 0);
	assert_string_equal(out.from, "<sip:192.0.2.1>");
	assert_string_equal(header(&out, "P-Asserted-Identity"), "");
	iam = iam_with(&called, &na);
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), 0);
	assert_string_equal(out.from, "<sip:192.0.2.1>");
}

static void test_restricted(void **state)
{
	const struct isup_number a = { .noa = 4, .npi = 1, .apri = 1, .si = 1, .digits = "49302" };
	struct iw_hosts outside = hosts;
	struct isup_msg iam = iam_with(&called, &a);
	struct iw_invite_out out;

	(void)state;
	outside.trusted = false;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), 0);
	assert_string_equal(out.from, "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
	assert_string_equal(header(&out, "P-Asserted-Identity"),
			    "<sip:+49302@192.0.2.1;user=phone>");
	assert_string_equal(header(&out, "Privacy"), "id");
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &outside, &out), 0);
	assert_string_equal(header(&out, "P-Asserted-Identity"), "");
	assert_null(strstr(out.from, "49302"));
}

static void test_unverified_is_not_asserted(void **state)
{
	const struct isup_number a = { .noa = 3, .npi = 1, .si = 0, .digits = "200" };
	struct isup_msg iam = iam_with(&called, &a);
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), 0);
	assert_string_equal(out.from, "<sip:200@192.0.2.1;user=phone>");
	assert_string_equal(header(&out, "P-Asserted-Identity"), "");
}

static void test_to_is_the_original_called_number(void **state)
{
	const struct isup_number orig = { .noa = 4, .npi = 1, .digits = "49309" };
	struct isup_msg iam = iam_with(&called, NULL);
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(isup_put_number(&iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &orig), 0);
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), 0);
	assert_string_equal(out.to, "<sip:+49309@192.0.2.7:5070;user=phone>");
	assert_string_equal(out.uri, "sip:+49301@192.0.2.7:5070;user=phone");
}

static void test_iam_without_a_number(void **state)
{
	const struct isup_number st = { .noa = 3, .npi = 1, .digits = "F" };
	struct isup_msg iam = iam_with(NULL, NULL);
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), TG_ENOENT);
	iam = iam_with(&st, NULL);
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), TG_ETRUNC);
}

/* All 32 digits, a country code and the longest host: nothing is cut. */
static void test_longest(void **state)
{
	const struct isup_number n = {
		.noa = 3, .npi = 1, .si = 3, .digits = "12345678901234567890123456789012"
	};
	const struct iw_hosts far = { "[2001:db8:1111:2222:3333:4444:5555:6666]:65535",
				      "[2001:db8:1111:2222:3333:4444:5555:6666]:65535", true };
	const struct iw_numbering cc = { 3, "999" };
	struct isup_msg iam = iam_with(&n, &n);
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &cc, &far, &out), 0);
	assert_non_null(strstr(out.uri, "sip:+99912345678901234567890123456789012@["));
	assert_non_null(strstr(out.uri, "]:65535;user=phone"));
	assert_non_null(strstr(out.to, "]:65535;user=phone>"));
	assert_non_null(strstr(out.from, "]:65535;user=phone>"));
	assert_non_null(strstr(header(&out, "P-Asserted-Identity"), "]:65535;user=phone>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_it_encodes),
		cmocka_unit_test(test_called),
		cmocka_unit_test(test_refused_numbers),
		cmocka_unit_test(test_calling),
		cmocka_unit_test(test_asserted_identity),
		cmocka_unit_test(test_privacy),
		cmocka_unit_test(test_original_called_number),
		cmocka_unit_test(test_invite_of_iam),
		cmocka_unit_test(test_no_calling_number),
		cmocka_unit_test(test_restricted),
		cmocka_unit_test(test_unverified_is_not_asserted),
		cmocka_unit_test(test_to_is_the_original_called_number),
		cmocka_unit_test(test_iam_without_a_number),
		cmocka_unit_test(test_longest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
