/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_circuit: circuits: their states, one by one and counted; resetting, blocking and testing
 * them; the ISUP timers of a trunk. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/vty_internal.h"

static bool trunk_exists(const char *name)
{
	struct gw_trunk_info t;
	unsigned pos = 0;

	while (gw_trunk_walk(ops_state.gw, &pos, &t))
		if (strcmp(t.name, name) == 0)
			return true;
	return false;
}

static bool is_starting(const struct gw_circuit_info *i)
{
	return i->state == ISUP_IDLE && !i->ready;
}

/* "OUT_SEIZED" as "out-seized". */
static const char *state_text(const struct gw_circuit_info *i, char *buf, size_t size)
{
	str_copyz(buf, size,
		  str_of(is_starting(i) ? "starting" : isup_circuit_state_name(i->state)));
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
	vty_out(vty, "%-16s %5u %5u %5u  %-18s %-10s %-7s %-8s %6s  %-9s %s%s", i->trunk, i->cic,
		i->span, i->timeslot, state_text(i, state, sizeof(state)),
		i->usable ? "usable" : "not usable", i->ours ? "ours" : "theirs",
		ops_direction_word[i->direction], call, isup_test_name(i->test),
		blocked_text(&i->blocked, blocked, sizeof(blocked)), VTY_NEWLINE);
}

static int show_circuits(struct vty *vty, const char *trunk)
{
	struct gw_circuit_info i;
	unsigned pos = 0;

	vty_out(vty, "%-16s %5s %5s %5s  %-18s %-10s %-7s %-8s %6s  %-9s %s%s", "trunk", "CIC",
		"span", "slot", "state", "timeslot", "control", "calls", "call", "test", "blocked",
		VTY_NEWLINE);
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

/* Counted. ------------------------------------------------------------------------------------ */
enum count { IDLE, BUSY, LOCAL_M, LOCAL_H, REMOTE_M, REMOTE_H, RESETTING, CHECK, AWAY, NR_COUNTS };

static const char *const count_names[NR_COUNTS] = {
	[IDLE] = "idle",	   [BUSY] = "busy",	    [LOCAL_M] = "local:m",
	[LOCAL_H] = "local:h",	   [REMOTE_M] = "remote:m", [REMOTE_H] = "remote:h",
	[RESETTING] = "resetting", [CHECK] = "continuity",  [AWAY] = "not-there",
};

static enum count count_of(const struct gw_circuit_info *i)
{
	if (i->state == ISUP_RESETTING || i->state == ISUP_GROUP_RESETTING || is_starting(i))
		return RESETTING;
	if (i->continuity)
		return CHECK;
	return i->state == ISUP_IDLE ? IDLE : BUSY;
}

/* A circuit may be blocked in several ways, and a busy one too. */
static void count(const struct gw_circuit_info *i, unsigned *nr)
{
	nr[count_of(i)]++;
	nr[LOCAL_M] += i->blocked.local_maintenance;
	nr[LOCAL_H] += i->blocked.local_hardware;
	nr[REMOTE_M] += i->blocked.remote_maintenance;
	nr[REMOTE_H] += i->blocked.remote_hardware;
	nr[AWAY] += i->blocked.unequipped || !i->usable;
}

DEFUN(show_circuits_summary, show_circuits_summary_cmd, "show circuits summary",
      SHOW_STR CIRCUITS_STR "How many of each trunk are in which state\n")
{
	struct gw_circuit_info i;
	struct gw_trunk_info t;
	unsigned at = 0;

	vty_out(vty, "%-16s %8s", "trunk", "circuits");
	for (int c = 0; c < NR_COUNTS; c++)
		vty_out(vty, " %10s", count_names[c]);
	vty_out(vty, "%s", VTY_NEWLINE);
	while (gw_trunk_walk(ops_state.gw, &at, &t)) {
		unsigned nr[NR_COUNTS] = { 0 }, pos = 0;
		while (gw_circuit_walk(ops_state.gw, &pos, &i))
			if (strcmp(i.trunk, t.name) == 0)
				count(&i, nr);
		vty_out(vty, "%-16s %8u", t.name, t.circuits);
		for (int c = 0; c < NR_COUNTS; c++)
			vty_out(vty, " %10u", nr[c]);
		vty_out(vty, "%s", VTY_NEWLINE);
	}
	return CMD_SUCCESS;
}

/* Seconds, with milliseconds when there are any. */
static const char *seconds(uint32_t ms, char *buf, size_t size)
{
	if (ms % 1000)
		snprintf(buf, size, "%u.%03u", ms / 1000, ms % 1000);
	else
		snprintf(buf, size, "%u", ms / 1000);
	return buf;
}

DEFUN(show_isup_timers, show_isup_timers_cmd, "show isup timers TRUNK",
      SHOW_STR "ISUP\nTimers as they are now (Q.764 table A.1)\nOf this trunk\n")
{
	const struct gw_config *c = ops_state.act.running(ops_state.act.self);
	const struct gw_trunk_cfg *t = NULL;

	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, argv[0]) == 0)
			t = &c->trunk[i];
	if (!t)
		return ops_refuse(vty, "there is no trunk %s", argv[0]);
	vty_out(vty, "%-5s %7s %7s %7s  %s%s", "timer", "is", "least", "most", "meaning (seconds)",
		VTY_NEWLINE);
	for (int i = 0; i < ISUP_NR_TIMERS; i++) {
		const struct isup_timer_row *row = isup_timer_row(gw_config_variant(c, t), i);
		uint32_t ms = t->timer_ms[i] ? t->timer_ms[i] : row->default_ms;
		char is[16], least[16], most[16];
		vty_out(vty, "%-5s %7s %7s %7s  %s%s", row->name, seconds(ms, is, sizeof(is)),
			seconds(row->min_ms, least, sizeof(least)),
			seconds(row->max_ms, most, sizeof(most)), row->meaning, VTY_NEWLINE);
	}
	return CMD_SUCCESS;
}

