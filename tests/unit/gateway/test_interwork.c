/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interworking through the gateway: each row of the tables of two profiles, what is said of it, and
 * what never goes out. */
#include <stdio.h>
#include <stdlib.h>

#include "unit/gateway/world.h"

static struct world w;

static void itu(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "carrier");

	assert_non_null(p);
	p->base = IW_Q1912_5_B;
	strcpy(c->peer[0].interworking, "carrier");
}

static struct gw_call_info info(void)
{
	struct gw_call_info i;
	unsigned pos = 0;

	assert_true(gw_call_walk(w.gw, &pos, &i));
	return i;
}

/* 7.2.4: the exchange releases before the answer. */
static void one_cause(unsigned value, const char *location, unsigned want)
{
	static const char digits[] = { (char)0x84, 0x10, (char)0x94, 0x03, 0x05 };
	struct isup_cause c = { .value = (uint8_t)value, .location = ISUP_LOC_TRANSIT };
	struct isup_msg rel = trunk_msg(ISUP_REL);
	char reason[40];

	if (strcmp(location, "user") == 0)
		c.location = ISUP_LOC_USER;
	if (strcmp(location, "diagnostic") == 0) {
		c.nr_diagnostics = sizeof(digits);
		memcpy(c.diagnostics, digits, sizeof(digits));
	}
	isup_put_cause(&rel, &c);
	w.final[0] = '\0';
	phone_call(&w, "100");
	trunk_send(&w, &rel,
		   strstr(w.trace, "IAM:") ? (uint16_t)atoi(strstr(w.trace, "IAM:") + 4) : 0);
	if (info().sip_status != want)
		fail_msg("cause %u (%s): %u, not %u", value, location, info().sip_status, want);
	snprintf(reason, sizeof(reason), "Reason: Q.850;cause=%u;", value);
	if (!strstr(w.final, reason))
		fail_msg("cause %u: %s", value, w.final);
	assert_null(strstr(w.final, "Retry-After"));
	w.trace[0] = '\0';
}

/* 8.2.6: the phone refuses. */
static void one_status(unsigned status, unsigned want)
{
	struct isup_cause c;

	trunk_iam(&w, 5, "200", "100");
	phone_reject(&w, status, NULL);
	assert_int_equal(w.sent.type, ISUP_REL);
	assert_int_equal(isup_get_cause(&w.sent, &c), 0);
	if (c.value != want)
		fail_msg("status %u: cause %u, not %u", status, c.value, want);
	w.trace[0] = '\0';
}

/* Each line of the vectors: column 0 is rfc3398, 1 those of Q.1912.5. 44 is a matter of circuits
 * (Q.764 2.8.2.3). */
static void all_rows(int column)
{
	char line[200], kind[10], location[20];
	unsigned key, want[2], nr = 0;
	FILE *f = fopen(TG_SRCDIR "/tests/vectors/interwork.tsv", "r");

	assert_non_null(f);
	world_open_with(&w, column ? itu : NULL);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%9s %u %19s %u %u", kind, &key, location, &want[0],
					&want[1]),
				 5);
		nr++;
		if (strcmp(kind, "cause") == 0 && key != 44)
			one_cause(key, location, want[column]);
		else if (strcmp(kind, "status") == 0)
			one_status(key, want[column]);
	}
	fclose(f);
	assert_true(nr > 400);
	world_close(&w);
}

static void test_rows_of_rfc3398(void **state)
{
	(void)state;
	all_rows(0);
}

static void test_rows_of_q1912_5(void **state)
{
	(void)state;
	all_rows(1);
}

static void patient(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "patient");

	assert_non_null(p);
	assert_int_equal(iw_profile_set(p, IW_TABLE_RULE, IW_RULE_T11, 0), 0);
	strcpy(c->peer[0].interworking, "patient");
}

/* RFC 3398 8.2.8: an early ACM, or none by rule; then the peer has timer C's time (RFC 3261 16.6). */
static void test_t11(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	world_wait(&w, 17000);
	saw(&w, "INVITE+ ACM:5");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 CANCEL/16 ended");
	world_close(&w);
	world_open_with(&w, patient);
	trunk_iam(&w, 5, "200", "100");
	world_wait(&w, 179000);
	saw(&w, "INVITE+");
	world_wait(&w, 2000);
	saw(&w, "REL:5/102 CANCEL/102 ended");
	world_close(&w);
}

static const char *explained(uint32_t nr)
{
	static char text[8000];
	struct iw_explained row;
	unsigned pos = 0, lost;
	char one[320];

	text[0] = '\0';
	while (gw_explain_walk(w.gw, nr, &pos, &row, &lost)) {
		iw_explained_print(&row, one, sizeof(one));
		strcat(text, one);
		strcat(text, "\n");
	}
	return text;
}

