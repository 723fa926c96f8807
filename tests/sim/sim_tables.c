/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each row of RFC 3398's tables through the whole gateway: causes to statuses (7.2.4.1), statuses
 * to causes (8.2.6.1), and the forms of numbers (7.2.1.1, 8.2.1.1, 12). What is expected is
 * written down here once more, from the RFC, and not taken from the gateway's own tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

#define NR_OF(a) (sizeof(a) / sizeof((a)[0]))

static void route_all(struct gw_config *c)
{
	struct gw_route_cfg *r = gw_config_route_add(c);

	assert_non_null(r);
	*r = (struct gw_route_cfg){ .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK, .to_name = "east" };
	r = gw_config_route_add(c);
	assert_non_null(r);
	*r = (struct gw_route_cfg){
		.prefix = "+", .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK, .to_name = "east"
	};
}

static struct world *office(void)
{
	struct world *w = world_new(&(struct world_cfg){ .seed = 1,
							 .office = true,
							 .sip = { .delay_ms = 5 },
							 .mtp = { .delay_ms = 10 },
							 .configure = route_all });

	record_start(w);
	return w;
}

/* The next call of the same world begins with an empty record. */
static void over(struct world *w)
{
	world_settle(w);
	record_start(w);
}

/* --- 7.2.4.1: the exchange releases --- */

struct cause_row {
	uint8_t cause, location;
	unsigned status;
};

static const struct cause_row cause_rows[] = {
	{ 1, ISUP_LOC_PUBLIC_LOCAL, 404 },
	{ 2, ISUP_LOC_PUBLIC_LOCAL, 404 },
	{ 3, ISUP_LOC_PUBLIC_LOCAL, 404 },
	{ 16, ISUP_LOC_USER, 480 }, /* the RFC has none; Q.1912.5 */
	{ 17, ISUP_LOC_USER, 486 },
	{ 18, ISUP_LOC_USER, 408 },
	{ 19, ISUP_LOC_USER, 480 },
	{ 20, ISUP_LOC_PUBLIC_REMOTE, 480 },
	{ 21, ISUP_LOC_PUBLIC_REMOTE, 403 },
	{ 21, ISUP_LOC_USER, 603 },
	{ 22, ISUP_LOC_PUBLIC_REMOTE, 410 },
	{ 23, ISUP_LOC_PUBLIC_REMOTE, 410 },
	{ 26, ISUP_LOC_PUBLIC_REMOTE, 404 },
	{ 27, ISUP_LOC_PUBLIC_REMOTE, 502 },
	{ 28, ISUP_LOC_PUBLIC_REMOTE, 484 },
	{ 29, ISUP_LOC_PUBLIC_REMOTE, 501 },
	{ 31, ISUP_LOC_PUBLIC_REMOTE, 480 },
	{ 34, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 38, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 41, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 42, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 47, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 55, ISUP_LOC_PUBLIC_REMOTE, 403 },
	{ 57, ISUP_LOC_PUBLIC_REMOTE, 403 },
	{ 58, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 65, ISUP_LOC_PUBLIC_REMOTE, 488 },
	{ 70, ISUP_LOC_PUBLIC_REMOTE, 488 },
	{ 79, ISUP_LOC_PUBLIC_REMOTE, 501 },
	{ 87, ISUP_LOC_PUBLIC_REMOTE, 403 },
	{ 88, ISUP_LOC_PUBLIC_REMOTE, 503 },
	{ 102, ISUP_LOC_PUBLIC_REMOTE, 504 },
	{ 111, ISUP_LOC_PUBLIC_REMOTE, 500 },
	{ 127, ISUP_LOC_PUBLIC_REMOTE, 500 },
};

static void one_cause(struct world *w, const struct cause_row *row, bool ringing)
{
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 100);
	if (ringing)
		office_acm(w, OFFICE_FREE, false);
	office_rel(w, row->cause, row->location);
	world_check(w, c->final == row->status, "cause %u location %u: %u, expected %u", row->cause,
		    row->location, c->final, row->status);
	world_check(w, c->cause == row->cause, "cause %u: Reason %d", row->cause, c->cause);
	world_check(w, record_count(w, "isup>RLC") == 1, "cause %u: no RLC", row->cause);
	over(w);
}

