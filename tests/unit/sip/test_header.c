/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of headers (RFC 3261 7.3.1, 7.3.3), methods (7.1) and status codes (7.2, 21). */
#include <ctype.h>

#include <trunkgate/sip/msg.h>

#include "sip/scan.h"
#include "unit/support.h"

static const struct {
	enum sip_hdr id;
	const char *name, *compact;
} rows[] = {
#define SIP_HDR_ROW(id, name, compact, repeat, value, clause) { SIP_HDR_##id, name, compact },
#include <trunkgate/sip/header.def>
#undef SIP_HDR_ROW
};

/* A fault here after a row was added: run src/sip/header_hash.py. */
static void test_every_row_is_found_in_any_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		char upper[40] = "", lower[40] = "";

		for (size_t k = 0; rows[i].name[k]; k++) {
			upper[k] = (char)toupper(rows[i].name[k]);
			lower[k] = (char)tolower(rows[i].name[k]);
		}
		assert_int_equal(sip_hdr_of(str_of(rows[i].name)), rows[i].id);
		assert_int_equal(sip_hdr_of(str_of(upper)), rows[i].id);
		assert_int_equal(sip_hdr_of(str_of(lower)), rows[i].id);
		if (rows[i].compact[0])
			assert_int_equal(sip_hdr_of(str_of(rows[i].compact)), rows[i].id);
		assert_string_equal(sip_hdr_name(rows[i].id), rows[i].name);
		assert_true(strncmp(sip_hdr_clause(rows[i].id), "RFC ", 4) == 0);
	}
}

static void test_other_names_are_other(void **state)
{
	static const char *const names[] = { "", "q", "Vi", "Viaa", "Vib", "To-", "X-Custom" };

	(void)state;
	for (size_t i = 0; i < NR_OF(names); i++)
		assert_int_equal(sip_hdr_of(str_of(names[i])), SIP_HDR_OTHER);
	assert_string_equal(sip_hdr_name(SIP_HDR_OTHER), "?");
	assert_string_equal(sip_hdr_clause(SIP_HDR_OTHER), "");
}

static void test_methods_are_case_sensitive(void **state)
{
	(void)state;
	for (unsigned m = SIP_METHOD_OTHER + 1; m < SIP_NR_METHODS; m++)
		assert_int_equal(sip_method_of(str_of(sip_method_name((enum sip_method)m))), m);
	assert_int_equal(sip_method_of(STR("invite")), SIP_METHOD_OTHER);
	assert_int_equal(sip_method_of(STR("INVIT")), SIP_METHOD_OTHER);
	assert_int_equal(sip_method_of(STR("?")), SIP_METHOD_OTHER);
	assert_int_equal(sip_method_of(STR("")), SIP_METHOD_OTHER);
	assert_string_equal(sip_method_name(SIP_METHOD_OTHER), "?");
}

static void test_reason_phrases(void **state)
{
	(void)state;
	assert_string_equal(sip_reason_phrase(100), "Trying");
	assert_string_equal(sip_reason_phrase(487), "Request Terminated");
	assert_string_equal(sip_reason_phrase(199), "Early Dialog Terminated");
	assert_string_equal(sip_reason_phrase(499), "Client Error");
	assert_string_equal(sip_reason_phrase(699), "Global Failure");
	assert_string_equal(sip_reason_phrase(0), "Unknown");
	assert_string_equal(sip_reason_phrase(4000), "Unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_found_in_any_case),
		cmocka_unit_test(test_other_names_are_other),
		cmocka_unit_test(test_methods_are_case_sensitive),
		cmocka_unit_test(test_reason_phrases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
