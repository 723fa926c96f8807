/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 5630: what becomes of sips URIs in requests, Contacts, Routes and redirections. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/stack.h>

#include "unit/support.h"

enum { UDP = 1, TLS };

static struct mem *mem;
static struct sip_stack *stack;
static struct rng_seeded seed;
static tick_t now;
static char last[4096];
static sip_path_id conn;
static sip_call_id call;
static struct addr here, tls, peer;

static void drain(void)
{
	struct sip_path_event up = { .type = SIP_PATH_UP };
	struct sip_out out;

	while (sip_stack_next_out(stack, &out)) {
		if (out.type == SIP_OUT_SEND) {
			memcpy(last, out.send.octets.p, out.send.octets.len);
			last[out.send.octets.len] = '\0';
		} else if (out.type == SIP_OUT_OPEN) {
			sip_path_id id = out.send.path;
			drain();
			sip_stack_path(stack, now, id, &up);
		} else if (out.type == SIP_OUT_EVENT && out.event.type == SIP_EV_INVITE) {
			call = out.event.call;
		}
	}
}

static void open_stack(enum sip_sips sips, bool with_tls)
{
	struct sip_cfg cfg = { .rng = rng_seeded_init(&seed, 3), .sips = sips };

	mem_free(mem);
	mem = mem_root("test");
	now = TICK_ZERO;
	last[0] = '\0';
	addr_parse(&here, STR("192.0.2.100:5060"), 0);
	addr_parse(&tls, STR("192.0.2.100:5061"), 0);
	addr_parse(&peer, STR("192.0.2.9:5061"), 0);
	stack = sip_stack_new(mem, &cfg);
	assert_int_equal(sip_stack_path_add(stack, UDP, &here), 0);
	if (!with_tls)
		return;
	assert_int_equal(sip_stack_path_add_stream(stack, TLS, SIP_TLS, &tls), 0);
	assert_int_equal(sip_stack_accept(stack, now, TLS, &peer, &conn), 0);
	drain();
}

