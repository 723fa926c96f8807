/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_args: command lines, right and wrong; lab/phone_report: what is judged, and how. */
#include <string.h>

#include "unit/support.h"
#include "lab/phone_args.h"
#include "lab/phone_report.h"

static struct phone_cfg cfg;
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
	return phone_args_parse(&cfg, argc, argv, &diag);
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("call 100"), 0);
	assert_int_equal(cfg.mode, PHONE_CALL);
	assert_string_equal(cfg.uri, "sip:100@127.0.0.1");
	assert_int_equal(cfg.target.port, 5060);
	assert_int_equal(cfg.local.family, ADDR_NONE);
	assert_int_equal(cfg.nr_codecs, 2);
	assert_int_equal(cfg.codec[0], SDP_PCMA);
	assert_int_equal(cfg.ptime_ms, 20);
	assert_int_equal(cfg.session_expires_s, 1800);
	assert_int_equal(cfg.play.kind, PHONE_TONE);
	assert_int_equal(cfg.duration_ms, 3000);
	assert_false(cfg.has_duration);
	assert_int_equal(cfg.expect_hz, PHONE_NONE);
	assert_int_equal(parse("answer"), 0);
	assert_int_equal(cfg.mode, PHONE_ANSWER);
	assert_int_equal(cfg.local.port, 5070);
	assert_int_equal(cfg.duration_ms, 0);
	assert_int_equal(cfg.calls, 1);
	assert_int_equal(cfg.wait_ms, 0);
}

static void test_call(void **state)
{
	(void)state;
	assert_int_equal(parse("call --local 127.0.0.2:6000 sip:+49301@192.0.2.7:5080;user=phone "
			       "--codec PCMU --ptime=30 --play tone:1004@-10.5 --duration 2.5 "
			       "--expect-tone 425 --expect-level -13 --expect-echo --no-gaps "
			       "--from 5551 --json -v --record a.wav --raw-record a.mu"),
			 0);
	assert_string_equal(cfg.uri, "sip:+49301@192.0.2.7:5080;user=phone");
	assert_int_equal(cfg.target.port, 5080);
	assert_int_equal(cfg.local.port, 6000);
	assert_int_equal(cfg.nr_codecs, 1);
	assert_int_equal(cfg.codec[0], SDP_PCMU);
	assert_int_equal(cfg.ptime_ms, 30);
	assert_int_equal(cfg.play.hz, 1004);
	assert_int_equal(cfg.play.cdbm0, -1050);
	assert_int_equal(cfg.duration_ms, 2500);
	assert_true(cfg.has_duration);
	assert_int_equal(cfg.expect_hz, 425);
	assert_int_equal(cfg.expect_cdbm0, -1300);
	assert_true(cfg.expect_echo && cfg.no_gaps && cfg.json && cfg.trace);
	assert_string_equal(cfg.from, "5551");
	assert_string_equal(cfg.record, "a.wav");
	assert_string_equal(cfg.raw_record, "a.mu");
}

static void test_sounds(void **state)
{
	(void)state;
	assert_int_equal(parse("call 1 --play silence"), 0);
	assert_int_equal(cfg.play.kind, PHONE_SILENCE);
	assert_int_equal(parse("call 1 --play dir/x.wav"), 0);
	assert_int_equal(cfg.play.kind, PHONE_WAV);
	assert_string_equal(cfg.play.path, "dir/x.wav");
	assert_int_equal(parse("call 1 --raw-play x.al --codec pcma"), 0);
	assert_int_equal(cfg.play.kind, PHONE_RAW);
	assert_string_equal(cfg.play.path, "x.al");
	assert_int_equal(parse("call 1 --play tone:700"), 0);
	assert_int_equal(cfg.play.cdbm0, -1600);
}

static void test_answer(void **state)
{
	(void)state;
	assert_int_equal(parse("answer --ring 500 --reject 486 --calls 7 --hangup-after 0.25 "
			       "--local [::1]:5090 --wait 3"),
			 0);
	assert_int_equal(cfg.ring_ms, 500);
	assert_int_equal(cfg.reject, 486);
	assert_int_equal(cfg.calls, 7);
	assert_int_equal(cfg.duration_ms, 250);
	assert_int_equal(cfg.local.family, ADDR_IP6);
	assert_int_equal(cfg.wait_ms, 3000);
}

