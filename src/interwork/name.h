/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/name: the name of who calls: generic name (T1.113, calling name) and the display-name of
 * From and P-Asserted-Identity (RFC 3398 12.1). What a trunk calls it is a matter of dialect.h.
 *
 *	struct iw_name name;
 *	if (iw_name_get(iam, hidden, &name) && iw_name_may_show(&name, hidden) && iw_mapped(...))
 *		iw_name_print(&name, text);		("\"Alice\" ")
 *	iw_name_to_isup(&x, &caller, &invite->from, hidden, iam);
 *
 * A name has printable ASCII only: what is outside of it becomes '?', for a whole UTF-8 character once.
 */
#ifndef TRUNKGATE_INTERWORK_NAME_H
#define TRUNKGATE_INTERWORK_NAME_H

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "isup/msg.h"

#define IW_NAME_MAX	 40
#define IW_NAME_TEXT_MAX (2 * IW_NAME_MAX + 4)

struct iw_name {
	bool hidden; /* its presentation is restricted */
	char text[IW_NAME_MAX + 1];
};

/* Printable ASCII of `s` into text, without blanks around it; what has no room is cut off. */
void iw_name_of_text(struct str s, char text[IW_NAME_MAX + 1]);
/* `hidden`: the number is; it counts when the name says nothing of itself. False: there is none. */
bool iw_name_get(const struct isup_msg *iam, bool hidden, struct iw_name *name);
int iw_name_put(struct isup_msg *iam, const struct iw_name *name);
/* Quoted, and a blank; returns buf. "": none. */
char *iw_name_print(const struct iw_name *name, char buf[IW_NAME_TEXT_MAX]);
/* `caller`: whose number it is; without a name there it is that of `from` when both are one number. */
int iw_name_to_isup(const struct iw_ctx *x, const struct sip_nameaddr *caller,
		    const struct sip_nameaddr *from, bool hidden, struct isup_msg *iam);

#endif
