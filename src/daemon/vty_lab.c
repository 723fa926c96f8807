/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_lab: the commands of lab mode: calls that the exchange makes, what its subscribers hear, and
 * the cable between the two. libosmovty is one in a process, and so is the lab. */
#include <stdio.h>
#include <stdlib.h>

#include <osmocom/vty/command.h>
#include <osmocom/vty/vty.h>

#include "daemon/lab.h"
#include "isup/msg.h"

/* DEFUN names four arguments, and few commands use them all (clang says so). */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static struct {
	struct daemon_lab *lab;
	struct tdm_virtual *cable;
	struct daemon_lab_actions act;
} here;

#define LAB_STR	     "The laboratory\n"
#define EXCHANGE_STR "The emulated exchange\n"

DEFUN(lab_exchange_call_do, lab_exchange_call_cmd, "lab exchange call FROM TO",
      LAB_STR EXCHANGE_STR
      "Make a call through the trunk\nThe subscriber whose sound is heard: 100 to 109\n"
      "The called number\n")
{
	uint32_t nr;
	int err = lab_exchange_call(here.lab->exchange, here.act.now(here.act.self), argv[0],
				    argv[1], &nr);

	here.act.changed(here.act.self);
	if (err < 0) {
		vty_out(vty, "%% no call: %s%s",
			err == TG_ELIMIT ? "no circuit is free" : tg_strerror(err), VTY_NEWLINE);
		return CMD_WARNING;
	}
	vty_out(vty, "lab call %u%s", nr, VTY_NEWLINE);
	return CMD_SUCCESS;
}

DEFUN(lab_exchange_hangup_do, lab_exchange_hangup_cmd, "lab exchange hangup <1-4294967295>",
      LAB_STR EXCHANGE_STR "Hang up\nNumber of the lab call ('show lab calls')\n")
{
	uint32_t nr = (uint32_t)strtoul(argv[0], NULL, 10);
	int err = lab_exchange_hangup(here.lab->exchange, here.act.now(here.act.self), nr, 16);

	here.act.changed(here.act.self);
	if (err < 0) {
		vty_out(vty, "%% lab call %u: %s%s", nr, tg_strerror(err), VTY_NEWLINE);
		return CMD_WARNING;
	}
	vty_out(vty, "lab call %u is over%s", nr, VTY_NEWLINE);
	return CMD_SUCCESS;
}

static const char *heard_text(const struct lab_line_heard *h, char *buf, size_t size)
{
	if (!h->ms)
		snprintf(buf, size, "-");
	else if (h->level_cdbm0 <= -9999)
		snprintf(buf, size, "silence for %u ms", h->ms);
	else
		snprintf(buf, size, "%d.%02d dBm0, %u Hz, %u ms, %u gaps (%u ms)",
			 h->level_cdbm0 / 100, abs(h->level_cdbm0 % 100), h->hz, h->ms, h->gaps,
			 h->gap_ms);
	return buf;
}

DEFUN(show_lab_calls, show_lab_calls_cmd, "show lab calls",
      SHOW_STR LAB_STR "The exchange's calls and what its subscribers heard\n")
{
	static const char *const states[] = { [LAB_CALL_SETUP] = "setup",
					      [LAB_CALL_RINGING] = "ringing",
					      [LAB_CALL_TALKING] = "talking",
					      [LAB_CALL_ENDED] = "ended" };
	struct lab_call_info i;
	unsigned pos = 0;
	char heard[96];

	vty_out(vty, "%5s %-9s %-8s %-16s %-16s %5s %6s  %s%s", "call", "direction", "state",
		"from", "to", "CIC", "cause", "heard", VTY_NEWLINE);
	while (lab_exchange_call_walk(here.lab->exchange, &pos, &i))
		vty_out(vty, "%5u %-9s %-8s %-16s %-16s %5u %6u  %s%s", i.nr,
			i.outgoing ? "out" : "in", states[i.state], i.from[0] ? i.from : "-", i.to,
			i.cic, i.cause, heard_text(&i.heard, heard, sizeof(heard)), VTY_NEWLINE);
	return CMD_SUCCESS;
}

DEFUN(lab_span, lab_span_cmd, "lab span (cut|join)",
      LAB_STR "The cable between gateway and exchange\nPull it out\nPut it back\n")
{
	bool cut = argv[0][0] == 'c';

	tdm_virtual_cut(here.cable, cut);
	vty_out(vty, "the cable is %s%s", cut ? "out" : "in", VTY_NEWLINE);
	return CMD_SUCCESS;
}

void daemon_lab_vty_init(struct daemon_lab *lab, struct tdm_virtual *cable,
			 const struct daemon_lab_actions *actions)
{
	here.lab = lab;
	here.cable = cable;
	here.act = *actions;
	install_element_ve(&lab_exchange_call_cmd);
	install_element_ve(&lab_exchange_hangup_cmd);
	install_element_ve(&show_lab_calls_cmd);
	install_element_ve(&lab_span_cmd);
}
