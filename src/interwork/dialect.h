/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/dialect: what a trunk has in other parameters than the rows of the profiles: the name of who
 * calls. An IAM from a trunk is put into the form that all legs know (generic name), one to it out of
 * that. Pure functions.
 *
 *	iw_dialect_rx(&x, &trunk, &iam);			(from it)
 *	iw_dialect_tx(&x, &trunk, &isup_itu, transit, &iam);	(to it)
 */
#ifndef TRUNKGATE_INTERWORK_DIALECT_H
#define TRUNKGATE_INTERWORK_DIALECT_H

#include "interwork/explain.h"
#include "isup/variant.h"

/* The name of who calls. */
enum iw_caller_name {
	IW_NAME_VARIANT, /* generic name in variants of ANSI; else as NONE, but in transit */
	IW_NAME_NONE,
	IW_NAME_GENERIC, /* T1.113 */
	IW_NAME_DISPLAY, /* display information, Q.763 3.77; not checked against its text */
	IW_NR_CALLER_NAMES
};
extern const char *const iw_caller_names[IW_NR_CALLER_NAMES]; /* the configuration's words */

struct iw_dialect {
	uint8_t caller_name;
};

/* What has no room in the IAM is left out. */
void iw_dialect_rx(const struct iw_ctx *x, const struct iw_dialect *d, struct isup_msg *iam);
/* `transit`: it came from a trunk. */
void iw_dialect_tx(const struct iw_ctx *x, const struct iw_dialect *d, const struct isup_variant *v,
		   bool transit, struct isup_msg *iam);

#endif