static void every_cause(void **state)
{
	(void)state;
	struct world *w = office();

	for (size_t i = 0; i < NR_OF(cause_rows); i++)
		for (int ringing = 0; ringing < 2; ringing++)
			one_cause(w, &cause_rows[i], ringing);
	world_free(w);
}

/* "Any other: 500". 44 is not passed on: another circuit. */
static void causes_of_no_row(void **state)
{
	(void)state;
	struct world *w = office();

	for (unsigned cause = 1; cause < 128; cause++) {
		struct cause_row row = { (uint8_t)cause, ISUP_LOC_PUBLIC_REMOTE, 500 };
		bool known = cause == 44;

		for (size_t i = 0; i < NR_OF(cause_rows); i++)
			known |= cause_rows[i].cause == cause;
		if (!known)
			one_cause(w, &row, false);
	}
	world_free(w);
}

/* 22 with a new number in the diagnostics: 301 with a Contact. */
static void number_changed(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);
	struct isup_cause cause = { .location = ISUP_LOC_PUBLIC_REMOTE,
				    .value = 22,
				    .nr_diagnostics = 5,
				    .diagnostics = { 0x84, 0x10, 0x94, 0x03, 0x05 } };
	struct isup_msg rel;
	struct sip_msg m;

	world_run_ms(w, 100);
	isup_msg_init(&rel, ISUP_REL, 0);
	isup_put_cause(&rel, &cause);
	office_tx(w, &rel);
	assert_int_equal(c->final, 301);
	record_sip(w, "sip<301", &m);
	assert_true(m.has_contact);
	assert_true(str_eq(m.contact.uri.user, STR("+49305")));
	over(w);
	world_free(w);
}

/* --- 8.2.6.1: SIP refuses --- */

struct status_row {
	unsigned status;
	uint8_t cause;
};

static const struct status_row status_rows[] = {
	{ 400, 41 },  { 401, 21 },  { 402, 21 },  { 403, 21 },	{ 404, 1 },   { 405, 63 },
	{ 406, 79 },  { 407, 21 },  { 408, 102 }, { 410, 22 },	{ 413, 127 }, { 414, 127 },
	{ 415, 79 },  { 416, 127 }, { 420, 127 }, { 421, 127 }, { 423, 127 }, { 480, 18 },
	{ 481, 41 },  { 482, 25 },  { 483, 25 },  { 484, 28 },	{ 485, 1 },   { 486, 17 },
	{ 488, 31 },  { 500, 41 },  { 501, 79 },  { 502, 38 },	{ 503, 41 },  { 504, 102 },
	{ 505, 127 }, { 513, 127 }, { 600, 17 },  { 603, 21 },	{ 604, 1 },   { 606, 31 },
	{ 300, 23 },  { 302, 23 },  { 305, 23 }, /* 8.2.5 */
	{ 380, 23 },  { 411, 31 },  { 422, 31 },  { 433, 31 },	{ 499, 31 },  { 599, 31 },
	{ 607, 31 },  { 699, 31 }, /* of no row */
};

static void refused(struct world *w, unsigned status, const char *header, const char *value,
		    uint8_t cause)
{
	unsigned location = status >= 600 ? ISUP_LOC_USER : ISUP_LOC_BEYOND;
	struct sim_plan *plan = &w->phone[0]->plan;
	struct isup_cause got;

	plan->answer = status;
	plan->ring_ms = 20;
	plan->header = header;
	plan->value = value;
	office_call(w, "30555");
	world_run_ms(w, 200);
	got = record_cause(w, "isup>REL");
	world_check(w, got.value == cause, "%u (%s): cause %u, expected %u", status,
		    value ? value : "", got.value, cause);
	world_check(w, got.location == location, "%u: location %u, expected %u", status,
		    got.location, location);
	over(w);
}

