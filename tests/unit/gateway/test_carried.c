/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is carried beside a message's own meaning, through the gateway: user-to-user information of every
 * message (RFC 7433, RFC 7434), diversions, diagnostics, a medium that falls back; and what is not: the
 * names of all headers of all messages, and what is bad in responses.
 */
#include <stdio.h>
#include <stdlib.h>

#include "interwork/encap.h"
#include "isup/params.h"
#include "unit/gateway/world.h"

static struct world w;

static void itu(struct gw_config *c)
{
	strcpy(c->peer[0].interworking, "q1912.5-b");
}

static void with_isup(struct gw_config *c)
{
	strcpy(c->peer[0].interworking, "sip-i");
}

static const char *param(const struct isup_msg *m, unsigned code)
{
	struct str v;

	return isup_get(m, (enum isup_param_code)code, &v) ? hex_of(v) : "none";
}

static void put(struct isup_msg *m, unsigned code, const char *hex)
{
	assert_int_equal(isup_put(m, (enum isup_param_code)code, OCTETS(hex)), 0);
}

static void put_cause(struct isup_msg *m, uint8_t value)
{
	const struct isup_cause c = { .location = ISUP_LOC_TRANSIT, .value = value };

	assert_int_equal(isup_put_cause(m, &c), 0);
}

/* What the phone says with one more header: 18x, 200, a refusal, BYE (0). */
static void phone_says(unsigned status, const char *name, const char *value)
{
	struct sip_extra extra = { str_of(name), str_of(value) };
	struct sip_body body = { .extra = &extra, .nr_extra = 1 };

	if (status == 200) {
		body.content_type = STR("application/sdp");
		body.octets = str_of(phone_sdp(&w));
	}
	if (!status)
		sip_call_hangup(w.phone, w.now, w.call, 0, &body);
	else if (status < 200)
		sip_call_progress(w.phone, w.now, w.call, status, &body);
	else if (status == 200)
		sip_call_answer(w.phone, w.now, w.call, &body);
	else
		sip_call_reject(w.phone, w.now, w.call, status, &body);
	world_run(&w);
}

#define UUI_NAME  "User-to-User"
#define UUI_VALUE "0448;encoding=hex;purpose=isdn-uui"
#define UUI_LINE  "\r\nUser-to-User: 0448;encoding=hex;purpose=isdn-uui\r\n"

static void test_uui_towards_sip(void **state)
{
	struct isup_msg acm = trunk_msg(ISUP_ACM), cpg = trunk_msg(ISUP_CPG);
	struct isup_msg anm = trunk_msg(ISUP_ANM), rel = trunk_msg(ISUP_REL);

	(void)state;
	world_open(&w);
	put(&acm, 0x20, "0448");
	put(&cpg, 0x20, "0448");
	put(&anm, 0x20, "0448");
	put_cause(&rel, 17);
	put(&rel, 0x20, "0448");
	phone_call(&w, "100");
	trunk_send(&w, &acm, 1);
	assert_non_null(strstr(w.progress, UUI_LINE));
	w.progress[0] = '\0';
	trunk_send(&w, &cpg, 1);
	assert_non_null(strstr(w.progress, UUI_LINE));
	trunk_send(&w, &anm, 1);
	assert_non_null(strstr(w.ok, UUI_LINE));
	trunk_send(&w, &rel, 1);
	assert_non_null(strstr(w.bye, UUI_LINE));
	w.trace[0] = '\0';
	phone_call(&w, "100");
	trunk_send(&w, &rel, w.sent.cic);
	assert_non_null(strstr(w.final, UUI_LINE));
	w.trace[0] = '\0';
	world_close(&w);
}

/* RFC 7433 4: a CANCEL has none. */
static void test_uui_not_in_cancel(void **state)
{
	struct isup_msg rel = trunk_msg(ISUP_REL);

	(void)state;
	world_open(&w);
	put_cause(&rel, 16);
	put(&rel, 0x20, "0448");
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, false);
	trunk_send(&w, &rel, 5);
	assert_non_null(strstr(w.bye, "CANCEL "));
	assert_null(strstr(w.bye, UUI_NAME));
	w.trace[0] = '\0';
	world_close(&w);
}

