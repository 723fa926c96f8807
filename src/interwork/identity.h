/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/identity: telephone numbers in P-Asserted-Identity (RFC 3325 9.1) and what Privacy asks
 * for (RFC 3323 4.2), shared by the files of setup.h.
 *
 *	if (iw_identity_find(msg, plan, &number, &identity)) ... identity.uri
 *	if (iw_privacy(msg) & IW_PRIVACY_ID) ...
 */
#ifndef TRUNKGATE_INTERWORK_IDENTITY_H
#define TRUNKGATE_INTERWORK_IDENTITY_H

#include <trunkgate/sip/msg.h>

#include "interwork/headers.h"
#include "interwork/number.h"

#define IW_APRI_ALLOWED	      0 /* Q.763 3.10 */
#define IW_APRI_RESTRICTED    1
#define IW_APRI_NOT_AVAILABLE 2
#define IW_SI_NOT_VERIFIED    0
#define IW_SI_VERIFIED	      1
#define IW_SI_NETWORK	      3
#define IW_NQI_CALLING	      6	   /* Q.763 3.26: additional calling party number */
#define IW_NQI_PORTED	      0xc0 /* T1.113: ported number */

#define IW_PRIVACY_ID	0x1 /* of the asserted number */
#define IW_PRIVACY_USER 0x2 /* of what From says: user, header */

/* A sip and a tel URI may stand there; the first with a number counts. */
bool iw_identity_find(const struct sip_msg *m, const struct iw_numbering *plan,
		      struct isup_number *n, struct sip_nameaddr *identity);
/* The stricter wins when it contradicts itself ("none;id"). A value that cannot be read counts as all. */
unsigned iw_privacy(const struct sip_msg *m);
/* `name`: "" or "\"Alice\" ". */
void iw_identity_add(struct iw_headers *h, const char *name, const char *number, const char *params,
		     const char *host);

#endif