static int setup(void **state)
{
	(void)state;
	mem = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

/* `more`: header lines, with a Contact if there shall be one. */
static const char *rx(bool by_tls, const char *uri, const char *more)
{
	static int nr;
	char text[1200];

	nr++;
	snprintf(text, sizeof(text),
		 "INVITE %s SIP/2.0\r\nVia: SIP/2.0/%s 192.0.2.9:5061;branch=z9hG4bK%d\r\n"
		 "From: <sip:a@example>;tag=1\r\nTo: <sip:b@example>\r\nCall-ID: c%d\r\n"
		 "CSeq: 1 INVITE\r\n%sMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		 uri, by_tls ? "TLS" : "UDP", nr, nr, more);
	last[0] = '\0';
	call = 0;
	sip_stack_rx(stack, now, by_tls ? conn : UDP, by_tls ? NULL : &peer, str_of(text));
	drain();
	return last;
}

static bool says(const char *what)
{
	return strstr(last, what) != NULL;
}

#define SIP_CONTACT  "Contact: <sip:a@192.0.2.9>\r\n"
#define SIPS_CONTACT "Contact: <sips:a@192.0.2.9>\r\n"

static void test_who_is_refused(void **state)
{
	(void)state;
	open_stack(SIP_SIPS_BEST_EFFORT, false);
	rx(false, "sips:b@192.0.2.100", SIPS_CONTACT);
	assert_true(says("SIP/2.0 416 "));
	open_stack(SIP_SIPS_BEST_EFFORT, true);
	rx(false, "sips:b@192.0.2.100", SIPS_CONTACT);
	assert_true(says("SIP/2.0 480 ") &&
		    says("\r\nWarning: 380 192.0.2.100:5060 \"SIPS Not Allowed\"\r\n"));
	rx(true, "sips:b@192.0.2.100", SIP_CONTACT);
	assert_true(says("SIP/2.0 400 "));
	rx(true, "sips:b@192.0.2.100", SIPS_CONTACT);
	assert_true(call && says("SIP/2.0 100 "));
	open_stack(SIP_SIPS_NEVER, true);
	rx(true, "sips:b@192.0.2.100", SIPS_CONTACT);
	assert_true(says("SIP/2.0 480 ") && says("\"SIPS Not Allowed\""));
	rx(true, "sip:b@192.0.2.100", SIP_CONTACT);
	assert_true(call);
	open_stack(SIP_SIPS_ALWAYS, true);
	rx(true, "sip:b@192.0.2.100", SIP_CONTACT);
	assert_true(says("SIP/2.0 480 ") &&
		    says("\r\nWarning: 381 192.0.2.100:5061 \"SIPS Required\"\r\n"));
	rx(true, "sips:b@192.0.2.100", SIPS_CONTACT);
	assert_true(call);
}

/* RFC 3261 12.1.1 */
static void test_contact_of_answers(void **state)
{
	static const struct {
		const char *uri, *more;
		bool tls, sips;
	} rows[] = {
		{ "sips:b@192.0.2.100", SIPS_CONTACT, true, true },
		{ "sip:b@192.0.2.100", SIP_CONTACT, true, false },
		{ "sip:b@192.0.2.100", SIPS_CONTACT, true, true },
		{ "sip:b@192.0.2.100", "Record-Route: <sip:p;lr>\r\n" SIPS_CONTACT, true, false },
		{ "sip:b@192.0.2.100", "Record-Route: <sips:p;lr>\r\n" SIP_CONTACT, true, true },
		{ "sip:b@192.0.2.100", SIP_CONTACT, false, false },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		open_stack(SIP_SIPS_BEST_EFFORT, true);
		rx(rows[i].tls, rows[i].uri, rows[i].more);
		assert_true(call);
		assert_int_equal(sip_call_progress(stack, now, call, 180, NULL), 0);
		drain();
		assert_int_equal(says("\r\nContact: <sips:192.0.2.100:5061"), rows[i].sips);
		assert_int_equal(says("\r\nContact: <sip:192.0.2.100"), !rows[i].sips);
	}
}

static void call_by(const char *uri, const struct str *route, unsigned max_redirects)
{
	struct sip_invite inv = { .path = TLS,
				  .target = peer,
				  .uri = str_of(uri),
				  .from = STR("<sip:a@192.0.2.100>"),
				  .to = STR("<sip:b@example>"),
				  .max_redirects = max_redirects,
				  .route = route,
				  .nr_route = route ? 2 : 0 };

	open_stack(SIP_SIPS_BEST_EFFORT, true);
	assert_int_equal(sip_call_start(stack, now, &inv, &call), 0);
	drain();
}

static void test_requests(void **state)
{
	static const struct str routes[] = { STR_INIT("<sip:one;lr>"), STR_INIT("<sips:two;lr>") };
	static const struct str secure[] = { STR_INIT("<sips:one;lr>"), STR_INIT("<sip:two;lr>") };

	(void)state;
	call_by("sips:b@example", NULL, 0);
	assert_true(says("\r\nContact: <sips:"));
	call_by("sip:b@example", NULL, 0);
	assert_true(says("\r\nContact: <sip:")); /* 5.1.1.2: whatever the transport */
	call_by("sips:b@example", routes, 0);
	assert_true(says("\r\nRoute: <sips:one;lr>\r\nRoute: <sips:two;lr>\r\n"));
	call_by("sip:b@example", routes, 0);
	assert_true(says("\r\nRoute: <sip:one;lr>\r\nRoute: <sips:two;lr>\r\n"));
	assert_true(says("\r\nContact: <sip:"));
	call_by("sip:b@example", secure, 0);
	assert_true(says("\r\nContact: <sips:")); /* 8.1.1.8 */
}

static void redirect_to(const char *contacts)
{
	char text[2000];
	const char *via = strstr(last, "Via: "), *from = strstr(last, "From: "),
		   *id = strstr(last, "Call-ID: ");

	snprintf(text, sizeof(text),
		 "SIP/2.0 302 Moved\r\n%.*s\r\n%.*s\r\nTo: <sip:b@example>;tag=t\r\n%.*s\r\n"
		 "CSeq: 1 INVITE\r\nContact: %s\r\nContent-Length: 0\r\n\r\n",
		 (int)strcspn(via, "\r"), via, (int)strcspn(from, "\r"), from,
		 (int)strcspn(id, "\r"), id, contacts);
	last[0] = '\0';
	sip_stack_rx(stack, now, conn, NULL, str_of(text));
	drain();
}

static void test_redirection(void **state)
{
	(void)state;
	call_by("sips:b@example", NULL, 2);
	redirect_to("<sip:x@192.0.2.9:5061>;q=1, <sips:y@192.0.2.9:5061>;q=0.1");
	assert_true(says("INVITE sips:y@192.0.2.9:5061 "));
	call_by("sips:b@example", NULL, 2);
	redirect_to("<sip:x@192.0.2.9:5061>");
	assert_false(says("INVITE "));
	call_by("sip:b@example", NULL, 2);
	redirect_to("<sip:x@192.0.2.9:5061>");
	assert_true(says("INVITE sip:x@192.0.2.9:5061 "));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_who_is_refused),
		T(test_contact_of_answers),
		T(test_requests),
		T(test_redirection),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