static void test_uui_towards_the_trunk(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	phone_says(180, UUI_NAME, UUI_VALUE);
	assert_int_equal(w.sent.type, ISUP_ACM);
	assert_string_equal(param(&w.sent, 0x20), "04 48");
	phone_says(183, UUI_NAME, UUI_VALUE);
	assert_int_equal(w.sent.type, ISUP_CPG);
	assert_string_equal(param(&w.sent, 0x20), "04 48");
	phone_says(200, UUI_NAME, UUI_VALUE);
	assert_int_equal(w.sent.type, ISUP_ANM);
	assert_string_equal(param(&w.sent, 0x20), "04 48");
	phone_says(0, UUI_NAME, UUI_VALUE);
	assert_int_equal(w.sent.type, ISUP_REL);
	assert_string_equal(param(&w.sent, 0x20), "04 48");
	trunk_iam(&w, 7, "200", "100");
	phone_says(486, UUI_NAME, UUI_VALUE);
	assert_int_equal(w.sent.type, ISUP_REL);
	assert_string_equal(param(&w.sent, 0x20), "04 48");
	w.trace[0] = '\0';
	world_close(&w);
}

/* Q.763 3.46, 3.6; RFC 7044 10.3: both ways. */
static void test_diversions(void **state)
{
	struct isup_msg cpg = trunk_msg(ISUP_CPG);

	(void)state;
	world_open_with(&w, itu);
	trunk_iam(&w, 5, "200", "100");
	phone_says(181, "History-Info",
		   "<sip:200@x>;index=1, <sip:+49302@x;cause=486>;index=1.1;mp=1");
	assert_int_equal(w.sent.type, ISUP_CPG);
	assert_string_equal(param(&w.sent, 0x0c), "84 90 94 03 02");
	assert_string_equal(param(&w.sent, 0x36), "0a");
	assert_string_equal(param(&w.sent, 0x24), "04"); /* call forwarded on busy */
	trunk_rel(&w, 5, 16);
	trunk_cpg(&w, 5, 0); /* nobody's */
	w.trace[0] = '\0';
	phone_call(&w, "100");
	trunk_acm(&w, w.sent.cic, 0, false);
	put(&cpg, 0x24, "05");
	put(&cpg, 0x0c, "8490940302");
	trunk_send(&w, &cpg, w.sent.cic);
	assert_non_null(strstr(w.progress, "SIP/2.0 181 "));
	assert_non_null(strstr(w.progress, ";cause=408>;index=1.1;mp=1\r\n"));
	trunk_rel(&w, w.sent.cic, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void with_data(struct gw_config *c)
{
	c->peer[0].nr_codecs = 2;
	c->peer[0].codec[0] = SDP_PCMA;
	c->peer[0].codec[1] = SDP_CLEARMODE;
}

/* Q.763 3.54-3.56: 64 kbit/s preferred, audio else: both are offered, and ANM says which it became. */
static void test_medium_falls_back(void **state)
{
	struct isup_msg iam;

	(void)state;
	for (int clear = 0; clear < 2; clear++) {
		world_open_with(&w, with_data);
		phone_call(&w, "100");
		iam = w.sent;
		trunk_rel(&w, 1, 16);
		put(&iam, 0x02, "06");
		put(&iam, 0x3e, "03");
		trunk_send(&w, &iam, 8);
		assert_non_null(strstr(w.invite, "PCMA"));
		assert_non_null(strstr(w.invite, "CLEARMODE"));
		assert_true(strstr(w.invite, "CLEARMODE") < strstr(w.invite, "PCMA"));
		if (clear) {
			w.caps.nr_codecs = 1;
			w.caps.codec[0] = SDP_CLEARMODE;
		}
		phone_answer(&w);
		assert_int_equal(w.sent.type, ISUP_CON);
		assert_string_equal(param(&w.sent, 0x35), clear ? "none" : "03");
		trunk_rel(&w, 8, 16);
		w.trace[0] = '\0';
		world_close(&w);
	}
}

/* Q.735.1: where SIP cannot be told of the group, the call ends here. */
static void test_closed_group(void **state)
{
	struct isup_cause c;
	struct isup_msg iam;

	(void)state;
	for (int isup = 0; isup < 2; isup++) {
		world_open_with(&w, isup ? with_isup : NULL);
		phone_call(&w, "100");
		iam = w.sent;
		trunk_rel(&w, 1, 16);
		put(&iam, 0x08, "03");
		put(&iam, 0x1a, "12340567");
		w.invite[0] = '\0';
		trunk_send(&w, &iam, 8);
		if (isup) {
			assert_string_equal(param(&w.in_body, 0x1a), "12 34 05 67");
			trunk_rel(&w, 8, 16);
		} else {
			assert_string_equal(w.invite, "");
			assert_int_equal(isup_get_cause(&w.sent, &c), 0);
			assert_int_equal(c.value, 29);
		}
		w.trace[0] = '\0';
		world_close(&w);
	}
}

/* Without such bodies they stay with the call. */
static void test_diagnostics_are_kept(void **state)
{
	const struct isup_cause c = {
		.location = ISUP_LOC_TRANSIT, .value = 102, .nr_diagnostics = 1, .diagnostics = "9"
	};
	struct isup_msg rel = trunk_msg(ISUP_REL);
	struct gw_call_info info;

	(void)state;
	world_open(&w);
	isup_put_cause(&rel, &c);
	phone_call(&w, "100");
	trunk_send(&w, &rel, 1);
	assert_null(strstr(w.final, "T9"));
	assert_true(gw_call_find(w.gw, 1, &info));
	assert_int_equal(info.cause, 102);
	assert_int_equal(info.location, ISUP_LOC_TRANSIT);
	assert_string_equal(info.diagnostics, "timer T9");
	w.trace[0] = '\0';
	world_close(&w);
}

/* Q.850 2.2.7: the diagnostics of a REL, with bodies of ISUP, both ways. */
static void test_diagnostics(void **state)
{
	static const struct iw_profile sip_i = IW_PROFILE(IW_SIP_I, "sip-i");
	const struct iw_ctx x = { .profile = &sip_i };
	struct isup_cause c = {
		.location = 4, .value = 43, .nr_diagnostics = 1, .diagnostics = "\x03"
	};
	struct isup_msg rel = trunk_msg(ISUP_REL);
	struct sip_extra extra[2];
	struct sip_body body = { .extra = extra, .nr_extra = 2 };
	char reason[IW_REASON_MAX];
	struct iw_encap e;

	(void)state;
	world_open_with(&w, with_isup);
	isup_put_cause(&rel, &c);
	phone_call(&w, "100");
	trunk_send(&w, &rel, 1);
	assert_int_equal(isup_get_cause(&w.in_body, &c), 0);
	assert_int_equal(c.nr_diagnostics, 1);
	trunk_iam(&w, 5, "200", "100");
	assert_int_equal(iw_encap(&x, &rel, false, STR(""), NULL, &e), 1);
	extra[0] = (struct sip_extra){ STR("Content-Disposition"), str_of(e.disposition) };
	extra[1] = (struct sip_extra){ STR("Reason"), str_of(iw_reason_print(&c, reason)) };
	body.content_type = e.content_type;
	body.octets = e.body;
	assert_int_equal(sip_call_reject(w.phone, w.now, w.call, 500, &body), 0);
	world_run(&w);
	assert_int_equal(w.sent.type, ISUP_REL);
	assert_int_equal(isup_get_cause(&w.sent, &c), 0);
	assert_int_equal(c.value, 43);
	assert_int_equal(c.nr_diagnostics, 1);
	w.trace[0] = '\0';
	world_close(&w);
}

/* Q.763 3.16, Q.731.5: who called asked who answers, and nobody says. */
static void test_connected_is_not_available(void **state)
{
	struct isup_msg iam;

	(void)state;
	world_open_with(&w, itu);
	phone_call(&w, "100");
	iam = w.sent; /* it asks */
	trunk_rel(&w, 1, 16);
	trunk_send(&w, &iam, 8);
	phone_answer(&w);
	assert_int_equal(w.sent.type, ISUP_CON);
	assert_string_equal(param(&w.sent, 0x21), "00 0b");
	trunk_rel(&w, 8, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* --- what never goes out --- */
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
	"Server",
	"Supported",
	"Min-SE",
	"Session-Expires",
	"P-Asserted-Identity",
	"Content-Type",
	"Content-Length",
	"Reason",
	"Require",
	"RSeq",
	"Accept",
	"Record-Route",
	"Warning",
	"Date",
};

static void check_headers(const char *message, const char *what)
{
	const char *p = strchr(message, '\n');

	assert_non_null(p);
	for (p++; *p && *p != '\r'; p = strchr(p, '\n') + 1) {
		bool found = false;

		for (size_t i = 0; i < NR_OF(allowed); i++)
			found |= strncmp(p, allowed[i], strlen(allowed[i])) == 0 &&
				 p[strlen(allowed[i])] == ':';
		if (!found)
			fail_msg("%s: %.60s", what, p);
	}
	if (strstr(message, "SECRET"))
		fail_msg("%s: %s", what, message);
}

static struct isup_msg with_secrets(uint8_t type)
{
	static const uint8_t codes[] = { 0x05, 0x1a, 0x2a, 0x34, 0x39, 0x3f,
					 0x81, 0xc1, 0xc7, 0xf1, 0xf2 };
	struct isup_msg m = trunk_msg(type);

	for (size_t i = 0; i < sizeof(codes); i++)
		isup_put(&m, (enum isup_param_code)codes[i], STR("SECRET"));
	if (type == ISUP_REL)
		put_cause(&m, 16);
	return m;
}

/* Of each message that goes to SIP, beside the INVITE (test_interwork). */
static void test_nothing_leaks_to_sip(void **state)
{
	static const uint8_t types[] = { ISUP_ACM, ISUP_CPG, ISUP_ANM, ISUP_REL };
	struct isup_msg m;

	(void)state;
	world_open(&w);
	phone_call(&w, "100");
	for (size_t i = 0; i < sizeof(types); i++) {
		m = with_secrets(types[i]);
		trunk_send(&w, &m, 1);
	}
	check_headers(w.progress, "18x");
	check_headers(w.ok, "200");
	check_headers(w.bye, "BYE");
	w.trace[0] = '\0';
	phone_call(&w, "100");
	m = with_secrets(ISUP_REL);
	trunk_send(&w, &m, w.sent.cic);
	check_headers(w.final, "4xx");
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, false);
	trunk_send(&w, &m, 5);
	check_headers(w.bye, "CANCEL");
	w.trace[0] = '\0';
	world_close(&w);
}

/* Of each message into the trunk: these parameters and no others. */
static void check_params(uint8_t type, const char *codes)
{
	assert_int_equal(w.sent.type, type);
	for (unsigned i = 0; i < w.sent.nr_params; i++) {
		char code[8];

		snprintf(code, sizeof(code), "%02x ", w.sent.param[i].code);
		if (!strstr(codes, code))
			fail_msg("message %02x has parameter %s", type, code);
	}
}

static void test_nothing_leaks_to_the_trunk(void **state)
{
	static const char *const names[] = { "P-Preferred-Identity", "Call-Info", "Subject",
					     "Organization",	     "X-Isup",	  "Alert-Info",
					     "Geolocation" };

	(void)state;
	for (size_t i = 0; i < NR_OF(names); i++) {
		world_open(&w);
		w.extra = (struct sip_extra){ str_of(names[i]), STR("<sip:5345435245@x>") };
		phone_call(&w, "100");
		check_params(ISUP_IAM, "04 06 07 08 09 02 0a 3d 28 ");
		w.extra = (struct sip_extra){ STR(""), STR("") };
		trunk_rel(&w, 1, 16);
		trunk_iam(&w, 5, "200", "100");
		phone_says(180, names[i], "<sip:5345435245@x>");
		check_params(ISUP_ACM, "11 ");
		phone_says(183, names[i], "<sip:5345435245@x>");
		check_params(ISUP_CPG, "24 ");
		phone_says(200, names[i], "<sip:5345435245@x>");
		check_params(ISUP_ANM, "");
		phone_says(0, names[i], "<sip:5345435245@x>");
		check_params(ISUP_REL, "12 ");
		w.trace[0] = '\0';
		world_close(&w);
	}
}

/* --- bad input, from both sides --- */
/* An IAM without digits, with letters, with 32 digits: what the standard names. */
static void test_bad_called_numbers(void **state)
{
	static const struct {
		const char *number; /* octets of the called party number */
		const char *uri;    /* of the INVITE; NULL: REL 28 */
	} rows[] = {
		{ "0490", NULL }, /* international, no digit */
		{ "0390", NULL },
		{ "84900f", NULL }, /* ST alone */
		{ "049021f0", "sip:+120" },
		{ "0390cb21", "sip:BC12@" }, /* codes 11 and 12 stay what they are */
		{ "039021436587092143658709214365870921", "sip:12345678901234567890123456789012@" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct isup_cause c;
		struct isup_msg iam;

		world_open(&w);
		phone_call(&w, "100");
		iam = w.sent;
		trunk_rel(&w, 1, 16);
		put(&iam, 0x04, rows[i].number);
		w.invite[0] = '\0';
		w.sent.type = 0;
		trunk_send(&w, &iam, 8);
		if (rows[i].uri && !strstr(w.invite, rows[i].uri))
			fail_msg("row %zu: %.80s", i, w.invite);
		if (!rows[i].uri) {
			assert_int_equal(w.sent.type, ISUP_REL);
			assert_int_equal(isup_get_cause(&w.sent, &c), 0);
			assert_int_equal(c.value, 28);
		} else {
			trunk_rel(&w, 8, 16);
		}
		w.trace[0] = '\0';
		world_close(&w);
	}
}

/* RFC 3204, RFC 5621 3.2: a body that is no ISUP: 415 when it is required, else it is left out. */
static void test_broken_bodies(void **state)
{
	static const char *const bodies[] = { "", "\x01", "\x01\x02", "\xff\xff\xff\xff",
					      "\x01\x10\x60\x01\x0a\x03\xff\xff" };

	(void)state;
	for (size_t i = 0; i < 2 * NR_OF(bodies); i++) {
		bool required = i >= NR_OF(bodies);
		char text[1200];
		struct sip_invite inv = { .path = 1,
					  .target = w.gw_addr,
					  .uri = STR("sip:100@192.0.2.1"),
					  .from = STR("<sip:200@192.0.2.9>"),
					  .to = STR("<sip:100@192.0.2.1>") };

		world_open_with(&w, with_isup);
		inv.target = w.gw_addr;
		snprintf(text, sizeof(text),
			 "--x\r\nContent-Type: application/sdp\r\n\r\n%s\r\n--x\r\nContent-Type: "
			 "application/isup;version=itu-t92+\r\nContent-Disposition: "
			 "signal;handling=%s\r\n\r\n%s\r\n--x--\r\n",
			 phone_sdp(&w), required ? "required" : "optional",
			 bodies[i % NR_OF(bodies)]);
		inv.body.content_type = STR("multipart/mixed;boundary=x");
		inv.body.octets = str_of(text);
		w.sent.type = 0;
		assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
		world_run(&w);
		if (required != (strstr(w.trace, "415") != NULL))
			fail_msg("body %zu: %s", i, w.trace);
		assert_int_equal(w.sent.type, required ? 0 : ISUP_IAM);
		if (!required)
			trunk_rel(&w, w.sent.cic, 16);
		w.trace[0] = '\0';
		world_close(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uui_towards_sip),
		cmocka_unit_test(test_uui_not_in_cancel),
		cmocka_unit_test(test_uui_towards_the_trunk),
		cmocka_unit_test(test_diversions),
		cmocka_unit_test(test_medium_falls_back),
		cmocka_unit_test(test_closed_group),
		cmocka_unit_test(test_diagnostics),
		cmocka_unit_test(test_diagnostics_are_kept),
		cmocka_unit_test(test_connected_is_not_available),
		cmocka_unit_test(test_nothing_leaks_to_sip),
		cmocka_unit_test(test_nothing_leaks_to_the_trunk),
		cmocka_unit_test(test_bad_called_numbers),
		cmocka_unit_test(test_broken_bodies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