static void every_status(void **state)
{
	(void)state;
	struct world *w = office();

	for (size_t i = 0; i < NR_OF(status_rows); i++)
		refused(w, status_rows[i].status, NULL, NULL, status_rows[i].cause);
	world_free(w);
}

/* 488 and 606 by their Warning; a Q.850 Reason counts before any table (RFC 6432 3). */
static void warnings_and_reasons(void **state)
{
	(void)state;
	struct world *w = office();

	refused(w, 488, "Warning", "304 h \"media type not available\"", 65);
	refused(w, 606, "Warning", "305 h \"incompatible media format\"", 65);
	refused(w, 488, "Warning", "301 h \"incompatible network address\"", 31);
	refused(w, 488, "Warning", "399 h \"x, y\", 305 h \"formats\"", 65);
	refused(w, 486, "Reason", "Q.850;cause=34", 34);
	refused(w, 500, "Reason", "SIP;cause=486, q.850 ;cause = 19 ;text=\"a, b\"", 19);
	refused(w, 486, "Reason", "Q.850;cause=200", 17);
	refused(w, 486, "Reason", "Q.850;cause=0", 17);
	refused(w, 486, "Reason", "nonsense", 17);
	world_free(w);
}

/* --- 7.2.1.1 and 12.2: numbers from SIP --- */

struct number_row {
	const char *uri;
	unsigned status; /* 0: it goes into the trunk */
	uint8_t noa;
	const char *digits;
};

#define DIGITS_32 "12345678901234567890123456789012"
#define AT	  "@192.0.2.1:5060"

static const struct number_row number_rows[] = {
	{ "sip:+4930123" AT, 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "sip:+4930123" AT ";user=phone", 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "sip:004930123" AT, 0, ISUP_NOA_NATIONAL, "004930123" },
	{ "sip:030123" AT, 0, ISUP_NOA_NATIONAL, "030123" },
	{ "sip:100" AT ";user=phone", 0, ISUP_NOA_NATIONAL, "100" },
	{ "sip:+49-30-(1.2)3" AT ";user=phone", 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "sip:%2B4930123" AT, 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "sip:+4930123;phone-context=x" AT, 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "sip:+4930123:secret" AT, 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "tel:+49-30-123", 0, ISUP_NOA_INTERNATIONAL, "4930123" },
	{ "tel:+4930123;npdi;rn=+4930000", 0, ISUP_NOA_INTERNATIONAL, "4930000" }, /* 7.2.1.1 */
	{ "tel:100;phone-context=+4930", 0, ISUP_NOA_NATIONAL, "100" },
	{ "sip:" DIGITS_32 AT, 0, ISUP_NOA_NATIONAL, DIGITS_32 },
	{ "sip:+" DIGITS_32 AT, 0, ISUP_NOA_INTERNATIONAL, DIGITS_32 },
	{ "sip:" DIGITS_32 "3" AT, 484, 0, NULL },
	{ "sip:+" DIGITS_32 "3" AT, 484, 0, NULL },
	{ "sip:alice" AT, 404, 0, NULL },
	{ "sip:12a" AT, 404, 0, NULL },
	{ "sip:1+2" AT, 404, 0, NULL },
	{ "sip:++1" AT, 404, 0, NULL },
	{ "sip:*21%2312" AT, 404, 0, NULL },
	{ "sip:+" AT, 484, 0, NULL },
	{ "sip:-" AT, 484, 0, NULL },
	{ "sip:192.0.2.1:5060", 484, 0, NULL },
};