static void test_help(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), PHONE_ARGS_HELP);
	assert_int_equal(parse("-h"), PHONE_ARGS_HELP);
	assert_int_equal(parse("call --help"), PHONE_ARGS_HELP);
	assert_int_equal(parse("answer -h"), PHONE_ARGS_HELP);
}

static void test_wrong_usage(void **state)
{
	static const struct {
		const char *line, *why;
	} wrong[] = {
		{ "", "call or answer" },
		{ "dance", "call or answer" },
		{ "call", "who is to be called" },
		{ "call 1 2", "2 is too much" },
		{ "answer 1", "1 is too much" },
		{ "call 1 --frob", "unknown option --frob" },
		{ "call 1 --frob=7", "unknown option --frob (" },
		{ "call 1 --ring 5", "--ring is for `phone answer` only" },
		{ "answer --cancel-after 5", "--cancel-after is for `phone call` only" },
		{ "call 1 --json=yes", "--json takes no value" },
		{ "call 1 --ptime", "--ptime needs a value" },
		{ "call 1 --ptime 25", "multiple of 10" },
		{ "call 1 --ptime 70", "from 10 to 60" },
		{ "call 1 --ptime -20", "from 10 to 60" },
		{ "call 1 --codec opus", "not pcma|pcmu" },
		{ "call 1 --duration x", "no number from 0 to 86400" },
		{ "call 1 --duration -1", "no number from 0 to 86400" },
		{ "call 1 --duration 1.2345", "no number from 0 to 86400" },
		{ "call 1 --duration 86401", "no number from 0 to 86400" },
		{ "call 1 --expect-level loud", "no level" },
		{ "call 1 --expect-level 5", "no level" },
		{ "call 1 --expect-tone 4000", "from 50 to 3990" },
		{ "call 1 --expect-status 180", "from 200 to 699" },
		{ "call 1 --play tone:x", "no number" },
		{ "call 1 --play tone:1000@x", "no level" },
		{ "call 1 --local nowhere", "not ADDR[:PORT]" },
		{ "call 1 --local localhost", "names are not looked up" },
		{ "call a@b.example", "names are not looked up" },
		{ "call sip:a@@", "no SIP URI" },
		{ "call 1 --local ::1", "not of one IP version" },
		{ "call 1 --raw-play x", "needs --codec" },
		{ "call 1 --play silence --expect-echo", "no echo" },
		{ "answer --reject 200", "from 300 to 699" },
		{ "answer --calls 0", "from 1 to" },
	};

	(void)state;
	for (unsigned i = 0; i < NR_OF(wrong); i++) {
		assert_int_equal(parse(wrong[i].line), TG_EINVAL);
		if (!strstr(diag.text, wrong[i].why))
			fail_msg("%s: %s", wrong[i].line, diag.text);
	}
}

static void add_text(void *ctx, const char *line)
{
	strcat(strcat(ctx, line), "\n");
}

/* Every option that is understood is in the help, and no line is broken. */
static void test_help_text(void **state)
{
	static char text[10000];

	(void)state;
	text[0] = '\0';
	phone_args_help(add_text, text);
	assert_non_null(strstr(text, "--expect-tone HZ"));
	assert_non_null(strstr(text, "--raw-play FILE"));
	assert_non_null(strstr(text, "Examples:"));
}

/* Judging. ------------------------------------------------------------------------------------- */
static struct phone_result good(void)
{
	return (struct phone_result){
		.peer = "sip:100@127.0.0.1",
		.nr_responses = 2,
		.response = { 180, 200 },
		.status = 200,
		.reason = "OK",
		.cause = -1,
		.answered = true,
		.ended_by = PHONE_ENDED_HERE,
		.talk_ms = 3000,
		.setup_ms = 210,
		.codec = SDP_PCMA,
		.ptime_ms = 20,
		.tx_packets = 150,
		.rx_packets = 148,
		.heard = { .ms = 2960, .sound_ms = 2900, .hz = 1004, .level_cdbm0 = -1003 },
		.early = { .level_cdbm0 = LAB_METER_SILENCE },
		.echo = { .compared = 23000, .correlation = 1 }
	};
}

