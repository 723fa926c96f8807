/* SPDX-License-Identifier: GPL-3.0-or-later */
/* location: what of RFC 6442 passes from one INVITE to another, as it is, and what does not. */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

#include "interwork/encap.h"
#include "unit/support.h"

#define PIDF	"<presence entity=\"pres:a@b\"/>"
#define SDP	"v=0\r\n"
#define CID	"<cid:t123@a.example>"
#define NO_BODY ""

static struct sip_msg msg;
static struct iw_location where;
static struct iw_explain explain;
static struct iw_profile profile;
static const struct iw_ctx x = { &profile, &explain, 0 };

/* An INVITE with SDP and, when `id` is not NULL, a part of this type and Content-ID. */
static const struct sip_msg *invite(const char *lines, const char *id, const char *type,
				    const char *more, const char *content)
{
	static char text[9000], body[6000];
	struct tg_diag d = TG_DIAG_NONE;

	body[0] = '\0';
	if (id)
		snprintf(body, sizeof(body),
			 "--b\r\nContent-Type: application/sdp\r\n\r\n" SDP
			 "\r\n--b\r\nContent-Type: %s\r\nContent-ID: %s\r\n%s\r\n%s\r\n--b--\r\n",
			 type, id, more, content);
	snprintf(text, sizeof(text),
		 "INVITE sip:100@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
		 "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1@x\r\nCSeq: 1 INVITE\r\n"
		 "Contact: <sip:a@h>\r\nMax-Forwards: 70\r\n%s"
		 "Content-Type: multipart/mixed;boundary=b\r\nContent-Length: %zu\r\n\r\n%s",
		 lines, strlen(body), body);
	if (sip_msg_parse(&msg, str_of(text), &d) < 0)
		fail_msg("%s\n%s", d.text, text);
	return &msg;
}

static bool take(const char *lines, const char *id)
{
	return iw_location_take(&x, invite(lines, id, "application/pidf+xml", NO_BODY, PIDF),
				&where);
}

static int begin(void **state)
{
	(void)state;
	profile = IW_PROFILE(IW_RFC3398, "p");
	explain.nr = explain.lost = 0;
	return iw_profile_set(&profile, IW_TABLE_MAP, IW_MAP_GEOLOCATION, 1);
}

static void test_by_body(void **state)
{
	(void)state;
	assert_true(
		take("Geolocation: " CID "\r\nGeolocation-Routing: YES\r\n", "<t123@a.example>"));
	assert_string_equal(where.values, CID);
	assert_string_equal(where.routing, "yes");
	assert_string_equal(where.id, "<t123@a.example>");
	assert_true(str_eq(str_n(where.body, where.len), STR(PIDF)));
	assert_string_equal(explain.row[0].table, "geolocation");
	assert_string_equal(explain.row[0].source.clause, "configured");
}

/* RFC 6442 4.1: several, in their order, with parameters that nobody knows. */
static void test_by_reference(void **state)
{
	(void)state;
	assert_true(take("Geolocation: <sips:1@a.example>;x=1,  <https://a.example/1>\r\n"
			 "Geolocation: <pres:b@a.example>\r\nGeolocation-Routing: maybe\r\n",
			 NULL));
	assert_string_equal(where.values,
			    "<sips:1@a.example>;x=1, <https://a.example/1>, <pres:b@a.example>");
	assert_string_equal(where.routing, "no"); /* 4.2 */
	assert_string_equal(where.id, "");
	assert_int_equal(where.len, 0);
}

/* RFC 2392 2: the URL has the Content-ID with escapes. */
static void test_escaped(void **state)
{
	(void)state;
	assert_true(take("Geolocation: <CID:t%31@a.example>\r\n", "<t1@a.example>"));
	assert_string_equal(where.values, "<CID:t%31@a.example>");
	assert_string_equal(where.id, "<t1@a.example>");
}

static void test_option(void **state)
{
	struct iw_headers h = { 0 };

	(void)state;
	assert_true(take("Geolocation: " CID "\r\n", "<t123@a.example>"));
	iw_profile_set(&profile, IW_TABLE_MAP, IW_MAP_GEOLOCATION, 0);
	assert_false(iw_location_to_sip(&x, &where, &h));
	assert_int_equal(h.nr, 0);
	assert_false(take("Geolocation: " CID "\r\n", "<t123@a.example>"));
	for (uint8_t base = 0; base < IW_NR_BASES; base++)
		assert_false(
			iw_profile_has(&(struct iw_profile){ .base = base }, IW_MAP_GEOLOCATION));
}

/* RFC 5621 9.1: who does not look at it may not do as if; a part that may be ignored may be. */
static void test_refused(void **state)
{
	const struct sip_msg *m;

	(void)state;
	m = invite("", "<t1@a>", "application/pidf+xml", NO_BODY, PIDF);
	assert_false(iw_location_refused(&x, m));
	iw_profile_set(&profile, IW_TABLE_MAP, IW_MAP_GEOLOCATION, 0);
	assert_true(iw_location_refused(&x, m));
	m = invite("", "<t1@a>", "application/pidf+xml",
		   "Content-Disposition: render;handling=optional\r\n", PIDF);
	assert_false(iw_location_refused(&x, m));
	assert_false(iw_location_refused(&x, invite("", NULL, NO_BODY, NO_BODY, NO_BODY)));
}

