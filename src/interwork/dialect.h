/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/dialect: what a trunk has in other parameters than the rows of the profiles: the name of who
 * calls, and how a ported number is told. An IAM from a trunk is put into the form that all legs know (generic name), one to it out of
 * that. Pure functions. The legs' form of a ported number is that of ANSI: the routing number is called,
 * the dialled one is the generic number 'ported number' (RFC 3398 7.2.1.1).
 *
 *	iw_dialect_rx(&x, &trunk, &iam);			(from it)
 *	iw_dialect_tx(&x, &trunk, &isup_itu, true, &iam);	(to it)
 */
#ifndef TRUNKGATE_INTERWORK_DIALECT_H
#define TRUNKGATE_INTERWORK_DIALECT_H

#include "interwork/explain.h"
#include "isup/variant.h"

/* The name of who calls. */
enum iw_caller_name {
	IW_NAME_VARIANT, /* generic name in variants of ANSI; else as NONE, but for what comes of ISUP */
	IW_NAME_NONE,
	IW_NAME_GENERIC, /* T1.113 */
	IW_NAME_DISPLAY, /* display information, Q.763 3.77; not checked against its text */
	IW_NR_CALLER_NAMES
};
extern const char *const iw_caller_names[IW_NR_CALLER_NAMES]; /* the configuration's words */

/* A number whose portability has been looked up (FCI: ported number translated). */
enum iw_portability {
	IW_PORTED_GAP,		/* as the legs have it */
	IW_PORTED_CONCATENATED, /* routing and dialled number in the called number (RFC 3398 7.2.1.1) */
	IW_PORTED_INDICATOR, /* the indicator alone: the dialled number is called */
	IW_PORTED_NONE,	     /* nothing of it */
	IW_NR_PORTED
};
extern const char *const iw_portability_names[IW_NR_PORTED];
#define IW_ROUTING_DIGITS_MAX 15

struct iw_dialect {
	uint8_t caller_name, portability;
	/* CONCATENATED: the first so many digits are the routing number; its nature of address is 8
	 * (Q.769.1, not checked), or what the routing number has, and the indicator tells. */
	uint8_t routing_digits;
	bool routing_noa;
};

/* What has no room in the IAM is left out. */
void iw_dialect_rx(const struct iw_ctx *x, const struct iw_dialect *d, struct isup_msg *iam);
/* `from_isup`: it came from a trunk, or in a body: what nobody knows here stays. */
void iw_dialect_tx(const struct iw_ctx *x, const struct iw_dialect *d, const struct isup_variant *v,
		   bool from_isup, struct isup_msg *iam);

#endif