static const char *judged(const char *line, const struct phone_result *r)
{
	static char why[PHONE_WHY_MAX];

	assert_int_equal(parse(line), 0);
	return phone_judge(&cfg, r, why) ? "ok" : why;
}

static void test_judge_status(void **state)
{
	struct phone_result r = good();

	(void)state;
	assert_string_equal(judged("call 100", &r), "ok");
	assert_string_equal(judged("call 100 --expect-status 486", &r),
			    "expected status 486, got 200 OK");
	r = (struct phone_result){ .status = 486, .reason = "Busy Here", .cause = 17 };
	assert_string_equal(judged("call 100 --expect-status 486", &r), "ok");
	assert_string_equal(judged("call 100", &r),
			    "expected status 200, got 486 Busy Here (cause 17)");
	assert_string_equal(judged("answer --reject 486", &r), "ok");
	r.local = true;
	r.status = 408;
	assert_string_equal(judged("call 100", &r), "nobody responds at 127.0.0.1:5060");
	r.status = 503;
	assert_string_equal(judged("call 100", &r), "127.0.0.1:5060 cannot be reached");
	r = (struct phone_result){ .status = 487 };
	assert_string_equal(judged("call 100 --cancel-after 100", &r), "ok");
	r.status = 0;
	assert_string_equal(judged("call 100 --cancel-after 100", &r),
			    "expected status 487, and there was none");
	strcpy(r.failure, "no answer within 60.0 s");
	assert_string_equal(judged("call 100", &r), "no answer within 60.0 s");
}

static void test_judge_end(void **state)
{
	struct phone_result r = good();

	(void)state;
	assert_string_equal(judged("call 100 --expect-hangup", &r),
			    "the other side did not hang up within 3.0 s");
	r.ended_by = PHONE_ENDED_THERE;
	r.talk_ms = 1500;
	assert_string_equal(judged("call 100 --expect-hangup", &r), "ok");
	assert_string_equal(judged("call 100", &r),
			    "the other side hung up after 1.50 s, not we after 3.00 s");
	assert_string_equal(judged("answer", &r), "ok");
	assert_string_equal(judged("answer --hangup-after 3", &r),
			    "the other side hung up after 1.50 s, not we after 3.00 s");
}

static void test_judge_sound(void **state)
{
	struct phone_result r = good();

	(void)state;
	assert_string_equal(judged("call 1 --expect-tone 1000 --expect-level -10.9 --no-gaps", &r),
			    "ok");
	assert_string_equal(judged("call 1 --expect-tone 425", &r),
			    "expected 425 Hz, heard 1004 Hz");
	assert_string_equal(judged("call 1 --expect-level -12", &r),
			    "expected -12.0 dBm0, heard -10.0 dBm0");
	assert_string_equal(judged("call 1 --expect-early-tone 425", &r),
			    "expected 425 Hz before the answer, heard nothing");
	r.early.hz = 425;
	assert_string_equal(judged("call 1 --expect-early-tone 425", &r), "ok");
	r.heard.gaps = 2;
	r.heard.longest_gap_ms = 40;
	assert_string_equal(judged("call 1 --no-gaps", &r), "2 gaps, the longest 40 ms");
	r.heard = (struct lab_heard){ .level_cdbm0 = LAB_METER_SILENCE };
	assert_string_equal(judged("call 1 --no-gaps", &r),
			    "expected sound without gaps, heard nothing");
	assert_string_equal(judged("call 1 --expect-tone 1004", &r),
			    "expected 1004 Hz, heard nothing");
	assert_string_equal(judged("call 1 --expect-level -12", &r),
			    "expected -12.0 dBm0, heard nothing");
}

