/* SPDX-License-Identifier: GPL-3.0-or-later */
/* release: REL and what ends a SIP call (RFC 3398 7.2.3, 7.2.4, 8.2.6, 10). */
#include "interwork/diagnostic.h"
#include "interwork/release.h"
#include "sipmsg.h"

static const struct iw_numbering plan = { ISUP_NOA_NATIONAL, "" };

static struct isup_msg rel_of(const struct isup_cause *c)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_REL, 1);
	if (c)
		assert_int_equal(isup_put_cause(&m, c), 0);
	return m;
}

static void test_rel_to_response(void **state)
{
	const struct isup_cause busy = { .location = ISUP_LOC_USER, .value = 17 };
	struct isup_msg rel = rel_of(&busy);
	struct iw_release r;

	(void)state;
	iw_rel_to_sip(NULL, &rel, &plan, "192.0.2.1", &r);
	assert_int_equal(r.status, 486);
	assert_int_equal(r.cause, 17);
	assert_string_equal(r.reason, "Q.850;cause=17;text=\"user busy\";location=U");
	assert_string_equal(r.contact, "");
	assert_string_equal(r.source.clause, "RFC 3398 7.2.4.1");
}

static void test_rel_without_a_cause(void **state)
{
	struct isup_msg rel = rel_of(NULL);
	struct iw_release r;

	(void)state;
	iw_rel_to_sip(NULL, &rel, &plan, "192.0.2.1", &r);
	assert_int_equal(r.status, 480);
	assert_int_equal(r.cause, 31);
}

static void test_number_changed(void **state)
{
	/* +49302: odd, international; INN 0, E.164; 49302 */
	struct isup_cause c = { .value = 22,
				.nr_diagnostics = 5,
				.diagnostics = { 0x84, 0x10, 0x94, 0x03, 0x02 } };
	struct isup_msg rel = rel_of(&c);
	struct iw_release r;

	(void)state;
	iw_rel_to_sip(NULL, &rel, &plan, "192.0.2.1", &r);
	assert_int_equal(r.status, 301);
	assert_string_equal(r.contact, "<sip:+49302@192.0.2.1;user=phone>");
	c.nr_diagnostics = 1;
	rel = rel_of(&c);
	iw_rel_to_sip(NULL, &rel, &plan, "192.0.2.1", &r);
	assert_int_equal(r.status, 410);
	assert_string_equal(r.contact, "");
}

static struct isup_cause cause_in(const struct isup_msg *rel)
{
	struct isup_cause c;

	assert_int_equal(rel->type, ISUP_REL);
	assert_int_equal(isup_get_cause(rel, &c), 0);
	return c;
}

static void test_response_to_rel(void **state)
{
	struct isup_msg rel;
	struct iw_source source;

	(void)state;
	iw_response_to_rel(NULL, 603, NULL, false, &rel, &source);
	assert_int_equal(cause_in(&rel).value, 21);
	assert_int_equal(cause_in(&rel).location, ISUP_LOC_USER);
	assert_string_equal(source.clause, "RFC 3398 8.2.6.1");
	iw_response_to_rel(NULL, 408, NULL, true, &rel, &source);
	assert_int_equal(cause_in(&rel).value, 18);
}

static void test_bye_and_cancel_to_rel(void **state)
{
	struct isup_msg rel;
	struct sip_test t;

	(void)state;
	iw_request_to_rel(NULL, NULL, &rel, NULL);
	assert_int_equal(cause_in(&rel).value, 16);
	iw_request_to_rel(NULL, sip_test_parse(&t, "BYE sip:a@192.0.2.1 SIP/2.0", ""), &rel, NULL);
	assert_int_equal(cause_in(&rel).value, 16);
	iw_request_to_rel(NULL,
			  sip_test_parse(&t, "CANCEL sip:a@192.0.2.1 SIP/2.0",
					 "Reason: Q.850;cause=31\r\n"),
			  &rel, NULL);
	assert_int_equal(cause_in(&rel).value, 31);
	iw_request_to_rel(
		NULL,
		sip_test_parse(&t, "CANCEL sip:a@192.0.2.1 SIP/2.0",
			       "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"),
		&rel, NULL);
	assert_int_equal(cause_in(&rel).value, 16);
}