/* Doing. -------------------------------------------------------------------------------------- */
/* circuit DOES TRUNK CIC [to CIC] [hardware]: argv[1] is the trunk. */
static int circuits(struct vty *vty, int argc, const char **argv, const char *does, bool hardware)
{
	uint16_t first = (uint16_t)atoi(argv[1]);
	uint16_t last = argc > 2 ? (uint16_t)atoi(argv[2]) : first;
	enum isup_blocking kind = hardware ? ISUP_HARDWARE : ISUP_MAINTENANCE;
	int rc;

	if (!trunk_exists(argv[0]))
		return ops_refuse(vty, "there is no trunk %s", argv[0]);
	if (last < first)
		return ops_refuse(vty, "CICs go up: %u to %u", last, first);

	if (!strcmp(does, "reset") && first == last)
		rc = gw_circuit_reset(ops_state.gw, ops_now(), argv[0], first) < 0 ? TG_ENOENT : 1;
	else if (!strcmp(does, "test"))
		rc = gw_circuits_test(ops_state.gw, ops_now(), argv[0], first, last);
	else if (!strcmp(does, "reset"))
		rc = gw_circuits_reset(ops_state.gw, ops_now(), argv[0], first, last);
	else
		rc = gw_circuits_block(ops_state.gw, ops_now(), argv[0], first, last, kind,
				       !strcmp(does, "block"));
	ops_changed();
	if (rc == TG_ENOENT && first == last)
		return ops_refuse(vty, "trunk %s has no circuit %u", argv[0], first);
	if (rc == TG_ENOENT)
		return ops_refuse(vty, "trunk %s has no circuit from %u to %u", argv[0], first,
				  last);
	if (rc < 0)
		return ops_refuse(vty, "trunk %s CIC %u: %s", argv[0], first, tg_strerror(rc));
	if (rc == 1)
		vty_out(vty, "trunk %s CIC %u: %s%s", argv[0], first, does, VTY_NEWLINE);
	else
		vty_out(vty, "trunk %s: %s of %d circuits%s", argv[0], does, rc, VTY_NEWLINE);
	return CMD_SUCCESS;
}

#define CIC_STR	     "Its trunk\nIts CIC\n"
#define CICS_STR     "Their trunk\nThe first CIC\nAll from there\nTo this CIC\n"
#define RESET_STR    "Circuits\nReset (RSC or GRS, Q.764 2.9.3): a call on it ends\n"
#define BLOCK_STR    "Circuits\nTake no new calls, for maintenance (Q.764 2.8.2)\n"
#define UNBLOCK_STR  "Circuits\nTake calls again\n"
#define HARDWARE_STR "For hardware: a call on it ends\n"

