/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show_worker: the threads that speech goes through: are they in time? */
#include <inttypes.h>
#include <stdio.h>

#include "ops/vty_internal.h"

static bool worker_at(unsigned n, struct ops_worker_info *i)
{
	return ops_state.act.worker && ops_state.act.worker(ops_state.act.self, n, i);
}

DEFUN(show_workers, show_workers_cmd, "show workers",
      SHOW_STR
      "Threads for speech: whether they are in time, and calls refused when they were not\n")
{
	struct ops_worker_info i;
	struct gw_stats stats;
	char core[12];

	vty_out(vty, "%6s %4s %9s %5s %-10s %9s %12s %10s %8s %10s %9s %12s %12s %12s %8s%s",
		"worker", "core", "real-time", "spans", "state", "overloads", "ticks", "late",
		"skipped", "p99.9 us", "cpu s", "received", "sent", "by-link", "failed",
		VTY_NEWLINE);
	for (unsigned n = 0; worker_at(n, &i); n++) {
		snprintf(core, sizeof(core), i.core < 0 ? "-" : "%d", i.core);
		vty_out(vty,
			"%6u %4s %9s %5u %-10s %9" PRIu64 " %12" PRIu64 " %10" PRIu64 " %8" PRIu64
			" %10" PRIu64 " %9" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64
			" %8" PRIu64 "%s",
			n + 1, core, i.realtime ? "yes" : "no", i.nr_spans,
			i.overloaded ? "overloaded" : "in time", i.overloads, i.ticks, i.late,
			i.skipped, i.late_p999_us, i.cpu_us / 1000000, i.rx_datagrams,
			i.tx_datagrams, i.tx_link, i.tx_failed, VTY_NEWLINE);
	}
	gw_stats(ops_state.gw, &stats);
	vty_out(vty, "calls refused because of overload: %" PRIu64 "%s", stats.media_refused,
		VTY_NEWLINE);
	return CMD_SUCCESS;
}

void ops_vty_show_worker_init(void)
{
	install_element_ve(&show_workers_cmd);
}
