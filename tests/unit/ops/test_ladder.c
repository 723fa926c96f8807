/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ops/ladder: drawings of made-up logs, compared with texts beside the other golden files. */
#include <string.h>

#include "ops/ladder.h"
#include "unit/support.h"

struct log {
	const struct gw_log_line *lines;
	unsigned nr;
};

static bool next_line(void *ctx, unsigned *pos, struct gw_log_line *line)
{
	const struct log *log = ctx;

	if (*pos == log->nr)
		return false;
	*line = log->lines[(*pos)++];
	return true;
}

static char text[16384];

static void add_line(void *ctx, const char *line)
{
	(void)ctx;
	assert_true(strlen(line) <= OPS_LADDER_WIDTH);
	assert_true(strlen(text) + strlen(line) + 2 < sizeof(text));
	strcat(text, line);
	strcat(text, "\n");
}

static void draw(const struct gw_call_info *info, const struct gw_log_line *lines, unsigned nr)
{
	struct log log = { lines, nr };

	text[0] = '\0';
	ops_ladder(info, next_line, &log, add_line, NULL);
}

#define AT(ms) .at = { (int64_t)1000000 + (ms)*1000 }
#define SIP    .kind = GW_LOG_SIP
#define ISUP   .kind = GW_LOG_ISUP

static void test_sip_to_trunk(void **state)
{
	static const struct gw_log_line lines[] = {
		{ AT(0), SIP, .label = "INVITE", .text = "101" },
		{ AT(0), SIP, .out = true, .label = "100 Trying" },
		{ AT(1), ISUP, .out = true, .leg = 1, .label = "IAM", .text = "called 101" },
		{ AT(30), ISUP, .leg = 1, .label = "ACM", .text = "subscriber free" },
		{ AT(31), SIP, .out = true, .label = "180 Ringing" },
		{ AT(230), ISUP, .leg = 1, .label = "ANM" },
		{ AT(231), SIP, .out = true, .label = "200 OK", .text = "PCMA 127.0.0.1:10000" },
		{ AT(232), SIP, .label = "ACK" },
		{ AT(232), .kind = GW_LOG_MEDIA, .label = "speech both ways",
		  .text = "PCMA, 20 ms" },
		{ AT(12345), SIP, .label = "BYE" },
		{ AT(12345), SIP, .out = true, .label = "200 OK" },
		{ AT(12346), ISUP, .out = true, .leg = 1, .label = "REL 16" },
		{ AT(12360), ISUP, .leg = 1, .label = "RLC" },
		{ AT(12361), .kind = GW_LOG_NOTE, .label = "call ended" },
	};
	struct gw_call_info info = { .nr = 1,
				     .leg = {
					     { .side = GW_SIDE_SIP, .name = "127.0.0.1:5070" },
					     { .side = GW_SIDE_TRUNK, .name = "lab", .cic = 1 } } };

	(void)state;
	draw(&info, lines, NR_OF(lines));
	check_golden(str_of(text), "ladder_sip_to_trunk.txt");
}

/* The trunk called: SIP stays on the left. */
static void test_trunk_to_sip(void **state)
{
	static const struct gw_log_line lines[] = {
		{ AT(0), ISUP, .label = "IAM", .text = "called 4930123" },
		{ AT(1), SIP, .out = true, .leg = 1, .label = "INVITE" },
		{ AT(2), SIP, .leg = 1, .label = "486 Busy Here" },
		{ AT(2), SIP, .out = true, .leg = 1, .label = "ACK" },
		{ AT(3), ISUP, .out = true, .label = "REL 17" },
	};
	struct gw_call_info info = { .nr = 2,
				     .leg = { { .side = GW_SIDE_TRUNK, .name = "lab", .cic = 31 },
					      { .side = GW_SIDE_SIP, .name = "phone" } } };

	(void)state;
	draw(&info, lines, NR_OF(lines));
	check_golden(str_of(text), "ladder_trunk_to_sip.txt");
}

/* Long texts, control characters, no second leg, no lines. */
static void test_whatever_is_in_it(void **state)
{
	struct gw_log_line lines[3] = { { AT(0), SIP },
					{ AT(5), ISUP, .leg = 1, .out = true },
					{ AT(7), .kind = GW_LOG_NOTE } };
	struct gw_call_info info = { .leg = { { .side = GW_SIDE_SIP } } };

	(void)state;
	memset(info.leg[0].name, 'n', sizeof(info.leg[0].name) - 1);
	for (unsigned i = 0; i < 3; i++) {
		memset(lines[i].label, 'L', sizeof(lines[i].label) - 1);
		memset(lines[i].text, 't', sizeof(lines[i].text) - 1);
		lines[i].text[1] = '\x1b';
		lines[i].text[2] = '\n';
	}
	draw(&info, lines, NR_OF(lines));
	check_golden(str_of(text), "ladder_long.txt");
	draw(&info, lines, 0);
	assert_non_null(strstr(text, "trunkgate"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sip_to_trunk),
		cmocka_unit_test(test_trunk_to_sip),
		cmocka_unit_test(test_whatever_is_in_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
