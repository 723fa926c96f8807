/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_args: command lines, right and wrong; lab/callgen: when calls are made. */
#include <string.h>

#include "unit/support.h"
#include "lab/callgen.h"
#include "lab/exchange_args.h"
#include "ss7/m3ua.h"

#define GOOD "--span unix:/run/s --link m3ua-tcp:listen:127.0.0.1 "

static struct exchange_args a;
static struct tg_diag diag;

static int parse(const char *line)
{
	static char buf[500];
	char *argv[40];
	int argc = 0;

	strcpy(buf, line);
	for (char *word = strtok(buf, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	diag = TG_DIAG_NONE;
	return exchange_args_parse(&a, argc, argv, &diag);
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(GOOD), 0);
	assert_int_equal(a.span.driver, GW_SPAN_UNIX);
	assert_string_equal(a.span.path, "/run/s");
	assert_false(a.span.listen || a.span.clock_slave || a.link[0].sctp);
	assert_int_equal(a.span.kind, TDM_E1);
	assert_int_equal(a.span.law, TDM_ALAW);
	assert_int_equal(a.nr_links, 1);
	assert_int_equal(a.link[0].kind, EXCHANGE_M3UA);
	assert_true(a.link[0].listen);
	assert_int_equal(a.link[0].place.port, 2905);
	assert_int_equal(a.role, M3UA_ROLE_SG);
	assert_int_equal(a.point_code, 2);
	assert_int_equal(a.peer_point_code, 1);
	assert_int_equal(a.nr_circuits, 30);
	assert_int_equal(a.circuit[15].timeslot, 17);
	assert_int_equal(a.circuit[29].cic, 31);
	assert_null(a.originate);
	assert_int_equal(a.calls_per_1000_s, 1000);
	assert_int_equal(a.hold_ms, 10000);
}

static void test_all_options(void **state)
{
	(void)state;
	assert_int_equal(parse("--span cesopsn:127.0.0.1:5000/127.0.0.2:5001,slave,t1,mu-law,"
			       "buffer=7,frames=2,rtp=97 --link=m3ua:connect:192.0.2.1:3000 "
			       "--m3ua-role ipsp --routing-context 9 --point-code 5 "
			       "--peer-point-code=6 --network-indicator 0 --circuits 1-3@100 "
			       "--circuits 24@7 --originate +49301 --from 105 "
			       "--calls-per-second 2.5 --calls 10 --hold 0.25 --ring 50 --wait 3 "
			       "--duration 60 --progress 0 --debug"),
			 0);
	assert_int_equal(a.span.driver, GW_SPAN_CESOPSN);
	assert_int_equal(a.span.local.port, 5000);
	assert_int_equal(a.span.remote.ip[3], 2);
	assert_true(a.span.clock_slave && a.span.kind == TDM_T1 && a.span.law == TDM_MULAW);
	assert_int_equal(a.span.buffer_ms, 7);
	assert_int_equal(a.span.frames, 2);
	assert_int_equal(a.span.rtp_pt, 97);
	assert_true(a.link[0].sctp && !a.link[0].listen);
	assert_int_equal(a.link[0].place.port, 3000);
	assert_int_equal(a.role, M3UA_ROLE_IPSP);
	assert_true(a.has_rc && a.rc == 9);
	assert_int_equal(a.ni, 0);
	assert_int_equal(a.nr_circuits, 4);
	assert_int_equal(a.circuit[2].cic, 102);
	assert_int_equal(a.circuit[3].timeslot, 24);
	assert_string_equal(a.originate, "+49301");
	assert_int_equal(a.calls_per_1000_s, 2500);
	assert_int_equal(a.calls, 10);
	assert_int_equal(a.hold_ms, 250);
	assert_int_equal(a.duration_ms, 60000);
	assert_int_equal(a.progress_ms, 0);
	assert_true(a.debug);
	assert_int_equal(parse(GOOD "--span unix:/x,t1"), 0);
	assert_int_equal(a.nr_circuits, 24);
	assert_int_equal(parse(GOOD "--span dahdi:32,slave"), 0);
	assert_int_equal(a.span.driver, GW_SPAN_DAHDI);
	assert_int_equal(a.span.channel, 32);
	assert_int_equal(parse(GOOD "--span tdmoe:eth1/00:11:22:aa:bb:cc/9"), 0);
	assert_int_equal(a.span.driver, GW_SPAN_TDMOE);
	assert_string_equal(a.span.interface, "eth1");
	assert_true(a.span.mac[5] == 0xcc && a.span.subaddr == 9);
	assert_int_equal(parse("--help"), EXCHANGE_ARGS_HELP);
}

/* The links of a link set, and the timeslots that are left for speech. */
static void test_links(void **state)
{
	(void)state;
	assert_int_equal(parse("--span unix:/x --link timeslot:5@56 --link packet:listen:/run/l "
			       "--link m2pa:connect:192.0.2.1 --link "
			       "m2pa-tcp:listen:192.0.2.2:4000/192.0.2.1 --link timeslot:16"),
			 0);
	assert_int_equal(a.nr_links, 5);
	assert_int_equal(a.link[0].kind, EXCHANGE_TIMESLOT);
	assert_true(a.link[0].ts == 5 && a.link[0].at_56k);
	assert_int_equal(a.link[1].kind, EXCHANGE_PACKET);
	assert_true(a.link[1].listen);
	assert_string_equal(a.link[1].path, "/run/l");
	assert_int_equal(a.link[2].kind, EXCHANGE_M2PA);
	assert_true(a.link[2].sctp && !a.link[2].listen);
	assert_int_equal(a.link[2].place.port, 3565);
	assert_true(!a.link[3].sctp && a.link[3].listen);
	assert_int_equal(a.link[3].place.port, 4000);
	assert_int_equal(a.link[3].peer.ip[3], 1);
	assert_int_equal(a.link[3].peer.port, 0);
	assert_true(a.link[4].ts == 16 && !a.link[4].at_56k);
	assert_int_equal(a.nr_circuits, 29);
	assert_int_equal(a.circuit[4].timeslot, 6);
	assert_int_equal(a.circuit[4].cic, 6);
	assert_int_equal(parse("--span unix:/x,t1 --link timeslot:24"), 0);
	assert_int_equal(a.nr_circuits, 23);
}

static void test_point_codes(void **state)
{
	(void)state;
	assert_int_equal(parse(GOOD "--point-code 1.2.3 --peer-point-code 7"), 0);
	assert_int_equal(a.point_code, 1 << 11 | 2 << 3 | 3);
	assert_int_equal(a.peer_point_code, 7);
	assert_int_equal(parse(GOOD "--point-code 200.1.255 --variant china"), 0);
	assert_int_equal(a.point_code, 200 << 16 | 1 << 8 | 255);
	assert_int_equal(a.variant, MTP3_CHINA);
	assert_int_equal(parse(GOOD "--variant japan --point-code 5.0.127"), 0);
	assert_int_equal(a.point_code, 5 << 11 | 127);
}

static const struct {
	const char *line, *want;
} bad[] = {
	{ "", "--span is missing" },
	{ "--span unix:/x", "--link is missing" },
	{ "--span", "--span: SPAN is missing" },
	{ "--spam x", "no option \"--spam\"" },
	{ "--span unix:x", "is none of unix:/PATH, dahdi" },
	{ "--span tdmoe:eth1/00:11:22:aa:bb/9", "is none of unix:/PATH, dahdi" },
	{ "--span cesopsn:127.0.0.1:5000", "is none of unix:/PATH, dahdi" },
	{ "--span unix:/x,fast", "\"fast\" is none of" },
	{ "--span unix:/x,buffer=0", "\"buffer=0\" is none of" },
	{ GOOD "--link m3ua:127.0.0.1", "is not timeslot:N, nor packet" },
	{ GOOD "--link tcp:listen:127.0.0.1", "is not timeslot:N, nor packet" },
	{ GOOD "--link m3ua:connect:192.0.2.1/192.0.2.2", "is not timeslot:N" },
	{ GOOD "--link timeslot:32", "is not timeslot:N" },
	{ GOOD "--link timeslot:16@64", "is not timeslot:N" },
	{ GOOD "--link packet:listen:link", "is not timeslot:N" },
	{ GOOD "--link timeslot:16", "M3UA is for one link" },
	{ "--span unix:/x --link timeslot:16 --link m3ua:listen:127.0.0.1",
	  "M3UA is for one link" },
	{ "--span unix:/x --link timeslot:16 --link timeslot:16", "timeslot 16 is there twice" },
	{ "--span unix:/x,t1 --link timeslot:25", "a T1 has no timeslot 25" },
	{ "--span unix:/x --link timeslot:3 --circuits 1-9@1",
	  "a signalling link is in timeslot 3" },
	{ GOOD "--variant ansi", "is none of itu, china and japan" },
	{ GOOD "--point-code 9.0.0", "\"9.0.0\" is no point code" },
	{ GOOD "--m3ua-role stp", "is none of asp, ipsp and sg" },
	{ GOOD "--circuits 1-32@1", "is not FIRST-LAST@CIC" },
	{ GOOD "--circuits 1-3@4095", "is not FIRST-LAST@CIC" },
	{ GOOD "--circuits 1-3@1 --circuits 3@9", "timeslot 3 is there twice" },
	{ GOOD "--span unix:/x,t1 --circuits 25@1", "a T1 has no timeslot 25" },
	{ GOOD "--point-code 1", "both ends have the point code 1" },
	{ GOOD "--network-indicator 4", "is no number from 0 to 3" },
	{ GOOD "--originate x", "\"x\" is no number" },
	{ GOOD "--originate +", "is no number" },
	{ GOOD "--calls-per-second 0", "is no number from" },
	{ GOOD "--calls-per-second 1000.001", "is no number from" },
	{ GOOD "--hold -1", "is no number from" },
	{ GOOD "--hold 1.2345", "is no number from" },
};

static void test_what_is_wrong_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++) {
		assert_true(parse(bad[i].line) < 0);
		if (!strstr(diag.text, bad[i].want))
			fail_msg("%s: %s", bad[i].line, diag.text);
	}
}

