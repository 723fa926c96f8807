/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress: RFC 3398 7.2.5-7.2.9 and 8.2.3-8.2.4, row by row. */
#include <stdio.h>

#include "interwork/progress.h"
#include "sipmsg.h"

static struct isup_msg acm(uint8_t called_status, uint8_t interworking, uint8_t in_band)
{
	const struct isup_bci bci = { .charge = 2,
				      .called_status = called_status,
				      .interworking = interworking };
	const struct isup_obci obci = { .in_band = 1 };
	struct isup_msg m;

	isup_msg_init(&m, ISUP_ACM, 1);
	assert_int_equal(isup_put_bci(&m, &bci), 0);
	if (in_band)
		assert_int_equal(isup_put_obci(&m, &obci), 0);
	return m;
}

static struct isup_msg cpg(int event)
{
	struct isup_event e = { .event = (uint8_t)event };
	struct isup_msg m;

	isup_msg_init(&m, ISUP_CPG, 1);
	if (event >= 0)
		assert_int_equal(isup_put_event(&m, &e), 0);
	return m;
}

static void test_acm_to_status(void **state)
{
	struct isup_msg m = acm(1, 0, 0);

	(void)state;
	assert_int_equal(iw_progress_status(NULL, &m), 180);
	assert_true(iw_progress_alerting(&m));
	assert_false(iw_progress_in_band(&m));
	m = acm(0, 0, 0);
	assert_int_equal(iw_progress_status(NULL, &m), 183);
	assert_false(iw_progress_alerting(&m));
	assert_false(iw_progress_in_band(&m));
	m = acm(0, 1, 0);
	assert_int_equal(iw_progress_status(NULL, &m), 183);
	assert_true(iw_progress_in_band(&m));
	m = acm(1, 0, 1);
	assert_int_equal(iw_progress_status(NULL, &m), 180);
	assert_true(iw_progress_in_band(&m));
	/* 7.1.6 */
	assert_int_equal(isup_put_cause(&m, &(struct isup_cause){ .value = 1 }), 0);
	assert_int_equal(iw_progress_status(NULL, &m), 183);
}

static void test_cpg_to_status(void **state)
{
	static const struct {
		int event;
		unsigned status;
		bool in_band;
	} rows[] = {
		{ 1, 180, false }, { 2, 183, false }, { 3, 183, true },	  { 4, 181, false },
		{ 5, 181, false }, { 6, 181, false }, { -1, 183, false }, { 99, 183, false },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct isup_msg m = cpg(rows[i].event);
		assert_int_equal(iw_progress_status(NULL, &m), rows[i].status);
		assert_int_equal(iw_progress_in_band(&m), rows[i].in_band);
		assert_int_equal(iw_progress_alerting(&m), rows[i].event == 1);
	}
}

static void test_others_are_no_progress(void **state)
{
	struct isup_msg m;

	(void)state;
	isup_msg_init(&m, ISUP_ANM, 1);
	assert_int_equal(iw_progress_status(NULL, &m), 0);
	assert_false(iw_progress_alerting(&m));
	isup_msg_init(&m, ISUP_REL, 1);
	assert_int_equal(iw_progress_status(NULL, &m), 0);
}

/* The messages in words: "ACM1" (called status), "CPG6" (event), "+" with in-band information. */
static const char *words(unsigned status, bool acm_sent, bool in_band)
{
	static char text[60];
	struct isup_msg m[IW_PROGRESS_MAX];
	int nr = iw_progress_isup(NULL, status, acm_sent, in_band, m);

	assert_in_range(nr, 0, IW_PROGRESS_MAX);
	text[0] = '\0';
	for (int i = 0; i < nr; i++) {
		struct isup_obci obci = { 0 };
		struct isup_event e = { 0 };
		struct isup_bci bci = { 0 };
		char one[20];

		isup_get_obci(&m[i], &obci);
		if (isup_get_bci(&m[i], &bci) == 0)
			snprintf(one, sizeof(one), "ACM%u", bci.called_status);
		else if (isup_get_event(&m[i], &e) == 0)
			snprintf(one, sizeof(one), "CPG%u", e.event);
		else
			strcpy(one, "?");
		strcat(text, one);
		strcat(text, obci.in_band ? "+" : "");
		strcat(text, " ");
	}
	return text;
}

