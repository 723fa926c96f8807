/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/location: where who calls is (RFC 6442), from one SIP peer to another: the values of
 * Geolocation, what Geolocation-Routing allows, and the body of application/pidf+xml that a value points
 * at (RFC 2392). It passes as it is and is not looked into; ISUP has nothing for it. Both peers' profiles
 * must have the mapping `geolocation`. A value of fixed size, without owner.
 *
 *	struct iw_location where;
 *	if (iw_location_take(&x, invite, &where))	(what one leg is told)
 *		...
 *	iw_location_to_sip(&y, &where, &headers);	(what another one says)
 *	iw_encap(&y, &iam, true, sdp, &where, &e);	(with the body, encap.h)
 *
 * Left out: schemes other than sip, sips, pres, http, https and cid; a cid without its body, and the
 * second one; what is over the sizes here.
 */
#ifndef TRUNKGATE_INTERWORK_LOCATION_H
#define TRUNKGATE_INTERWORK_LOCATION_H

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "interwork/headers.h"

#define IW_LOCATION_VALUES_MAX 640
#define IW_LOCATION_ID_MAX     160
#define IW_LOCATION_MAX	       4096 /* octets of the body */

struct iw_location {
	char values[IW_LOCATION_VALUES_MAX]; /* "<cid:a@b>, <https://c/d>" */
	char routing[4];		     /* "yes", "no"; "": nothing is said */
	char id[IW_LOCATION_ID_MAX];	     /* Content-ID with its <>; "": no body */
	uint16_t len;
	char body[IW_LOCATION_MAX];
};

/* False: nothing that could pass, or the profile has it not. */
bool iw_location_take(const struct iw_ctx *x, const struct sip_msg *m, struct iw_location *out);
/* The profile has it not, and a body with it has to be understood (RFC 5621 9.1): 415. */
bool iw_location_refused(const struct iw_ctx *x, const struct sip_msg *m);
/* False: the profile has it not; its body stays here, too. */
bool iw_location_to_sip(const struct iw_ctx *x, const struct iw_location *where,
			struct iw_headers *h);

#endif
