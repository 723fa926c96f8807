/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isup_log: ISUP messages in the call log, those that stay within the link too. */
#include <stdio.h>

#include "gateway/leg_isup.h"
#include "interwork/progress.h"

static void print_iam(const struct gw *g, const struct isup_msg *m, char *buf, size_t size)
{
	char called[IW_NUMBER_TEXT_MAX] = "?", calling[IW_NUMBER_TEXT_MAX] = "nobody";
	struct isup_number n;

	if (isup_get_number(m, ISUP_P_CALLED_NUMBER, &n) == 0)
		iw_number_text(&n, &g->numbering, called);
	if (isup_get_number(m, ISUP_P_CALLING_NUMBER, &n) == 0)
		iw_number_text(&n, &g->numbering, calling);
	snprintf(buf, size, ", %s calls %s", calling, called);
}

/* What matters of a message. */
static void print_detail(const struct gw *g, const struct isup_msg *m, char *buf, size_t size)
{
	struct isup_cause c;

	buf[0] = '\0';
	if (m->type == ISUP_IAM)
		print_iam(g, m, buf, size);
	else if (isup_get_cause(m, &c) == 0)
		snprintf(buf, size, ", %s", isup_cause_name(c.value));
	else if (m->type == ISUP_ACM || m->type == ISUP_CPG)
		snprintf(buf, size, "%s%s", iw_progress_alerting(m) ? ", alerting" : "",
			 iw_progress_in_band(m) ? ", in-band information" : "");
}

static void print_label(const struct isup_msg *m, char *buf, size_t size)
{
	struct isup_cause c;
	char name[8];

	if (m->type == ISUP_REL && isup_get_cause(m, &c) == 0)
		snprintf(buf, size, "REL %u", c.value);
	else
		snprintf(buf, size, "%s", isup_msg_name(m->type, name));
}

void gw_isup_log_msg(struct gw_circuit *c, const struct isup_msg *m, bool out)
{
	struct gw_leg *l = c->leg;
	char label[20], detail[90];
	struct gw_log_at at;

	if (!l)
		return;
	at = (struct gw_log_at){ l->gw->now, GW_LOG_ISUP, l->at, out };
	print_label(m, label, sizeof(label));
	print_detail(l->gw, m, detail, sizeof(detail));
	gw_log(l->call->rec, at, str_of(label), "CIC %u%s", c->cic, detail);
}

/* The IAM of a new call is logged when the call is made. */
void gw_isup_log_rx(struct gw *g, struct gw_trunk *t, struct str sif)
{
	struct gw_circuit *c;
	struct isup_msg m;

	(void)g;
	if (isup_msg_dec(&m, t->variant, sif, NULL) < 0)
		return;
	c = gw_trunk_circuit(t, m.cic);
	if (c)
		gw_isup_log_msg(c, &m, false);
}

void gw_isup_log_tx(struct gw *g, const struct isup_out *out)
{
	(void)g;
	if (out->user && out->msg)
		gw_isup_log_msg(out->user, out->msg, true);
}
