/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/number: telephone numbers of URIs and of ISUP, each made from the other (RFC 3398
 * 12.1 and 12.2, RFC 3966 5.1). Pure functions.
 *
 * The rule, from a URI: the user part of a sip URI or the number of a tel URI, up to the first
 * ';', without its visual separators "-.()". With a '+' it is international; when its country code
 * is the configured one of the trunk it loses it and is national. Without a '+' it belongs to the
 * trunk's own plan and gets the configured nature of address (national by default). Anything but
 * digits is no telephone number; nothing is ever cut.
 *
 * To a URI: international numbers get a '+', national ones too when the country code is
 * configured; all others are copied as they are. The ST signal is left out.
 *
 *	struct iw_numbering plan = IW_NUMBERING_DEFAULT;
 *	struct isup_number n;
 *	if (iw_number_of_uri(&m.uri, &plan, &n, &diag) < 0)
 *		... answer iw_number_status(err), diag.text says why
 */
#ifndef TRUNKGATE_INTERWORK_NUMBER_H
#define TRUNKGATE_INTERWORK_NUMBER_H

#include <trunkgate/base/err.h>
#include <trunkgate/sip/uri.h>
#include "isup/msg.h"

/* The numbering plan that a trunk belongs to. */
struct iw_numbering {
	uint8_t noa_local; /* nature of address of numbers without '+' */
	char country[4];   /* country code, "": none configured */
};

#define IW_NUMBERING_DEFAULT ((struct iw_numbering){ ISUP_NOA_NATIONAL, "" })

/* '+', the digits, a country code before them, and a NUL. */
#define IW_NUMBER_TEXT_MAX (ISUP_MAX_DIGITS + 6)

/* TG_EINVAL: not a telephone number; TG_ETRUNC: no digits; TG_ELIMIT: more than ISUP carries. Only
 * noa, npi and digits are set, the rest is 0. */
int iw_number_of_uri(const struct sip_uri *u, const struct iw_numbering *plan,
		     struct isup_number *n, struct tg_diag *diag);
/* The same for the text of a number ("+49301234", "100"). */
int iw_number_of_text(struct str text, const struct iw_numbering *plan, struct isup_number *n,
		      struct tg_diag *diag);
/* What an INVITE gets whose Request-URI gave this error: 404 or 484. */
unsigned iw_number_status(int err);
/* The text of a number without the ST signal: "+49301234", "100". Signals other than digits are
 * copied as their letters. Returns buf, which has IW_NUMBER_TEXT_MAX octets. */
char *iw_number_text(const struct isup_number *n, const struct iw_numbering *plan, char *buf);

#endif
