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
 * Before that a number without '+' is looked at for the plan's prefixes: with that of other countries
 * it is international, with that of its own national. A phone-context is no prefix (RFC 3966 5.1.5).
 *
 * To a URI: international numbers get a '+', national ones too when the country code is
 * configured, those of subscribers when the area code is, too; all others are copied as they are.
 * The ST signal is left out.
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
#define IW_COUNTRY_MAX 4 /* with their NUL */
#define IW_AREA_MAX    8
#define IW_PREFIX_MAX  8
#define IW_CONTEXT_MAX 64
struct iw_numbering {
	uint8_t noa_local;	      /* nature of address of numbers without '+' */
	char country[IW_COUNTRY_MAX]; /* country code, "": none configured */
	char area[IW_AREA_MAX];	      /* the same for subscribers' numbers */
	char national[IW_PREFIX_MAX], international[IW_PREFIX_MAX]; /* prefixes; "": none */
	char context[IW_CONTEXT_MAX]; /* phone-context of numbers without '+'; "": none */
	bool hex; /* numbers without '+' may have A to E, * and # (RFC 3966 3) */
};

#define IW_NUMBERING_DEFAULT ((struct iw_numbering){ .noa_local = ISUP_NOA_NATIONAL })

/* '+', the digits, country and area code before them, and a NUL. */
#define IW_NUMBER_TEXT_MAX (ISUP_MAX_DIGITS + IW_COUNTRY_MAX + IW_AREA_MAX)

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
 * copied as their letters. "" when it has no digits. Returns buf, which has IW_NUMBER_TEXT_MAX octets. */
char *iw_number_text(const struct isup_number *n, const struct iw_numbering *plan, char *buf);
/* The numbers of a message of one plan (called, calling, generic, redirecting, original called,
 * connected, redirection, charge) as those of another: "+49301234" is national in 49, international elsewhere. `local`: what
 * has the first plan's noa_local came without a word on it. What cannot be read stays. */
void iw_renumber(struct isup_msg *m, const struct iw_numbering *from, const struct iw_numbering *to,
		 bool local);

#endif