DEFUN(circuit_reset, circuit_reset_cmd, "circuit reset TRUNK <0-16383>", RESET_STR CIC_STR)
{
	return circuits(vty, argc, argv, "reset", false);
}

DEFUN(circuits_reset, circuits_reset_cmd, "circuit reset TRUNK <0-16383> to <0-16383>",
      RESET_STR CICS_STR)
{
	return circuits(vty, argc, argv, "reset", false);
}

DEFUN(circuit_block, circuit_block_cmd, "circuit block TRUNK <0-16383>", BLOCK_STR CIC_STR)
{
	return circuits(vty, argc, argv, "block", false);
}

DEFUN(circuits_block, circuits_block_cmd, "circuit block TRUNK <0-16383> to <0-16383>",
      BLOCK_STR CICS_STR)
{
	return circuits(vty, argc, argv, "block", false);
}

DEFUN(circuit_block_hw, circuit_block_hw_cmd, "circuit block TRUNK <0-16383> hardware",
      BLOCK_STR CIC_STR HARDWARE_STR)
{
	return circuits(vty, argc, argv, "block", true);
}

DEFUN(circuits_block_hw, circuits_block_hw_cmd,
      "circuit block TRUNK <0-16383> to <0-16383> hardware", BLOCK_STR CICS_STR HARDWARE_STR)
{
	return circuits(vty, argc, argv, "block", true);
}

DEFUN(circuit_unblock, circuit_unblock_cmd, "circuit unblock TRUNK <0-16383>", UNBLOCK_STR CIC_STR)
{
	return circuits(vty, argc, argv, "unblock", false);
}

DEFUN(circuits_unblock, circuits_unblock_cmd, "circuit unblock TRUNK <0-16383> to <0-16383>",
      UNBLOCK_STR CICS_STR)
{
	return circuits(vty, argc, argv, "unblock", false);
}

DEFUN(circuit_unblock_hw, circuit_unblock_hw_cmd, "circuit unblock TRUNK <0-16383> hardware",
      UNBLOCK_STR CIC_STR HARDWARE_STR)
{
	return circuits(vty, argc, argv, "unblock", true);
}

DEFUN(circuits_unblock_hw, circuits_unblock_hw_cmd,
      "circuit unblock TRUNK <0-16383> to <0-16383> hardware", UNBLOCK_STR CICS_STR HARDWARE_STR)
{
	return circuits(vty, argc, argv, "unblock", true);
}

#define TEST_STR \
	"Circuits\nAsk the exchange about them: CQM (Q.764 2.8.3), in ANSI CVT; see show circuits\n"

DEFUN(circuit_test, circuit_test_cmd, "circuit test TRUNK <0-16383>", TEST_STR CIC_STR)
{
	return circuits(vty, argc, argv, "test", false);
}

DEFUN(circuits_test, circuits_test_cmd, "circuit test TRUNK <0-16383> to <0-16383>",
      TEST_STR CICS_STR)
{
	return circuits(vty, argc, argv, "test", false);
}

static void install_circuits(void)
{
	install_element(ENABLE_NODE, &circuit_test_cmd);
	install_element(ENABLE_NODE, &circuits_test_cmd);
	install_element(ENABLE_NODE, &circuit_reset_cmd);
	install_element(ENABLE_NODE, &circuits_reset_cmd);
	install_element(ENABLE_NODE, &circuit_block_cmd);
	install_element(ENABLE_NODE, &circuits_block_cmd);
	install_element(ENABLE_NODE, &circuit_block_hw_cmd);
	install_element(ENABLE_NODE, &circuits_block_hw_cmd);
	install_element(ENABLE_NODE, &circuit_unblock_cmd);
	install_element(ENABLE_NODE, &circuits_unblock_cmd);
	install_element(ENABLE_NODE, &circuit_unblock_hw_cmd);
	install_element(ENABLE_NODE, &circuits_unblock_hw_cmd);
}

void ops_vty_circuit_init(void)
{
	install_element_ve(&show_circuits_summary_cmd);
	install_element_ve(&show_circuits_all_cmd);
	install_element_ve(&show_circuits_trunk_cmd);
	install_element_ve(&show_isup_timers_cmd);
	install_circuits();
}
