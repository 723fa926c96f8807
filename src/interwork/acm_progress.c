/* SPDX-License-Identifier: GPL-3.0-or-later */
/* acm_progress: ACM and CPG to provisional responses, RFC 3398 7.2.5, 7.2.6 and 7.2.9. */
#include <stdio.h>

#include "interwork/progress.h"

#define SUBSCRIBER_FREE 1 /* Q.763 3.5, bits DC */

struct event_row {
	uint8_t event; /* Q.763 3.21 */
	uint16_t status;
	const char *clause;
};

static const struct event_row event_rows[] = {
	{ .event = 1, .status = 180, .clause = "RFC 3398 7.2.9" },
	{ .event = 2, .status = 183, .clause = "RFC 3398 7.2.9" },
	{ .event = 3, .status = 183, .clause = "RFC 3398 7.2.9" },
	{ .event = 4, .status = 181, .clause = "RFC 3398 7.2.9" },
	{ .event = 5, .status = 181, .clause = "RFC 3398 7.2.9" },
	{ .event = 6, .status = 181, .clause = "RFC 3398 7.2.9" },
};

static bool subscriber_free(const struct isup_msg *m)
{
	struct isup_bci bci;

	return isup_get_bci(m, &bci) == 0 && bci.called_status == SUBSCRIBER_FREE;
}

static uint8_t event_of(const struct isup_msg *m)
{
	struct isup_event e;

	return isup_get_event(m, &e) == 0 ? e.event : 0;
}

/* Events that no row has are progress. */
static const struct event_row *cpg_row(uint8_t event)
{
	for (size_t i = 0; i < sizeof(event_rows) / sizeof(event_rows[0]); i++)
		if (event_rows[i].event == event)
			return &event_rows[i];
	return &event_rows[1];
}

static unsigned cpg_status(const struct iw_ctx *x, const struct isup_msg *m)
{
	uint8_t event = event_of(m);
	const struct event_row *row = cpg_row(event);
	char from[24];

	snprintf(from, sizeof(from), "CPG, event %u", event);
	iw_explain(x, "progress", (struct iw_source){ row->clause, false }, from, "%u",
		   row->status);
	return row->status;
}

/* 7.1.6: with a cause the call has failed, and what is heard says why. */
static unsigned acm_status(const struct iw_ctx *x, const struct isup_msg *m)
{
	static const struct iw_source is_free = { "RFC 3398 7.2.6", false };
	static const struct iw_source early = { "RFC 3398 7.2.5", false };
	static const struct iw_source cause = { "RFC 3398 7.1.6", false };
	bool has_cause = isup_get(m, ISUP_P_CAUSE, &(struct str){ 0 });
	bool alerting = subscriber_free(m) && !has_cause;

	iw_explain(x, "progress",
		   alerting    ? is_free
		   : has_cause ? cause
			       : early,
		   has_cause		? "ACM with a cause"
		   : subscriber_free(m) ? "ACM, subscriber free"
					: "ACM, no indication",
		   "%u", alerting ? 180u : 183u);
	return alerting ? 180 : 183;
}

unsigned iw_progress_status(const struct iw_ctx *x, const struct isup_msg *m)
{
	if (m->type == ISUP_ACM)
		return acm_status(x, m);
	return m->type == ISUP_CPG ? cpg_status(x, m) : 0;
}

bool iw_progress_in_band(const struct isup_msg *m)
{
	struct isup_obci obci;
	struct isup_bci bci;

	if (isup_get_obci(m, &obci) == 0 && obci.in_band)
		return true;
	if (isup_get_bci(m, &bci) == 0 && bci.interworking)
		return true;
	return m->type == ISUP_CPG && event_of(m) == ISUP_EVENT_IN_BAND;
}

bool iw_progress_alerting(const struct isup_msg *m)
{
	if (m->type == ISUP_CPG)
		return event_of(m) == ISUP_EVENT_ALERTING;
	return (m->type == ISUP_ACM || m->type == ISUP_CON) && subscriber_free(m);
}
