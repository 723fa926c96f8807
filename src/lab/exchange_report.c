/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_report: what the exchange says while it runs, and at the end. */
#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "isup/msg.h"
#include "lab/exchange_run.h"

static double seconds(const struct exchange_run *r, tick_t now)
{
	return (double)tick_diff_us(now, r->began) / 1e6;
}

void exchange_say_state(const struct exchange_run *r, const char *what)
{
	printf("%8.3f s  %s\n", seconds(r, io_now()), what);
	fflush(stdout);
}

static void log_line(void *ctx, enum log_area area, enum log_level level, const char *line)
{
	char text[300];

	snprintf(text, sizeof(text), "%s %s: %s", log_area_name(area), log_level_name(level), line);
	exchange_say_state(ctx, text);
}

void exchange_say_log(struct exchange_run *r)
{
	struct log_sink sink = { .ctx = r, .line = log_line };

	log_set_sink(&sink);
}

static uint64_t sum(const uint64_t *n)
{
	uint64_t all = 0;

	for (int i = 0; i < 128; i++)
		all += n[i];
	return all;
}

static uint64_t slips(const struct tdm_status *s)
{
	return s->slips_dropped + s->slips_repeated;
}

void exchange_progress(const struct exchange_run *r, tick_t now)
{
	struct lab_exchange_counts c;
	struct tdm_status s;
	struct tdm_span end = io_span_end(r->span);

	lab_exchange_counts(r->exchange, &c);
	end.ops->status(end.self, &s);
	printf("%8.3f s  made %" PRIu64 " answered %" PRIu64 " failed %" PRIu64 " taken %" PRIu64
	       " talking %u slips %" PRIu64 " lost %" PRIu64 "\n",
	       seconds(r, now), c.made, c.made_answered, sum(c.made_failed) + c.no_circuit, c.taken,
	       c.now_talking, slips(&s), s.lost);
	fflush(stdout);
}

static void causes(const char *what, const uint64_t *n)
{
	for (int i = 0; i < 128; i++)
		if (n[i])
			printf("%s cause %d (%s): %" PRIu64 "\n", what, i,
			       isup_cause_name((uint8_t)i), n[i]);
}

int exchange_summary(const struct exchange_run *r, tick_t now)
{
	struct tdm_span end = io_span_end(r->span);
	struct lab_exchange_counts c;
	struct tdm_status s;
	uint64_t failed;

	lab_exchange_counts(r->exchange, &c);
	end.ops->status(end.self, &s);
	failed = sum(c.made_failed);
	printf("time: %.3f s\n", seconds(r, now));
	printf("calls made: %" PRIu64 ", answered: %" PRIu64 ", failed: %" PRIu64
	       ", without a circuit: %" PRIu64 "\n",
	       c.made, c.made_answered, failed, c.no_circuit);
	causes("  ended with", c.made_ended);
	causes("  failed with", c.made_failed);
	if (c.made_answered)
		printf("answer: mean %.1f ms, longest %.1f ms\n",
		       (double)c.answer_us_sum / (double)c.made_answered / 1e3,
		       (double)c.answer_us_max / 1e3);
	printf("calls taken: %" PRIu64 ", answered: %" PRIu64 "\n", c.taken, c.taken_answered);
	printf("span: slips %" PRIu64 ", lost %" PRIu64 " frames, underruns %" PRIu64
	       ", overruns %" PRIu64 ", signal lost %" PRIu64 " times\n",
	       slips(&s), s.lost, s.underruns, s.overruns, s.losses);
	if (!r->ready)
		printf("it was never ready: span %s, signalling %s\n", r->span_up ? "up" : "down",
		       r->linked ? "up" : "down");
	fflush(stdout);
	return r->ready && !failed && !c.no_circuit ? 0 : 1;
}
