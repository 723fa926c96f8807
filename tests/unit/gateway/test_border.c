/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls from SIP to SIP: two legs that negotiate codecs and keys for themselves, joined by a pair of
 * timeslots inside the media side. The phone is at both ends: who called is the first of its calls.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/inside.h"
#include "unit/gateway/world.h"

static struct world w;

static void to_itself(struct gw_config *c)
{
	c->route[0].to = GW_SIDE_SIP;
	strcpy(c->route[0].to_name, "phone");
}

static void one_join(struct gw_config *c)
{
	to_itself(c);
	c->rtp_joins = 1;
}

static void call(void)
{
	phone_call(&w, "100");
	saw(&w, "INVITE+");
}

/* INVITE, 180, 200, BYE: both legs are opened together, the first timeslot is who called's. */
static void test_call(void **state)
{
	struct gw_call_info info;
	unsigned pos = 0;

	(void)state;
	world_open_with(&w, to_itself);
	call();
	phone_progress(&w, 180, false);
	saw(&w, "180+");
	phone_answer(&w);
	saw(&w, "open:1:both open:2:both ACK 200+");
	assert_int_equal(w.open.span, GW_MAX_SPANS);
	assert_true(gw_call_walk(w.gw, &pos, &info));
	assert_int_equal(info.state, GW_CALL_ANSWERED);
	gw_call_query(w.gw, info.nr);
	world_run(&w);
	saw(&w, "query query");
	phone_hangup(&w, NULL);
	saw(&w, "close close BYE/16 ended");
	world_close(&w);
}

static void with_location(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "located");

	to_itself(c);
	iw_profile_set(p, IW_TABLE_MAP, IW_MAP_GEOLOCATION, 1);
	strcpy(c->peer[0].interworking, "located");
}

static const struct sip_extra located[] = {
	{ STR_INIT("Geolocation"), STR_INIT("<cid:t1@a.example>, <https://a.example/1>") },
	{ STR_INIT("Geolocation-Routing"), STR_INIT("yes") },
};

/* SDP and a location that says how it is to be handled. */
static struct sip_body located_body(const char *disposition)
{
	static char body[2000];

	snprintf(body, sizeof(body),
		 "--b\r\nContent-Type: application/sdp\r\n\r\n%s\r\n--b\r\n"
		 "Content-Type: application/pidf+xml\r\nContent-ID: <t1@a.example>\r\n%s\r\n"
		 "<presence/>\r\n--b--\r\n",
		 phone_sdp(&w), disposition);
	return (struct sip_body){ .content_type = STR("multipart/mixed;boundary=b"),
				  .octets = str_of(body),
				  .extra = located,
				  .nr_extra = 2 };
}

static void call_located(const char *disposition)
{
	struct sip_invite inv = { .path = 1,
				  .target = w.gw_addr,
				  .uri = STR("sip:100@192.0.2.1"),
				  .from = STR("<sip:200@192.0.2.9>"),
				  .to = STR("<sip:100@192.0.2.1>"),
				  .body = located_body(disposition) };

	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
}

/* RFC 6442 4: where who calls is goes along as it is, when the profiles say so. */
static void test_location(void **state)
{
	(void)state;
	world_open_with(&w, with_location);
	call_located("");
	saw(&w, "INVITE+");
	assert_non_null(
		strstr(w.invite, "\r\nGeolocation: <cid:t1@a.example>, <https://a.example/1>\r\n"));
	assert_non_null(strstr(w.invite, "\r\nGeolocation-Routing: yes\r\n"));
	assert_non_null(strstr(w.invite, "\r\nContent-Type: application/pidf+xml\r\n"
					 "Content-ID: <t1@a.example>\r\n\r\n<presence/>\r\n--"));
	phone_answer(&w);
	phone_hangup(&w, NULL);
	w.trace[0] = '\0';
	world_close(&w);
}