static void test_calls_are_explained(void **state)
{
	const char *text;

	(void)state;
	world_open_with(&w, itu);
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_rel(&w, 1, 18);
	w.trace[0] = '\0';
	text = explained(1);
	assert_non_null(strstr(text, "progress: ACM, subscriber free -> 180 (RFC 3398 7.2.6)\n"));
	assert_non_null(strstr(text, "cause: cause 18, location TN -> status 480 (Q.1912.5, causes "
				     "to statuses; not checked against the ITU text)\n"));
	assert_non_null(strstr(text, "rule: interworking -> on (Q.1912.5 (FCI); not checked"));
	trunk_iam(&w, 5, "200", "100");
	phone_reject(&w, 480, "Q.850;cause=20;location=RLN");
	w.trace[0] = '\0';
	text = explained(2);
	assert_non_null(
		strstr(text, "status: status 480 -> cause 20, location RLN (RFC 6432 3)\n"));
	world_close(&w);
}

/* The indicators that Q.1912.5 wants and those of RFC 3398 7.2.1.1. */
static void test_indicators(void **state)
{
	struct isup_fci fci;
	struct isup_nci nci;

	(void)state;
	for (int i = 0; i < 2; i++) {
		world_open_with(&w, i ? itu : NULL);
		phone_call(&w, "100");
		assert_int_equal(isup_get_fci(&w.sent, &fci), 0);
		assert_int_equal(isup_get_nci(&w.sent, &nci), 0);
		assert_int_equal(fci.interworking, i);
		assert_int_equal(fci.isup_all_the_way, !i);
		assert_int_equal(fci.isup_preference, i);
		assert_int_equal(nci.satellite, i);
		trunk_rel(&w, 1, 16);
		w.trace[0] = '\0';
		world_close(&w);
	}
}

static void with_isup(struct gw_config *c)
{
	strcpy(c->peer[0].interworking, "sip-i");
}

/* Q.1912.5 profile C: each message with a counterpart has it in its body; CANCEL has not. */
static void test_isup_in_bodies(void **state)
{
	(void)state;
	world_open_with(&w, with_isup);
	trunk_iam(&w, 5, "200", "100");
	assert_non_null(strstr(w.invite, "multipart/mixed;boundary="));
	assert_non_null(strstr(w.invite, "application/isup;version=itu-t92+\r\n"));
	assert_non_null(strstr(w.invite, "Content-Disposition: signal;handling=required\r\n"));
	phone_progress(&w, 180, true);
	phone_answer(&w);
	saw(&w, "INVITE+ ACM:5 open:5:from-rtp ANM:5 modify:5:both ACK");
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_rel(&w, (uint16_t)atoi(strstr(w.trace, "IAM:") + 4), 17);
	assert_non_null(strstr(w.final, "Content-Type: application/isup;version=itu-t92+\r\n"));
	assert_non_null(strstr(w.final, "Content-Disposition: signal;handling=optional\r\n"));
	w.trace[0] = '\0';
	world_close(&w);
}