static void test_status_to_acm(void **state)
{
	(void)state;
	assert_string_equal(words(180, false, false), "ACM1 ");
	assert_string_equal(words(181, false, false), "ACM0 CPG6 ");
	assert_string_equal(words(182, false, false), "ACM0 ");
	assert_string_equal(words(183, false, false), "ACM0 ");
	assert_string_equal(words(183, false, true), "ACM0+ ");
	assert_string_equal(words(180, false, true), "ACM1+ ");
	assert_string_equal(words(155, false, false), "ACM0 ");
}

static void test_status_to_cpg(void **state)
{
	(void)state;
	assert_string_equal(words(180, true, false), "CPG1 ");
	assert_string_equal(words(181, true, false), "CPG6 ");
	assert_string_equal(words(182, true, false), "CPG2 ");
	assert_string_equal(words(183, true, false), "CPG2 ");
	assert_string_equal(words(183, true, true), "CPG3 ");
	assert_string_equal(words(180, true, true), "CPG1+ ");
}

static void test_statuses_that_say_nothing(void **state)
{
	(void)state;
	assert_string_equal(words(100, false, false), "");
	assert_string_equal(words(199, false, false), "");
	assert_string_equal(words(200, true, false), "");
}

static void test_bci_of_the_table(void **state)
{
	struct isup_msg m[IW_PROGRESS_MAX];
	struct isup_bci b;

	(void)state;
	assert_int_equal(iw_progress_isup(NULL, 180, false, false, m), 1);
	assert_int_equal(m[0].type, ISUP_ACM);
	assert_int_equal(isup_get_bci(&m[0], &b), 0);
	assert_int_equal(b.charge, 2);
	assert_int_equal(b.called_category, 1);
	assert_int_equal(b.end_to_end_method, 0);
	assert_int_equal(b.interworking, 0);
	assert_int_equal(b.end_to_end_info, 0);
	assert_int_equal(b.isup_all_the_way, 1);
	assert_int_equal(b.holding, 0);
	assert_int_equal(b.isdn_access, 0);
	assert_int_equal(b.sccp_method, 0);
}

static void test_answer(void **state)
{
	uint8_t buf[ISUP_MAX_OCTETS];
	struct isup_msg m;

	(void)state;
	assert_int_equal(iw_answer_isup(NULL, true, &m), 0);
	assert_int_equal(m.type, ISUP_ANM);
	assert_true(isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), NULL) > 0);
	assert_int_equal(iw_answer_isup(NULL, false, &m), 0);
	assert_int_equal(m.type, ISUP_CON);
	assert_true(isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), NULL) > 0);
}

/* RFC 5009 8: a rule that is off by default. */
static void test_early_media(void **state)
{
	struct iw_profile p = IW_PROFILE(IW_Q1912_5_B, "");
	const struct iw_ctx x = { .profile = &p };
	static const struct {
		const char *lines;
		bool want;
	} rows[] = {
		{ "", false },
		{ "P-Early-Media: inactive\r\n", false },
		{ "P-Early-Media: recvonly\r\n", false },
		{ "P-Early-Media: sendrecv\r\n", true },
		{ "P-Early-Media: SendOnly, gated\r\n", true },
		{ "P-Early-Media: ;;\r\n", false },
	};
	struct sip_test t;

	(void)state;
	assert_true(iw_early_media(&x, sip_test_parse(&t, "SIP/2.0 183 x", "")));
	assert_int_equal(iw_profile_set(&p, IW_TABLE_RULE, IW_RULE_EARLY_MEDIA, 1), 0);
	for (size_t i = 0; i < NR_OF(rows); i++)
		if (iw_early_media(&x, sip_test_parse(&t, "SIP/2.0 183 x", rows[i].lines)) !=
		    rows[i].want)
			fail_msg("%s", rows[i].lines);
	assert_false(iw_early_media(&x, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acm_to_status),
		cmocka_unit_test(test_cpg_to_status),
		cmocka_unit_test(test_others_are_no_progress),
		cmocka_unit_test(test_status_to_acm),
		cmocka_unit_test(test_status_to_cpg),
		cmocka_unit_test(test_statuses_that_say_nothing),
		cmocka_unit_test(test_bci_of_the_table),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_early_media),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