/* What does not pass. */
static void test_left_out(void **state)
{
	static const char *const lines[] = {
		"Geolocation: <geo:1,2>\r\n",	   /* RFC 6442 4.1 */
		"Geolocation: <javascript:x>\r\n", /* another scheme */
		"Geolocation: " CID "\r\n",	   /* no such body */
		"Geolocation: <cid:>\r\n",	   /* */
		"Geolocation: <cid:%00@a.example>\r\n",
		"Geolocation: <cid:%0d%0aX%3A@a.example>\r\n", /* */
		"Geolocation: sip\r\n",			       /* */
		"Geolocation: <https://a/>;x=\r\n 1\r\n",      /* goes on in the next line */
		"Geolocation-Routing: yes\r\n",		       /* of nothing */
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(lines); i++)
		if (take(lines[i], "<other@a.example>"))
			fail_msg("%s passes as %s", lines[i], where.values);
}

static void test_bad_bodies(void **state)
{
	static char big[5000];
	static const struct {
		const char *type, *more, *content;
	} rows[] = {
		{ "text/plain", NO_BODY, PIDF },
		{ "application/pidf+xml", "Content-Transfer-Encoding: base64\r\n", "PHA+" },
		{ "application/pidf+xml", NO_BODY, "" },
		{ "application/pidf+xml", NO_BODY, big },
	};

	(void)state;
	memset(big, 'x', IW_LOCATION_MAX + 1);
	for (size_t i = 0; i < NR_OF(rows); i++)
		if (iw_location_take(&x,
				     invite("Geolocation: " CID "\r\n", "<t123@a.example>",
					    rows[i].type, rows[i].more, rows[i].content),
				     &where))
			fail_msg("row %zu", i);
}

/* One that cannot pass takes no other one with it. */
static void test_one_of_two(void **state)
{
	(void)state;
	assert_true(take("Geolocation: <cid:other@a.example>, <https://a.example/1>, " CID "\r\n",
			 "<t123@a.example>"));
	assert_string_equal(where.values, "<https://a.example/1>, " CID);
	assert_string_equal(where.id, "<t123@a.example>");
	assert_string_equal(explain.row[1].to, "1 value left out");
}

/* More than there is room for: what fits. */
static void test_many(void **state)
{
	char lines[2000] = "";

	(void)state;
	for (int i = 0; i < 30; i++)
		snprintf(lines + strlen(lines), sizeof(lines) - strlen(lines),
			 "Geolocation: <https://location.example.com/%02d>\r\n", i);
	assert_true(take(lines, NULL));
	assert_non_null(strstr(where.values, "/00>"));
	assert_null(strstr(where.values, "/29>"));
	assert_int_equal(where.values[strlen(where.values) - 1], '>');
}

/* Headers and the body of the next INVITE; read again it is the same. */
static void there_and_back(uint8_t base, const char *sdp)
{
	struct iw_profile p = { .base = base };
	struct iw_ctx y = { .profile = &p };
	static struct iw_location back;
	struct iw_headers h = { 0 };
	static struct iw_encap e;
	static char text[9000];
	struct isup_msg rel;
	const struct isup_cause c = { .value = 16 };
	struct str got;
	size_t len;

	isup_msg_init(&rel, ISUP_REL, 0);
	isup_put_cause(&rel, &c);
	iw_profile_set(&p, IW_TABLE_MAP, IW_MAP_GEOLOCATION, 1);
	assert_true(iw_location_to_sip(&y, &where, &h));
	assert_int_equal(iw_encap(&y, &rel, true, str_of(sdp), &where, &e), 1);
	len = (size_t)snprintf(
		text, sizeof(text),
		"INVITE sip:100@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
		"From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1@x\r\nCSeq: 1 INVITE\r\n"
		"Contact: <sip:a@h>\r\nMax-Forwards: 70\r\n%s: %s\r\n%s: %s\r\nContent-Type: " STR_FMT
		"\r\nContent-Length: %zu\r\n\r\n",
		h.name[0], iw_header_value(&h, 0), h.name[1], iw_header_value(&h, 1),
		STR_ARG(e.content_type), e.body.len);
	memcpy(text + len, e.body.p, e.body.len);
	assert_int_equal(sip_msg_parse(&msg, str_n(text, len + e.body.len), NULL), 0);
	assert_true(iw_location_take(&y, &msg, &back));
	assert_string_equal(back.values, where.values);
	assert_string_equal(back.routing, where.routing);
	assert_string_equal(back.id, where.id);
	assert_int_equal(back.len, where.len);
	assert_memory_equal(back.body, where.body, where.len);
	assert_int_equal(sip_msg_description(&msg, &got), sdp[0] != '\0');
	assert_int_equal(iw_decap(&y, &msg, &rel, NULL), base == IW_SIP_I);
}

static void test_there_and_back(void **state)
{
	(void)state;
	assert_true(take("Geolocation: " CID
			 ", <https://a.example/1>\r\nGeolocation-Routing: no\r\n",
			 "<t123@a.example>"));
	there_and_back(IW_RFC3398, SDP);
	there_and_back(IW_RFC3398, "");
	there_and_back(IW_SIP_I, SDP);
	there_and_back(IW_SIP_I, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_by_body, begin),
		cmocka_unit_test_setup(test_by_reference, begin),
		cmocka_unit_test_setup(test_escaped, begin),
		cmocka_unit_test_setup(test_option, begin),
		cmocka_unit_test_setup(test_refused, begin),
		cmocka_unit_test_setup(test_left_out, begin),
		cmocka_unit_test_setup(test_bad_bodies, begin),
		cmocka_unit_test_setup(test_one_of_two, begin),
		cmocka_unit_test_setup(test_many, begin),
		cmocka_unit_test_setup(test_there_and_back, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
