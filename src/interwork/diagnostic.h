/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/diagnostic: the diagnostics of a cause (Q.850 2.2.3, table 1; rows not checked against the ITU
 * text) in words: Reason has no place for them (RFC 3326, RFC 8606), but for the new number of cause
 * 22, so they are kept for who looks at the call.
 *
 *	char text[IW_DIAGNOSTIC_MAX];
 *	iw_diagnostic_print(&cause, text);	("timer T9", "parameters hop counter 0xf3", "" : none)
 */
#ifndef TRUNKGATE_INTERWORK_DIAGNOSTIC_H
#define TRUNKGATE_INTERWORK_DIAGNOSTIC_H

#include "isup/msg.h"

#define IW_DIAGNOSTIC_MAX 80

/* Returns buf; what has no room is cut off. */
char *iw_diagnostic_print(const struct isup_cause *c, char buf[IW_DIAGNOSTIC_MAX]);

#endif
