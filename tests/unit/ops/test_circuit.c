/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands about circuits, typed to a terminal that has a gateway with two trunks behind it: what is
 * answered, what goes to the exchange, and what `show` says then. */
#include <stdio.h>
#include <string.h>

#include <osmocom/vty/buffer.h>
#include <osmocom/vty/command.h>
#include <osmocom/vty/vty.h>

#include "ops/config_text.h"
#include "ops/vty.h"
#include "unit/support.h"

static const char text[] = "vty 127.0.0.1:4290\n"
			   "sip\n bind 192.0.2.1:5060\n"
			   "span 0\n type e1\n"
			   "span 1\n type t1\n"
			   "trunk east\n"
			   " point-code local 1\n point-code remote 2\n"
			   " circuits span 0 timeslots 1-4 cic 1\n"
			   " circuits span 0 timeslots 5-6 cic 5 direction incoming\n"
			   " timer T7 25\n"
			   "trunk ansi\n"
			   " variant ansi95\n"
			   " point-code local 70000\n point-code remote 80000\n"
			   " circuits span 1 timeslots 1-2 cic 5000 direction outgoing\n";

static struct mem *mem;
static struct gw_config *cfg;
static struct gw *gw;
static struct vty *vty;
static tick_t clock_now;
static char sent[400];

static tick_t now(void *self)
{
	(void)self;
	return clock_now;
}

static void changed(void *self)
{
	(void)self;
}

static const struct gw_config *running(void *self)
{
	(void)self;
	return cfg;
}

/* What goes to the exchanges, by name. */
static const char *drain(void)
{
	struct isup_msg m;
	struct gw_out out;
	char name[8];

	sent[0] = '\0';
	while (gw_next_out(gw, &out)) {
		if (out.type != GW_OUT_MTP)
			continue;
		assert_int_equal(isup_msg_dec(&m, &isup_ansi95, out.mtp.sif, NULL), 0);
		snprintf(sent + strlen(sent), sizeof(sent) - strlen(sent), "%s %u; ",
			 isup_msg_name(m.type, name), m.cic);
	}
	return sent;
}

static const char *after_ms(int64_t ms)
{
	clock_now = tick_add_ms(clock_now, ms);
	gw_tick(gw, clock_now);
	return drain();
}

/* From the exchange of `dpc` to us. */
static void receive(const char *hex, uint32_t from, uint32_t to)
{
	const struct mtp_prim p = { .type = MTP_TRANSFER,
				    .label = { .opc = from, .dpc = to, .si = MTP_SI_ISUP },
				    .sif = octets_of(hex) };

	gw_mtp_rx(gw, clock_now, &p);
	drain();
}

static void make_gateway(void)
{
	static struct rng_seeded seed;
	static struct addr rtp[2];
	struct ops_config_error e;
	char why[600];

	cfg = gw_config_new(mem);
	if (ops_config_parse(cfg, str_of(text), &e) < 0)
		fail_msg("%s", ops_config_error_text(&e, "text", why, sizeof(why)));
	rtp[0] = rtp[1] = cfg->sip_bind;
	rtp[0].port = 10000;
	rtp[1].port = 10002;
	const struct gw_env env = { .rng = rng_seeded_init(&seed, 1),
				    .product = "test",
				    .sip_local = cfg->sip_bind,
				    .rtp = rtp,
				    .nr_rtp = 2 };
	gw = gw_new(mem, cfg, &env);
	assert_non_null(gw);
}

static int setup(void **state)
{
	const struct ops_actions act = { .now = now, .changed = changed, .running = running };

	(void)state;
	clock_now = tick_add_ms(TICK_ZERO, 1000);
	make_gateway();
	gw_start(gw, clock_now);
	assert_string_equal(drain(),
			    "RSC 1; RSC 2; RSC 3; RSC 4; RSC 5; RSC 6; RSC 5000; RSC 5001; ");
	for (char c = '1'; c <= '6'; c++) {
		char hex[] = "000010";
		hex[1] = c;
		receive(hex, 2, 1);
	}
	receive("881310", 80000, 70000);
	receive("891310", 80000, 70000);
	after_ms(20);
	ops_vty_attach(gw, NULL, &act);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gw_free(gw);
	mem_free(cfg->mem);
	return 0;
}

static const char *say(const char *command, int result)
{
	vector words = cmd_make_strvec(command);

	buffer_reset(vty->obuf);
	vty->node = ENABLE_NODE;
	assert_int_equal(cmd_execute_command(words, vty, NULL, 0), result);
	cmd_free_strvec(words);
	drain();
	return buffer_getstr(vty->obuf);
}

static void good(const char *command, const char *want)
{
	assert_string_equal(say(command, CMD_SUCCESS), want);
}

static void bad(const char *command, const char *want)
{
	assert_string_equal(say(command, CMD_WARNING), want);
}

/* A line of `show circuits` about a CIC has this in it. */
static void shows(const char *cic, const char *want)
{
	const char *p = say("show circuits", CMD_SUCCESS);
	char key[20], line[200];

	snprintf(key, sizeof(key), " %5s ", cic);
	p = strstr(p, key);
	assert_non_null(p);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(p, "\r"), p);
	if (!strstr(line, want))
		fail_msg("no '%s' in '%s'", want, line);
}