static unsigned lines;

static void count_line(void *ctx, const char *line)
{
	(void)ctx;
	assert_true(strlen(line) <= 100);
	lines++;
}

static void test_help(void **state)
{
	(void)state;
	exchange_args_help(count_line, NULL);
	assert_true(lines > 20);
}

static uint64_t calls_in(struct lab_callgen *g, tick_t *now, int64_t ms, int64_t step_ms)
{
	uint64_t nr = 0;

	for (int64_t t = 0; t < ms; t += step_ms) {
		*now = tick_add_ms(*now, step_ms);
		while (lab_callgen_next(g, *now))
			nr++;
	}
	return nr;
}

static void test_calls_are_even(void **state)
{
	tick_t now = { 1000000 };
	struct lab_callgen g = lab_callgen(2500, 0, now);

	(void)state;
	assert_true(lab_callgen_next(&g, now)); /* the first is due at once */
	assert_false(lab_callgen_next(&g, now));
	assert_int_equal(tick_diff_us(lab_callgen_deadline(&g), now), 400000);
	assert_in_range(calls_in(&g, &now, 100000, 7), 249, 251);
	g = lab_callgen(333333, 0, now); /* thirds of a millisecond: none is lost */
	assert_in_range(calls_in(&g, &now, 100000, 10), 33333, 33335);
}

static void test_calls_have_an_end(void **state)
{
	tick_t now = { 1000000 };
	struct lab_callgen g = lab_callgen(1000, 7, now);

	(void)state;
	assert_int_equal(calls_in(&g, &now, 60000, 100), 7);
	assert_true(tick_is_never(lab_callgen_deadline(&g)));
	g = lab_callgen(1000000, 0, now); /* it slept for an hour: a burst, not all of it */
	assert_in_range(calls_in(&g, &now, 3600000, 3600000), LAB_CALLGEN_BURST,
			LAB_CALLGEN_BURST + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_options),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_point_codes),
		cmocka_unit_test(test_what_is_wrong_is_said),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_calls_are_even),
		cmocka_unit_test(test_calls_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
