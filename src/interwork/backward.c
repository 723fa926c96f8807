/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backward: see backward.h. */
#include "interwork/backward.h"
#include "interwork/redirect.h"

void iw_backward_to_sip(const struct iw_ctx *x, const struct isup_msg *m,
			const struct iw_numbering *plan, const char *host, const char *called,
			struct iw_headers *h)
{
	if (m->type != ISUP_REL && called[0])
		iw_diverted_to_sip(x, m, plan, host, called, h);
	iw_uui_to_sip(x, m, h);
}

void iw_backward_to_isup(const struct iw_ctx *x, const struct sip_msg *msg,
			 const struct iw_numbering *plan, struct isup_msg *m)
{
	if (!msg)
		return;
	if (m->type != ISUP_REL)
		iw_diverted_to_isup(x, msg, plan, m);
	iw_uui_to_isup(x, msg, m);
}