static void test_rel_of_our_own(void **state)
{
	uint8_t buf[ISUP_MAX_OCTETS];
	struct isup_msg rel;

	(void)state;
	iw_local_rel(IW_CAUSE_NO_CIRCUIT, &rel);
	assert_int_equal(cause_in(&rel).value, 34);
	assert_int_equal(cause_in(&rel).location, ISUP_LOC_PUBLIC_LOCAL);
	assert_true(isup_msg_enc(&rel, &isup_itu, buf, sizeof(buf), NULL) > 0);
}

/* Q.850 table 1 in words; Reason has nothing of it but the explanation. */
static void test_diagnostics(void **state)
{
	static const struct {
		uint8_t cause;
		const char *octets, *text;
	} rows[] = {
		{ 102, "333039", "timer T309" },
		{ 102, "39", "timer T9" },
		{ 102, "00ff", "octets 00 ff" },
		{ 22, "8410940301", "number +49301" },
		{ 22, "03109403", "number 4930" },
		{ 22, "04", "octets 04" },
		{ 97, "2c", "message CPG" },
		{ 97, "f7", "message 0xf7" },
		{ 99, "3d", "parameter hop counter" },
		{ 103, "3df3", "parameters hop counter, 0xf3" },
		{ 110, "20", "parameter user-to-user information" },
		{ 1, "81", "condition permanent" },
		{ 21, "82", "condition transient" },
		{ 3, "83", "octets 83" },
		{ 17, "81", "completion possible (CCBS)" },
		{ 34, "82", "completion not possible (CCBS)" },
		{ 17, "85", "octets 85" },
		{ 88, "7d", "octets 7d" },
		{ 127, "00", "octets 00" },
		{ 16, "", "" },
	};
	char text[IW_DIAGNOSTIC_MAX];

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct isup_cause c = { .value = rows[i].cause };

		for (const char *p = rows[i].octets; *p; p += 2) {
			unsigned octet;

			assert_int_equal(sscanf(p, "%2x", &octet), 1);
			c.diagnostics[c.nr_diagnostics++] = (uint8_t)octet;
		}
		assert_string_equal(iw_diagnostic_print(&c, text), rows[i].text);
	}
	for (unsigned cause = 0; cause < 128; cause++) { /* the longest */
		struct isup_cause c = { .value = (uint8_t)cause, .nr_diagnostics = 30 };

		memset(c.diagnostics, 0x3d, sizeof(c.diagnostics));
		assert_in_range(strlen(iw_diagnostic_print(&c, text)), 1, IW_DIAGNOSTIC_MAX - 1);
	}
}

static void test_diagnostics_are_explained(void **state)
{
	static struct iw_explain e;
	const struct iw_ctx x = { .explain = &e };
	const struct isup_cause c = { .value = 102, .nr_diagnostics = 1, .diagnostics = "9" };
	struct isup_msg rel;
	struct iw_release r;

	(void)state;
	isup_msg_init(&rel, ISUP_REL, 0);
	assert_int_equal(isup_put_cause(&rel, &c), 0);
	iw_rel_to_sip(&x, &rel, &(struct iw_numbering)IW_NUMBERING_DEFAULT, "here", &r);
	assert_null(strstr(r.reason, "T9"));
	assert_string_equal(e.row[1].table, "diagnostics");
	assert_string_equal(e.row[1].from, "timer T9");
	assert_string_equal(e.row[1].to, "kept with the call: Reason has no place");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diagnostics),
		cmocka_unit_test(test_diagnostics_are_explained),
		cmocka_unit_test(test_rel_to_response),
		cmocka_unit_test(test_rel_without_a_cause),
		cmocka_unit_test(test_number_changed),
		cmocka_unit_test(test_response_to_rel),
		cmocka_unit_test(test_bye_and_cancel_to_rel),
		cmocka_unit_test(test_rel_of_our_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
