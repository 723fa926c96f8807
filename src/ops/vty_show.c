/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show: what is going on: calls, circuits, trunks. */
#include <ctype.h>
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
		snprintf(buf, size, "%s", leg->side == GW_SIDE_NONE ? "-" : leg->name);
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

static bool trunk_exists(const char *name)
{
	struct gw_trunk_info t;
	unsigned pos = 0;

	while (gw_trunk_walk(ops_state.gw, &pos, &t))
		if (strcmp(t.name, name) == 0)
			return true;
	return false;
}

/* "OUT_SEIZED" as "out-seized". */
static const char *state_text(enum isup_circuit_state s, char *buf, size_t size)
{
	str_copyz(buf, size, str_of(isup_circuit_state_name(s)));
	for (char *p = buf; *p; p++)
		*p = *p == '_' ? '-' : (char)tolower((unsigned char)*p);
	return buf;
}

/* Who blocks it: "local m" maintenance, "h" hardware, "+" both; "..." not acknowledged yet. */
static const char *blocked_text(const struct isup_circuit_blocked *b, char *buf, size_t size)
{
	static const char *const kinds[] = { "", "m", "h", "mh" };
	const char *local = kinds[b->local_maintenance + 2 * b->local_hardware];
	const char *remote = kinds[b->remote_maintenance + 2 * b->remote_hardware];

	if (b->unequipped)
		return "unequipped";
	if (!local[0] && !remote[0])
		return "-";
	snprintf(buf, size, "%s%s%s%s%s%s", local[0] ? "local:" : "", local,
		 b->pending ? "..." : "", local[0] && remote[0] ? " " : "",
		 remote[0] ? "remote:" : "", remote);
	return buf;
}

static void circuit_row(struct vty *vty, const struct gw_circuit_info *i)
{
	char call[16] = "-", state[32], blocked[40];

	if (i->call_nr)
		snprintf(call, sizeof(call), "%u", i->call_nr);
	vty_out(vty, "%-16s %5u %5u %5u  %-18s %-10s %-7s %6s  %s%s", i->trunk, i->cic, i->span,
		i->timeslot, state_text(i->state, state, sizeof(state)),
		i->usable ? "usable" : "not usable", i->ours ? "ours" : "theirs", call,
		blocked_text(&i->blocked, blocked, sizeof(blocked)), VTY_NEWLINE);
}

static int show_circuits(struct vty *vty, const char *trunk)
{
	struct gw_circuit_info i;
	unsigned pos = 0;

	vty_out(vty, "%-16s %5s %5s %5s  %-18s %-10s %-7s %6s  %s%s", "trunk", "CIC", "span",
		"slot", "state", "timeslot", "control", "call", "blocked", VTY_NEWLINE);
	while (gw_circuit_walk(ops_state.gw, &pos, &i))
		if (!trunk || strcmp(trunk, i.trunk) == 0)
			circuit_row(vty, &i);
	return CMD_SUCCESS;
}

#define CIRCUITS_STR "Speech circuits and their states\n"

DEFUN(show_circuits_all, show_circuits_all_cmd, "show circuits", SHOW_STR CIRCUITS_STR)
{
	return show_circuits(vty, NULL);
}

DEFUN(show_circuits_trunk, show_circuits_trunk_cmd, "show circuits TRUNK",
      SHOW_STR CIRCUITS_STR "Of this trunk\n")
{
	if (!trunk_exists(argv[0]))
		return ops_refuse(vty, "there is no trunk %s", argv[0]);
	return show_circuits(vty, argv[0]);
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
	install_element_ve(&show_circuits_all_cmd);
	install_element_ve(&show_circuits_trunk_cmd);
	install_element_ve(&show_trunks_cmd);
}