static void one_number(struct world *w, const struct number_row *row)
{
	struct sim_call *c = phone_dial(w->phone[0], &(struct sim_dial){ .uri = row->uri }, NULL);
	struct isup_number n = { 0 };
	struct isup_msg iam;

	world_run_ms(w, 100);
	if (row->status) {
		world_check(w, c->final == row->status, "%s: %u, expected %u", row->uri, c->final,
			    row->status);
		world_check(w, record_count(w, "isup>IAM") == 0, "%s: IAM", row->uri);
		over(w);
		return;
	}
	world_check(w, record_count(w, "isup>IAM") == 1, "%s: no IAM, status %u", row->uri,
		    c->final);
	record_isup(w, "isup>IAM", &iam);
	assert_int_equal(isup_get_number(&iam, ISUP_P_CALLED_NUMBER, &n), 0);
	world_check(w, n.noa == row->noa && n.npi == 1, "%s: NOA %u NPI %u", row->uri, n.noa,
		    n.npi);
	world_check(w, strcmp(n.digits, row->digits) == 0, "%s: %s", row->uri, n.digits);
	phone_hangup(c);
	over(w);
}

static void every_number(void **state)
{
	(void)state;
	struct world *w = office();

	for (size_t i = 0; i < NR_OF(number_rows); i++)
		one_number(w, &number_rows[i]);
	world_free(w);
}

/* --- 12.2: who calls, from SIP --- */

struct caller_row {
	const char *from, *to, *header, *value;
	uint8_t noa, apri; /* noa 0: no calling number */
	const char *digits, *original;
};

static const struct caller_row caller_rows[] = {
	{ "<sip:+4930555@h>", NULL, NULL, NULL, 4, 0, "4930555", NULL },
	{ "\"A, B\" <sip:030555@h;user=phone>", NULL, NULL, NULL, 3, 0, "030555", NULL },
	{ "<tel:+49-30-555>", NULL, NULL, NULL, 4, 0, "4930555", NULL },
	{ "<sip:alice@h>", NULL, NULL, NULL, 0, 0, NULL, NULL },
	{ "\"Anonymous\" <sip:anonymous@anonymous.invalid>", NULL, NULL, NULL, 0, 0, NULL, NULL },
	{ "<sip:+4930555@h>", NULL, "Privacy", "id", 4, 1, "4930555", NULL },
	{ "<sip:+4930555@h>", NULL, "Privacy", "none", 4, 0, "4930555", NULL },
	{ "<sip:+4930555@h>", NULL, "Privacy", "header;user;critical", 4, 1, "4930555", NULL },
	{ "<sip:alice@h>", NULL, "P-Asserted-Identity", "<sip:alice@h>, <tel:+4930777>", 4, 0,
	  "4930777", NULL },
	{ "<sip:+4930555@h>", "<sip:200@h>", NULL, NULL, 4, 0, "4930555", "200" },
	{ "<sip:+4930555@h>", "<sip:100@elsewhere>", NULL, NULL, 4, 0, "4930555", NULL },
	{ "<sip:+4930555@h>", "<sip:bob@h>", NULL, NULL, 4, 0, "4930555", NULL },
};

static void check_caller(struct world *w, const struct caller_row *row, const struct isup_msg *iam)
{
	struct isup_number n = { 0 };
	bool there = isup_get_number(iam, ISUP_P_CALLING_NUMBER, &n) == 0;

	world_check(w, there == (row->noa != 0), "%s: calling number %d", row->from, there);
	if (there)
		world_check(w,
			    n.noa == row->noa && n.apri == row->apri && n.si == 3 &&
				    strcmp(n.digits, row->digits) == 0,
			    "%s: NOA %u APRI %u SI %u %s", row->from, n.noa, n.apri, n.si,
			    n.digits);
	there = isup_get_number(iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n) == 0;
	world_check(w, there == (row->original != NULL), "%s: original called %d", row->to, there);
	if (there)
		assert_string_equal(n.digits, row->original);
}

static void every_caller(void **state)
{
	(void)state;
	struct world *w = office();

	for (size_t i = 0; i < NR_OF(caller_rows); i++) {
		const struct caller_row *row = &caller_rows[i];
		struct sim_dial d = { "sip:100" AT, row->to, row->from, row->header, row->value };
		struct sim_call *c = phone_dial(w->phone[0], &d, NULL);
		struct isup_msg iam;

		world_run_ms(w, 100);
		record_isup(w, "isup>IAM", &iam);
		check_caller(w, row, &iam);
		phone_hangup(c);
		over(w);
	}
	world_free(w);
}