static void test_judge_echo(void **state)
{
	struct phone_result r = good();

	(void)state;
	assert_string_equal(judged("call 1 --expect-echo --expect-octets", &r), "ok");
	r.echo.different = 7;
	assert_string_equal(judged("call 1 --expect-echo", &r), "ok");
	assert_string_equal(judged("call 1 --expect-octets", &r),
			    "7 of 23000 octets came back changed");
	r.echo.correlation = 0.5;
	assert_string_equal(judged("call 1 --expect-echo", &r),
			    "what came back is not what was sent (correlation 0.500)");
	r.echo.compared = 0;
	assert_string_equal(judged("call 1 --expect-echo", &r), "expected an echo, heard none");
}

static void test_report_text(void **state)
{
	char text[2000] = "";
	struct phone_result r = good();

	(void)state;
	parse("call 100 --expect-echo");
	r.jitter_us = 125;
	r.echo.delay_us = 62500;
	phone_report_text(&cfg, &r, NULL, add_text, text);
	assert_string_equal(
		text, "call to sip:100@127.0.0.1: answered after 0.21 s (180 200), talked "
		      "3.00 s, hung up here\n"
		      "  sent   150 packets of 20 ms, PCMA\n"
		      "  heard  1004 Hz at -10.0 dBm0 for 2.90 s, no gaps; 148 packets, 0 lost, "
		      "jitter 0.12 ms\n"
		      "  echo   after 62.5 ms, 23000 octets, 0 changed\n"
		      "  result as asked\n");
	text[0] = '\0';
	r = (struct phone_result){
		.peer = "sip:1", .status = 404, .reason = "Not Found", .cause = 1
	};
	phone_report_text(&cfg, &r, "a reason", add_text, text);
	assert_string_equal(text, "call to sip:1: 404 Not Found after 0.00 s, cause 1\n"
				  "  result FAILED: a reason\n");
}

static void test_report_json(void **state)
{
	char text[5000] = "";
	struct phone_result r = good();

	(void)state;
	parse("call 100");
	strcpy(r.reason, "a \"b\" \\");
	phone_report_json(&cfg, &r, "it \"failed\"", add_text, text);
	assert_non_null(strstr(text, "\"reason\":\"a \\\"b\\\" \\\\\","));
	assert_non_null(strstr(text, "\"responses\":[180,200],"));
	assert_non_null(strstr(text, "\"heard\":{\"ms\":2960,\"sound_ms\":2900,\"hz\":1004,"));
	assert_non_null(strstr(text, "\"why\":\"it \\\"failed\\\"\",\"ok\":false}\n"));
}

static void test_trace_line(void **state)
{
	static const char invite[] = "INVITE sip:100@127.0.0.1 SIP/2.0\r\n"
				     "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n"
				     "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\n"
				     "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\n\r\nv=0";
	static const char ok[] = "SIP/2.0 200 OK\r\n"
				 "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n"
				 "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 1\r\n"
				 "CSeq: 2 BYE\r\n\r\n";
	char line[200];

	(void)state;
	phone_trace_line(line, sizeof(line), 1500000, true, str_of(invite));
	assert_string_equal(line, "   1.500 -> INVITE sip:100@127.0.0.1, with a body");
	phone_trace_line(line, sizeof(line), 0, false, str_of(ok));
	assert_string_equal(line, "   0.000 <- 200 OK (BYE)");
	phone_trace_line(line, sizeof(line), 0, false, STR("\r\n\r\n"));
	assert_string_equal(line, "   0.000 <- 4 octets that are no SIP message");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),    cmocka_unit_test(test_call),
		cmocka_unit_test(test_sounds),	    cmocka_unit_test(test_answer),
		cmocka_unit_test(test_help),	    cmocka_unit_test(test_wrong_usage),
		cmocka_unit_test(test_help_text),   cmocka_unit_test(test_judge_status),
		cmocka_unit_test(test_judge_end),   cmocka_unit_test(test_judge_sound),
		cmocka_unit_test(test_judge_echo),  cmocka_unit_test(test_report_text),
		cmocka_unit_test(test_report_json), cmocka_unit_test(test_trace_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
