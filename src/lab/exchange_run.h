/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange_run: what exchange_main.c (start, calls, end), exchange_link.c (signalling) and
 * exchange_report.c (figures) share.
 *
 *	exchange_link_open(r, &diag);
 *	exchange_drain(r, now);		(after each input)
 */
#ifndef TRUNKGATE_LAB_EXCHANGE_RUN_H
#define TRUNKGATE_LAB_EXCHANGE_RUN_H

#include "io/loop.h"
#include "io/signalling.h"
#include "io/span.h"
#include "io/worker.h"
#include "lab/callgen.h"
#include "lab/exchange.h"
#include "lab/exchange_args.h"

#define EXCHANGE_LINE_AGENT 1
#define EXCHANGE_LATE	    4096

struct exchange_run {
	struct exchange_args a;
	struct mem *mem;
	struct io_loop *loop;
	struct io_span *span;
	struct io_worker *worker;
	struct ring *late; /* records for which the worker had no room */
	struct io_signalling *signalling;
	struct lab_exchange *exchange;
	struct lab_line *line;
	struct lab_callgen gen;
	bool span_up, linked, ready, interrupted;
	tick_t began, ready_at, progress_at, end_at, over_at;
};

int exchange_link_open(struct exchange_run *r, struct tg_diag *diag);
/* Those of its links that are in the span, which is line 0. */
void exchange_link_timeslots(struct exchange_run *r, struct io_worker_cfg *k);
/* After each input. */
void exchange_drain(struct exchange_run *r, tick_t now);

/* All that the parts below log, to the standard output. */
void exchange_say_log(struct exchange_run *r);
void exchange_say_state(const struct exchange_run *r, const char *what);
void exchange_progress(const struct exchange_run *r, tick_t now);
/* Prints the summary; the exit status. */
int exchange_summary(const struct exchange_run *r, tick_t now);

#endif