/* Others get no such body. */
static void test_no_isup_in_bodies(void **state)
{
	(void)state;
	world_open_with(&w, itu);
	trunk_iam(&w, 5, "200", "100");
	assert_null(strstr(w.invite, "isup"));
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void with_data(struct gw_config *c)
{
	c->peer[0].nr_codecs = 2;
	c->peer[0].codec[0] = SDP_PCMA;
	c->peer[0].codec[1] = SDP_CLEARMODE;
}

#define DATA                                                                        \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" \
	"m=audio 40000 RTP/AVP 97\r\na=rtpmap:97 CLEARMODE/8000\r\n"

/* RFC 4040: 64 kbit/s of data and CLEARMODE, each for the other and for nothing else. */
static void test_data(void **state)
{
	struct isup_msg iam;
	uint8_t tmr;

	(void)state;
	world_open_with(&w, with_data);
	phone_call_uri(&w, "sip:100@h", DATA, NULL);
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_TMR, &tmr), 0);
	assert_int_equal(tmr, 2);
	iam = w.sent;
	trunk_rel(&w, 1, 16);
	phone_call(&w, "100");
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_TMR, &tmr), 0);
	assert_int_equal(tmr, 3);
	trunk_rel(&w, w.sent.cic, 16);
	trunk_iam(&w, 7, "200", "100");
	assert_non_null(strstr(w.invite, "PCMA"));
	assert_null(strstr(w.invite, "CLEARMODE"));
	trunk_rel(&w, 7, 16);
	trunk_send(&w, &iam, 8);
	assert_null(strstr(w.invite, "PCMA"));
	assert_non_null(strstr(w.invite, "CLEARMODE/8000"));
	trunk_rel(&w, 8, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* A peer without it: bearer capability not implemented. */
static void test_no_data(void **state)
{
	struct isup_cause c;
	struct isup_msg iam;

	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	iam = w.sent;
	trunk_rel(&w, 1, 16);
	isup_put_u8(&iam, ISUP_P_TMR, 2);
	trunk_send(&w, &iam, 8);
	assert_int_equal(w.sent.type, ISUP_REL);
	assert_int_equal(isup_get_cause(&w.sent, &c), 0);
	assert_int_equal(c.value, 65);
	w.trace[0] = '\0';
	world_close(&w);
}

static void call_with(const char *uri, const char *from, const char *name, const char *value)
{
	const struct sip_extra extra = { str_of(name), str_of(value) };
	struct sip_invite inv = { .path = 1,
				  .target = w.gw_addr,
				  .uri = str_of(uri),
				  .from = str_of(from),
				  .to = str_of("<sip:someone@192.0.2.1>"),
				  .body = { .content_type = STR("application/sdp"),
					    .octets = str_of(phone_sdp(&w)),
					    .extra = &extra,
					    .nr_extra = 1 } };

	w.trace[0] = '\0';
	w.sent.type = 0;
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
}

/* What is bad of a call that comes: the answer, or the parameter that the IAM has (NULL: has not). */
static void test_bad_input(void **state)
{
#define U    "sip:100@192.0.2.1"
#define FROM "<sip:+49200@x>"
	static const struct {
		const char *uri, *from, *name, *value, *answer;
		unsigned code;
		const char *octets;
		size_t len;
	} rows[] = {
		{ "sip:10a@h", FROM, "Subject", "x", "404", 0, NULL, 0 },
		{ "sip:+@h", FROM, "Subject", "x", "484", 0, NULL, 0 },
		{ "sip:h", FROM, "Subject", "x", "484", 0, NULL, 0 },
		{ "sip:123456789012345678901234567890123@h", FROM, "Subject", "x", "484", 0, NULL,
		  0 },
		{ "sip:12345678901234567890123456789012@h", FROM, "Subject", "x", NULL, 0x09,
		  "\x0a", 1 },
		{ U, "<sip:+49200;cpc=king@x>", "Subject", "x", NULL, 0x09, "\x0a", 1 },
		{ U, FROM, "Diversion", "<sip:nobody@x>;reason=user-busy", NULL, 0x0b, NULL, 0 },
		{ U, FROM, "Diversion", "<tel:+49302>;counter=99999999999", NULL, 0x0a,
		  "\x84\x13\x94\x02\x00", 5 },
		{ U, FROM, "Privacy", "none;id", NULL, 0x0a, "\x84\x17\x94\x02\x00", 5 },
		{ U, FROM, "Privacy", "none", NULL, 0x0a, "\x84\x13\x94\x02\x00", 5 },
		{ U, FROM, "User-to-User", "zz;encoding=hex", NULL, 0x20, NULL, 0 },
		{ U, FROM, "P-Asserted-Identity", "<sip:+49@", NULL, 0x0a, "\x84\x13\x94\x02\x00",
		  5 },
	};

	(void)state;
	world_open(&w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str got = STR("");

		call_with(rows[i].uri, rows[i].from, rows[i].name, rows[i].value);
		if (rows[i].answer) {
			if (!strstr(w.trace, rows[i].answer) || w.sent.type)
				fail_msg("row %zu: %s", i, w.trace);
			continue;
		}
		if (w.sent.type != ISUP_IAM)
			fail_msg("row %zu: %s", i, w.trace);
		isup_get(&w.sent, (enum isup_param_code)rows[i].code, &got);
		if (!str_eq(got, str_n(rows[i].octets ? rows[i].octets : "", rows[i].len)))
			fail_msg("row %zu: %zu octets", i, got.len);
		trunk_rel(&w, w.sent.cic, 16);
	}
	w.trace[0] = '\0';
	world_close(&w);
}

/* Nothing that was not mapped goes out: the names of all headers are these. */
static void test_nothing_leaks(void **state)
{
	static const char *const allowed[] = {
		"Via",
		"Max-Forwards",
		"From",
		"To",
		"Call-ID",
		"CSeq",
		"Contact",
		"Allow",
		"User-Agent",
		"Supported",
		"Min-SE",
		"Session-Expires",
		"P-Asserted-Identity",
		"Content-Type",
		"Content-Length",
	};
	struct isup_msg iam;

	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	iam = w.sent;
	trunk_rel(&w, 1, 16);
	for (unsigned code = 0xf0; code < 0xf8; code++)
		isup_put(&iam, (enum isup_param_code)code, STR("SECRET"));
	isup_put(&iam, (enum isup_param_code)0x81, STR("SECRET"));
	isup_put(&iam, (enum isup_param_code)0x1a, STR("SECRET"));
	trunk_send(&w, &iam, 8);
	assert_null(strstr(w.invite, "SECRET"));
	for (const char *p = strchr(w.invite, '\n') + 1; *p && *p != '\r';
	     p = strchr(p, '\n') + 1) {
		bool found = false;

		for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
			found |= strncmp(p, allowed[i], strlen(allowed[i])) == 0 &&
				 p[strlen(allowed[i])] == ':';
		if (!found)
			fail_msg("%.60s", p);
	}
	trunk_rel(&w, 8, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* Two routes to the trunk, the second with a 9 before the number. */
static void two_routes(struct gw_config *c)
{
	struct gw_route_cfg *r = gw_config_route_add(c);

	*r = (struct gw_route_cfg){ .prefix = "77", .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK };
	strcpy(r->to_name, "east");
	r = gw_config_route_add(c);
	*r = (struct gw_route_cfg){ .prefix = "77",
				    .from = GW_SIDE_SIP,
				    .to = GW_SIDE_TRUNK,
				    .choice = 1,
				    .prepend = "9" };
	strcpy(r->to_name, "east");
}

static const char *called(void)
{
	static struct isup_number n;

	assert_int_equal(w.sent.type, ISUP_IAM);
	assert_int_equal(isup_get_number(&w.sent, ISUP_P_CALLED_NUMBER, &n), 0);
	return n.digits;
}

static void test_next_route(void **state)
{
	(void)state;
	world_open_with(&w, two_routes);
	phone_call(&w, "771");
	saw(&w, "IAM:1");
	assert_string_equal(called(), "771");
	trunk_rel(&w, 1, 34);
	saw(&w, "RLC:1 IAM:2");
	assert_string_equal(called(), "9771");
	/* there is no third */
	trunk_rel(&w, 2, 34);
	saw(&w, "RLC:2 ended 503/34");
	world_close(&w);
}

static void test_next_route_answers(void **state)
{
	(void)state;
	world_open_with(&w, two_routes);
	phone_call(&w, "771");
	trunk_rel(&w, 1, 41);
	w.trace[0] = '\0';
	trunk_says(&w, ISUP_ACM, 2);
	trunk_says(&w, ISUP_ANM, 2);
	saw(&w, "open:2:to-rtp 180+ modify:2:both 200+");
	phone_hangup(&w, NULL);
	saw(&w, "REL:2/16 close ended");
	assert_int_equal(info().leg[1].cic, 2);
	world_close(&w);
}

/* The caller gives up while the second is tried. */
static void test_next_route_and_cancel(void **state)
{
	(void)state;
	world_open_with(&w, two_routes);
	w.mute_trunk = true;
	phone_call(&w, "771");
	trunk_rel(&w, 1, 42);
	w.trace[0] = '\0';
	phone_hangup(&w, NULL);
	w.mute_trunk = false;
	world_wait(&w, 60000);
	w.trace[0] = '\0';
	world_close(&w);
}

/* Not for these causes, not after an ACM, not for one that is not in the list. */
static void test_no_next_route(void **state)
{
	static const uint8_t never[] = { 1, 16, 17, 18, 19, 21, 28, 127 };

	(void)state;
	world_open_with(&w, two_routes);
	for (size_t i = 0; i < sizeof(never); i++) {
		phone_call(&w, "771");
		trunk_rel(&w, (uint16_t)atoi(strstr(w.trace, "IAM:") + 4), never[i]);
		assert_null(strstr(strstr(w.trace, "IAM:") + 4, "IAM:"));
		assert_non_null(strstr(w.trace, "ended"));
		w.trace[0] = '\0';
	}
	phone_call(&w, "771");
	trunk_acm(&w, w.sent.cic, 0, false);
	trunk_rel(&w, (uint16_t)atoi(strstr(w.trace, "IAM:") + 4), 34);
	assert_non_null(strstr(w.trace, "503/34"));
	w.trace[0] = '\0';
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_of_rfc3398),
		cmocka_unit_test(test_rows_of_q1912_5),
		cmocka_unit_test(test_t11),
		cmocka_unit_test(test_calls_are_explained),
		cmocka_unit_test(test_indicators),
		cmocka_unit_test(test_isup_in_bodies),
		cmocka_unit_test(test_no_isup_in_bodies),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_nothing_leaks),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_no_data),
		cmocka_unit_test(test_next_route),
		cmocka_unit_test(test_next_route_answers),
		cmocka_unit_test(test_next_route_and_cancel),
		cmocka_unit_test(test_no_next_route),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