static void test_location_stays(void **state)
{
	struct sip_body body;

	(void)state;
	world_open_with(&w, to_itself);
	call_located("");
	saw(&w, "ended 415");
	call_located("Content-Disposition: render;handling=optional\r\n");
	saw(&w, "INVITE+");
	assert_null(strstr(w.invite, "eolocation"));
	assert_null(strstr(w.invite, "presence"));
	phone_answer(&w);
	w.trace[0] = '\0';
	body = located_body("");
	sip_call_reinvite(w.phone, w.now, w.call, &body);
	world_run(&w);
	saw(&w, "re-INVITE-failed");
	phone_hangup(&w, NULL);
	w.trace[0] = '\0';
	world_close(&w);
}

/* Early media go backward only. */
static void test_early_media(void **state)
{
	(void)state;
	world_open_with(&w, to_itself);
	call();
	phone_progress(&w, 183, true);
	saw(&w, "open:1:to-rtp open:2:from-rtp 183+");
	phone_answer(&w);
	saw(&w, "modify:1:both modify:2:both ACK 200+");
	phone_hangup(&w, NULL);
	w.trace[0] = '\0';
	world_close(&w);
}

/* One call has the only place there is of its law, a second one that of the other, a third none; and
 * places come back. */
static void test_room(void **state)
{
	struct gw_pair pair = { 0 }, other = { 0 };
	struct gw_inside in = { 0 };
	struct mem *m = mem_root("test");

	(void)state;
	assert_int_equal(gw_inside_init(&in, m, 5, 2), 0);
	assert_true(gw_inside_any(&in));
	for (unsigned n = 0; n < MED_INSIDE_PAIRS; n++) {
		assert_true(gw_inside_get(&in, true, &pair));
		assert_int_equal(pair.span, 6);
		assert_int_equal(pair.timeslot, 2 * n + 1);
	}
	assert_false(gw_inside_get(&in, true, &other));
	assert_true(gw_inside_get(&in, false, &other));
	assert_int_equal(other.span, 5);
	gw_inside_put(&in, &pair);
	assert_int_equal(pair.timeslot, 0);
	gw_inside_put(&in, &pair); /* there is none */
	assert_true(gw_inside_get(&in, true, &pair));
	assert_int_equal(pair.timeslot, 29);
	assert_false(gw_inside_get(&in, true, &pair));
	mem_free(m);
}

/* Many calls one after the other: every place is given back. */
static void test_again_and_again(void **state)
{
	(void)state;
	world_open_with(&w, one_join);
	for (unsigned n = 0; n < 70; n++) {
		call();
		phone_answer(&w);
		phone_hangup(&w, NULL);
		w.trace[0] = '\0';
	}
	world_close(&w);
}

/* PCMU at both ends goes through a mu-law span, octet for octet. */
static void mu_law(struct gw_config *c)
{
	to_itself(c);
	c->peer[0].nr_codecs = 1;
	c->peer[0].codec[0] = SDP_PCMU;
}

static void test_mu_law(void **state)
{
	(void)state;
	world_open_with(&w, mu_law);
	call();
	phone_answer(&w);
	saw(&w, "open:1:both open:2:both ACK 200+");
	assert_int_equal(w.open.codec, MED_PCMU);
	assert_int_equal(w.open.span, GW_MAX_SPANS + 1);
	phone_hangup(&w, NULL);
	w.trace[0] = '\0';
	world_close(&w);
}

/* A refusal leaves nothing. */
static void test_not_answered(void **state)
{
	(void)state;
	world_open_with(&w, to_itself);
	call();
	phone_reject(&w, 486, NULL);
	saw(&w, "ended 486/17");
	world_close(&w);
}

static void once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	if (world_try_open(&w, to_itself)) {
		phone_call(&w, "100");
		phone_answer(&w);
		phone_hangup(&w, NULL);
		world_wait(&w, 40000);
	}
	gw_free(w.gw);
	mem_free(w.mem);
	memset(&w, 0, sizeof(w));
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_location),  cmocka_unit_test(test_location_stays),
		cmocka_unit_test(test_call),	  cmocka_unit_test(test_early_media),
		cmocka_unit_test(test_room),	  cmocka_unit_test(test_again_and_again),
		cmocka_unit_test(test_mu_law),	  cmocka_unit_test(test_not_answered),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
