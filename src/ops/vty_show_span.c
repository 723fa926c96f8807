/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show_span: spans, their alarms and what went over them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define SPANS_STR "Spans: E1 and T1 lines\n"

static bool span_at(unsigned n, struct ops_span_info *i)
{
	return ops_state.act.span && ops_state.act.span(ops_state.act.self, n, i);
}

DEFUN(show_spans, show_spans_cmd, "show spans", SHOW_STR SPANS_STR)
{
	struct ops_span_info i;
	char alarms[TDM_ALARM_TEXT_MAX];

	vty_out(vty, "%4s %-8s %-4s %-6s %-6s %-5s %-16s %10s %10s %8s %8s  %s%s", "span", "driver",
		"type", "law", "clock", "state", "alarms", "received", "sent", "lost", "slips", "",
		VTY_NEWLINE);
	for (unsigned n = 0; span_at(n, &i); n++)
		vty_out(vty,
			"%4u %-8s %-4s %-6s %-6s %-5s %-16s %10" PRIu64 " %10" PRIu64 " %8" PRIu64
			" %8" PRIu64 "  %s%s",
			i.cfg->number, ops_driver_word[i.cfg->driver],
			i.cfg->kind == TDM_E1 ? "e1" : "t1",
			i.cfg->law == TDM_ALAW ? "a-law" : "mu-law",
			i.cfg->clock_slave ? "slave" : "master", i.up ? "up" : "down",
			tdm_alarm_text(i.status.alarms, alarms), i.status.rx_packets,
			i.status.tx_packets, i.status.lost,
			i.status.slips_dropped + i.status.slips_repeated, i.text, VTY_NEWLINE);
	return CMD_SUCCESS;
}

static void counter(struct vty *vty, const char *what, uint64_t n)
{
	vty_out(vty, "  %-34s %12" PRIu64 "%s", what, n, VTY_NEWLINE);
}

static void show_status(struct vty *vty, const struct tdm_status *s, bool crc4)
{
	counter(vty, "packets received", s->rx_packets);
	counter(vty, "octets received", s->rx_octets);
	counter(vty, "packets sent", s->tx_packets);
	counter(vty, "octets sent", s->tx_octets);
	counter(vty, "packets that could not be sent", s->tx_dropped);
	counter(vty, "frames that never came", s->lost);
	counter(vty, "packets too late", s->late);
	counter(vty, "packets out of order", s->reordered);
	counter(vty, "packets of a wrong form", s->malformed);
	counter(vty, "slips: frames left out", s->slips_dropped);
	counter(vty, "slips: frames repeated", s->slips_repeated);
	counter(vty, "times the receive buffer was empty", s->underruns);
	counter(vty, "times it was full", s->overruns);
	counter(vty, "times the signal was lost", s->losses);
	if (crc4) {
		counter(vty, "CRC-4 errors", s->crc_errors);
		counter(vty, "CRC-4 errors at the far end", s->far_crc_errors);
	}
	vty_out(vty, "  receive buffer: %u.%03u ms of %u.%03u, far clock %+d ppb%s",
		s->fill_us / 1000, s->fill_us % 1000, s->depth_us / 1000, s->depth_us % 1000,
		s->rate_ppb, VTY_NEWLINE);
}

DEFUN(show_span, show_span_cmd, "show spans <0-15>", SHOW_STR SPANS_STR "Its number\n")
{
	unsigned number = (unsigned)atoi(argv[0]);
	struct ops_span_info i;
	char alarms[TDM_ALARM_TEXT_MAX];

	for (unsigned n = 0; span_at(n, &i); n++) {
		if (i.cfg->number != number)
			continue;
		vty_out(vty, "span %u, driver %s: %s, alarms %s%s%s%s", number,
			ops_driver_word[i.cfg->driver], i.up ? "up" : "down",
			tdm_alarm_text(i.status.alarms, alarms), i.text[0] ? "; " : "", i.text,
			VTY_NEWLINE);
		if (i.has_status)
			show_status(vty, &i.status, i.cfg->crc4);
		return CMD_SUCCESS;
	}
	return ops_refuse(vty, "there is no span %u", number);
}

void ops_vty_show_span_init(void)
{
	install_element_ve(&show_spans_cmd);
	install_element_ve(&show_span_cmd);
}