/* Circuits get their RSC one after the other: until then they are not idle, as no call may go out. */
static void test_start(void **state)
{
	const struct ops_actions act = { .now = now, .changed = changed, .running = running };

	tear_down(state);
	make_gateway();
	gw_start(gw, clock_now);
	ops_vty_attach(gw, NULL, &act);
	shows("1", "starting ");
	shows("1", "resetting ");
}

static void test_block(void **state)
{
	(void)state;
	good("circuit block east 1", "trunk east CIC 1: block\r\n");
	shows("1", "local:m...");
	assert_string_equal(after_ms(20), "BLO 1; ");
	receive("010015", 2, 1);
	shows("1", "local:m");
	good("circuit block east 1 to 3", "trunk east: block of 3 circuits\r\n");
	assert_string_equal(after_ms(20), "CGB 2; ");
	good("circuit unblock east 1", "trunk east CIC 1: unblock\r\n");
	assert_string_equal(after_ms(20), "UBL 1; ");
	receive("010016", 2, 1);
	shows("1", "idle ");
	good("circuit block east 4 hardware", "trunk east CIC 4: block\r\n");
	assert_string_equal(after_ms(20), "CGB 4; ");
	shows("4", "local:h...");
	good("circuit unblock east 4 to 6 hardware", "trunk east: unblock of 3 circuits\r\n");
	receive("010013", 2, 1);
	shows("1", "remote:m");
}

static void test_reset(void **state)
{
	(void)state;
	good("circuit reset east 1", "trunk east CIC 1: reset\r\n");
	shows("1", "resetting");
	good("circuit reset east 2 to 4", "trunk east: reset of 3 circuits\r\n");
	assert_string_equal(after_ms(20), "GRS 2; ");
	shows("3", "group-resetting");
}

static void test_test(void **state)
{
	(void)state;
	shows("1", " -  ");
	good("circuit test east 1", "trunk east CIC 1: test\r\n");
	shows("1", "waiting");
	receive("01002b 02 03 01 00 01 0c", 2, 1);
	shows("1", "good");
	good("circuit test east 2 to 3", "trunk east: test of 2 circuits\r\n");
	assert_string_equal(after_ms(10000), "");
	shows("2", "no answer");
	good("circuit test ansi 5000", "trunk ansi CIC 5000: test\r\n");
	shows("5000", "waiting");
	receive("8813eb 00 0a 00", 80000, 70000); /* control where we have all */
	shows("5000", "bad");
	good("circuit test ansi 5001", "trunk ansi CIC 5001: test\r\n");
	receive("8913eb 00 02 00", 80000, 70000);
	shows("5001", "good");
}

static void test_faults(void **state)
{
	(void)state;
	bad("circuit block west 1", "% there is no trunk west\r\n");
	bad("circuit block east 7", "% trunk east has no circuit 7\r\n");
	bad("circuit reset east 7", "% trunk east has no circuit 7\r\n");
	bad("circuit test east 7 to 9", "% trunk east has no circuit from 7 to 9\r\n");
	bad("circuit unblock east 3 to 2", "% CICs go up: 2 to 3\r\n");
	bad("show circuits west", "% there is no trunk west\r\n");
	bad("show isup timers west", "% there is no trunk west\r\n");
	assert_string_equal(after_ms(20), "");
}

static void test_summary(void **state)
{
	(void)state;
	say("circuit block east 1 to 2", CMD_SUCCESS);
	say("circuit block east 2 to 3 hardware", CMD_SUCCESS);
	say("circuit reset east 4", CMD_SUCCESS);
	receive("050013", 2, 1);
	receive("060011", 2, 1); /* CCR */
	good("show circuits summary",
	     "trunk            circuits       idle       busy    local:m    local:h   remote:m   "
	     "remote:h  resetting continuity  not-there\r\n"
	     "east                    6          4          0          2          2          1   "
	     "       0          1          1          0\r\n"
	     "ansi                    2          2          0          0          0          0   "
	     "       0          0          0          0\r\n");
}

static void test_directions_and_timers(void **state)
{
	(void)state;
	shows("1", "ours    both");
	shows("2", "theirs  both");
	shows("5", "theirs  incoming");
	shows("5000", "ours    outgoing");
	assert_non_null(strstr(say("show isup timers east", CMD_SUCCESS),
			       "T7         25      20      30  no ACM or CON"));
	assert_non_null(strstr(say("show isup timers ansi", CMD_SUCCESS),
			       "T5         60      60      60  no RLC to REL"));
	assert_non_null(strstr(say("show isup variant ansi", CMD_SUCCESS),
			       "variant ansi95, derived from itu\r\n"));
	assert_non_null(strstr(say("show isup message FF3FEA05 ansi", CMD_SUCCESS), "CRM"));
}

static int setup_all(void **state)
{
	(void)state;
	mem = mem_root("test");
	if (!mem || ops_vty_init(mem, "test") < 0)
		return -1;
	vty = vty_new();
	vty->type = VTY_TERM;
	return 0;
}

static int tear_down_all(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_start),
		T(test_block),
		T(test_reset),
		T(test_test),
		T(test_faults),
		T(test_summary),
		T(test_directions_and_timers),
	};
	return cmocka_run_group_tests(tests, setup_all, tear_down_all);
}
