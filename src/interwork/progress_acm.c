/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress_acm: provisional and positive responses to ACM, CPG, ANM and CON, RFC 3398 8.2.3, 8.2.4. */
#include <stdio.h>

#include <trunkgate/sip/headers.h>

#include "interwork/progress.h"

#define NO_INDICATION	0 /* Q.763 3.5, bits DC */
#define SUBSCRIBER_FREE 1
#define EVENT_FORWARDED 6 /* call forwarded unconditional */

struct row {
	uint16_t status;
	uint8_t called_status; /* of the ACM, when none was sent */
	uint8_t event;	       /* of the CPG, when an ACM was sent */
	bool both;	       /* without an ACM before: an early one, and the CPG too */
	const char *clause;
};

static const struct row rows[] = {
	{ 180, SUBSCRIBER_FREE, ISUP_EVENT_ALERTING, false, "RFC 3398 8.2.3" },
	{ 181, NO_INDICATION, EVENT_FORWARDED, true, "RFC 3398 8.2.3" },
	{ 182, NO_INDICATION, ISUP_EVENT_PROGRESS, false, "RFC 3398 8.2.3" },
	{ 183, NO_INDICATION, ISUP_EVENT_PROGRESS, false, "RFC 3398 8.2.3" },
};

/* Statuses that nobody knows count as 183 (RFC 3261 8.1.3.2). 199 (RFC 6228) says that a dialog
 * ended, and nothing to the caller. */
static const struct row *find_row(unsigned status)
{
	const size_t nr = sizeof(rows) / sizeof(rows[0]);

	if (status < 101 || status >= 199)
		return NULL;
	for (size_t i = 0; i < nr; i++)
		if (rows[i].status == status)
			return &rows[i];
	return &rows[nr - 1];
}

bool iw_early_media(const struct iw_ctx *x, const struct sip_msg *response)
{
	struct sip_value_walk w = { 0 };
	bool allowed = false;
	struct str text;

	if (!iw_profile_rule(iw_profile_of(x), IW_RULE_EARLY_MEDIA))
		return true;
	while (response && sip_msg_next_value(response, SIP_HDR_P_EARLY_MEDIA, &w, &text))
		allowed |= str_caseeq(text, STR("sendrecv")) || str_caseeq(text, STR("sendonly"));
	iw_ruled(x, IW_RULE_EARLY_MEDIA);
	return allowed;
}

/* The table at the end of 8.2.3. */
static int put_bci(const struct iw_ctx *x, struct isup_msg *m, uint8_t called_status)
{
	bool interworking = iw_profile_rule(iw_profile_of(x), IW_RULE_BACKWARD_INTERWORKING);
	const struct isup_bci bci = {
		.charge = 2,
		.called_status = called_status,
		.called_category = 1,
		.interworking = interworking,
		.isup_all_the_way = !interworking,
	};
	return isup_put_bci(m, &bci);
}

static int put_in_band(struct isup_msg *m, bool in_band)
{
	const struct isup_obci obci = { .in_band = 1 };

	return in_band ? isup_put_obci(m, &obci) : 0;
}

static int build_acm(const struct iw_ctx *x, struct isup_msg *m, uint8_t called_status,
		     bool in_band)
{
	int err;

	isup_msg_init(m, ISUP_ACM, 0);
	err = put_bci(x, m, called_status);
	return err < 0 ? err : put_in_band(m, in_band);
}

/* 8.2.3: with backward media the progress says that in-band information is available; other
 * events keep their number and say it in the optional indicators. */
static int build_cpg(struct isup_msg *m, uint8_t event, bool in_band)
{
	struct isup_event e = { .event = event };
	int err;

	if (in_band && event == ISUP_EVENT_PROGRESS)
		e.event = ISUP_EVENT_IN_BAND;
	isup_msg_init(m, ISUP_CPG, 0);
	err = isup_put_event(m, &e);
	return err < 0 ? err : put_in_band(m, in_band && e.event == event);
}

static void explain(const struct iw_ctx *x, const struct row *r, unsigned status, bool acm_sent,
		    bool in_band)
{
	const struct iw_source source = { r->clause, false };
	char from[40];

	snprintf(from, sizeof(from), "%u%s", status, in_band ? ", with media" : "");
	iw_explain(x, "progress", source, from, "%s",
		   acm_sent  ? "CPG"
		   : r->both ? "ACM and CPG"
			     : "ACM");
}

int iw_progress_isup(const struct iw_ctx *x, unsigned status, bool acm_sent, bool in_band,
		     struct isup_msg m[IW_PROGRESS_MAX])
{
	const struct row *r = find_row(status);
	int err, nr = 0;

	if (!r)
		return 0;
	explain(x, r, status, acm_sent, in_band);
	if (!acm_sent) {
		err = build_acm(x, &m[nr++], r->called_status, in_band);
		if (err < 0 || !r->both)
			return err < 0 ? err : nr;
	}
	err = build_cpg(&m[nr++], r->event, in_band);
	return err < 0 ? err : nr;
}

int iw_answer_isup(const struct iw_ctx *x, bool acm_sent, struct isup_msg *m)
{
	isup_msg_init(m, acm_sent ? ISUP_ANM : ISUP_CON, 0);
	return acm_sent ? 0 : put_bci(x, m, SUBSCRIBER_FREE);
}
