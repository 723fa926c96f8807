/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show: what is going on: calls, trunks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"
#include "ops/vty_internal.h"

static const char *const state_names[] = {
	[GW_CALL_SETUP] = "setup",	 [GW_CALL_ALERTING] = "alerting",
	[GW_CALL_ANSWERED] = "answered", [GW_CALL_ENDING] = "ending",
	[GW_CALL_ENDED] = "ended",
};

const char *ops_call_state(enum gw_call_state s)
{
	return (size_t)s < sizeof(state_names) / sizeof(state_names[0]) ? state_names[s] : "?";
}

const char *ops_leg_text(const struct gw_leg_info *leg, char *buf, size_t size)
{
	if (leg->side == GW_SIDE_TRUNK && leg->cic)
		snprintf(buf, size, "%s CIC %u", leg->name, leg->cic);
	else
		snprintf(buf, size, "%s", leg->name[0] ? leg->name : "-");
	return buf;
}

const char *ops_call_time(const struct gw_call_info *i, tick_t now, char *buf, size_t size)
{
	tick_t end = tick_is_never(i->ended) ? now : i->ended;
	int64_t s = tick_is_never(i->answered) ? 0 : tick_diff_us(end, i->answered) / 1000000;

	snprintf(buf, size, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
	return buf;
}

#define CALL_ROW "%5s %-9s %-16s %-16s %-22s %-22s %9s"

static void call_row(struct vty *vty, const struct gw_call_info *i)
{
	char nr[12], in[64], out[64], talk[24], row[256];

	snprintf(nr, sizeof(nr), "%u", i->nr);
	snprintf(row, sizeof(row), CALL_ROW, nr, ops_call_state(i->state),
		 i->calling[0] ? i->calling : "-", i->called[0] ? i->called : "-",
		 ops_leg_text(&i->leg[0], in, sizeof(in)),
		 ops_leg_text(&i->leg[1], out, sizeof(out)),
		 ops_call_time(i, ops_now(), talk, sizeof(talk)));
	ops_vty_line(vty, row);
}

static int show_calls(struct vty *vty, bool ended_too)
{
	struct gw_call_info i;
	unsigned pos = 0, shown = 0, active = 0;
	char row[256];

	snprintf(row, sizeof(row), CALL_ROW, "call", "state", "from", "to", "in", "out", "talking");
	while (gw_call_walk(ops_state.gw, &pos, &i)) {
		active += i.state != GW_CALL_ENDED;
		if (i.state == GW_CALL_ENDED && !ended_too)
			continue;
		if (!shown++)
			ops_vty_line(vty, row);
		call_row(vty, &i);
	}
	vty_out(vty, "%u active%s", active, VTY_NEWLINE);
	return CMD_SUCCESS;
}

DEFUN(show_calls_now, show_calls_now_cmd, "show calls", SHOW_STR "Calls that are going on\n")
{
	return show_calls(vty, false);
}

DEFUN(show_calls_all, show_calls_all_cmd, "show calls all",
      SHOW_STR "Calls that are going on\nAnd those that have ended\n")
{
	return show_calls(vty, true);
}

DEFUN(show_trunks, show_trunks_cmd, "show trunks", SHOW_STR "Trunks, their circuits and calls\n")
{
	struct gw_trunk_info t;
	unsigned pos = 0;

	vty_out(vty, "%-16s %6s %6s %-11s %8s %5s %5s %5s %9s %9s %8s%s", "trunk", "ours", "theirs",
		"signalling", "circuits", "idle", "busy", "other", "calls in", "calls out",
		"overflow", VTY_NEWLINE);
	while (gw_trunk_walk(ops_state.gw, &pos, &t))
		vty_out(vty,
			"%-16s %6u %6u %-11s %8u %5u %5u %5u %9" PRIu64 " %9" PRIu64 " %8" PRIu64
			"%s",
			t.name, t.opc, t.dpc, t.available ? "available" : "unavailable", t.circuits,
			t.idle, t.busy, t.other, t.calls_in, t.calls_out, t.overflow, VTY_NEWLINE);
	return CMD_SUCCESS;
}

DEFUN(log_level, log_level_cmd, "logging (debug|info|notice|error)",
      "What is logged on standard error\nEverything\nWhat happens to calls\n"
      "What an operator should know\nWhat is wrong\n")
{
	enum log_level level;

	if (ops_log_level_of(argv[0], &level))
		ops_log_level(level);
	return CMD_SUCCESS;
}

void ops_vty_show_init(void)
{
	install_element(ENABLE_NODE, &log_level_cmd);
	install_element_ve(&show_calls_now_cmd);
	install_element_ve(&show_calls_all_cmd);
	install_element_ve(&show_trunks_cmd);
}