/* --- 12.1: numbers to SIP --- */

struct out_row {
	struct isup_number called, calling; /* calling.npi 0: none */
	const char *user, *from, *identity; /* "": none */
	bool privacy;
};

static const struct out_row out_rows[] = {
	{ { .noa = 4, .npi = 1, .digits = "4930123F" },
	  { .noa = 4, .npi = 1, .si = 3, .digits = "4930555" },
	  "+4930123",
	  "+4930555",
	  "+4930555",
	  false },
	{ { .noa = 3, .npi = 1, .digits = "30123" },
	  { .noa = 3, .npi = 1, .si = 1, .digits = "30555" },
	  "30123",
	  "30555",
	  "30555",
	  false },
	{ { .noa = 1, .npi = 1, .digits = "123F" }, { 0 }, "123", "", "", false },
	/* restricted: anonymous, asserted with Privacy (RFC 3325 9.1) */
	{ { .noa = 3, .npi = 1, .digits = "30123F" },
	  { .noa = 4, .npi = 1, .apri = 1, .si = 3, .digits = "4930555" },
	  "30123",
	  "anonymous",
	  "+4930555",
	  true },
	/* not available: as if it were not there */
	{ { .noa = 3, .npi = 1, .digits = "30123F" },
	  { .noa = 4, .npi = 1, .apri = 2, .si = 3, .digits = "4930555" },
	  "30123",
	  "",
	  "",
	  false },
	/* user provided, not verified: not asserted */
	{ { .noa = 3, .npi = 1, .digits = "30123F" },
	  { .noa = 4, .npi = 1, .si = 0, .digits = "4930555" },
	  "30123",
	  "+4930555",
	  "",
	  false },
};

static void check_invite(struct world *w, const struct out_row *row)
{
	const struct sip_header *h;
	struct sip_nameaddr id;
	struct sip_msg m;

	record_sip(w, "sip<INVITE", &m);
	world_check(w, str_eq(m.uri.user, str_of(row->user)), "%s: " STR_FMT, row->user,
		    STR_ARG(m.uri.text));
	world_check(w, str_eq(m.from.uri.user, str_of(row->from)), "%s: From " STR_FMT, row->from,
		    STR_ARG(m.from.uri.text));
	h = sip_msg_header(&m, SIP_HDR_P_ASSERTED_IDENTITY, 0);
	world_check(w, (h != NULL) == (row->identity[0] != 0), "%s: identity", row->user);
	if (h) {
		assert_int_equal(sip_nameaddr_parse(&id, h->value, NULL), 0);
		assert_true(str_eq(id.uri.user, str_of(row->identity)));
	}
	h = sip_msg_header(&m, SIP_HDR_PRIVACY, 0);
	world_check(w, (h != NULL) == row->privacy, "%s: Privacy", row->user);
}

static void every_number_out(void **state)
{
	(void)state;
	struct world *w = office();

	w->phone[0]->plan.ring_ms = 5000;
	for (size_t i = 0; i < NR_OF(out_rows); i++) {
		office_iam(w, &out_rows[i].called,
			   out_rows[i].calling.npi ? &out_rows[i].calling : NULL);
		check_invite(w, &out_rows[i]);
		office_rel(w, 16, ISUP_LOC_USER);
		over(w);
	}
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cause),		cmocka_unit_test(causes_of_no_row),
		cmocka_unit_test(number_changed),	cmocka_unit_test(every_status),
		cmocka_unit_test(warnings_and_reasons), cmocka_unit_test(every_number),
		cmocka_unit_test(every_caller),		cmocka_unit_test(every_number_out),
	};

	return cmocka_run_group_tests_name("sim tables", tests, NULL, NULL);
}
