/* SPDX-License-Identifier: GPL-3.0-or-later */
/* identity: asserted numbers, and who may see them. */
#include <trunkgate/sip/headers.h>

#include "interwork/identity.h"

bool iw_identity_find(const struct sip_msg *m, const struct iw_numbering *plan,
		      struct isup_number *n, struct sip_nameaddr *identity)
{
	struct sip_value_walk w = { 0 };
	struct str value;

	while (sip_msg_next_value(m, SIP_HDR_P_ASSERTED_IDENTITY, &w, &value))
		if (sip_nameaddr_parse(identity, value, NULL) == 0 &&
		    iw_number_of_uri(&identity->uri, plan, n, NULL) == 0)
			return true;
	return false;
}

unsigned iw_privacy(const struct sip_msg *m)
{
	unsigned privacy = 0;
	struct sip_value v;
	int err = sip_msg_value(m, SIP_HDR_PRIVACY, &v, NULL);

	if (err == TG_ENOENT)
		return 0;
	if (err < 0)
		return IW_PRIVACY_ID | IW_PRIVACY_USER;
	if (v.privacy & SIP_PRIVACY_ID)
		privacy |= IW_PRIVACY_ID;
	if (v.privacy & (SIP_PRIVACY_USER | SIP_PRIVACY_HEADER))
		privacy |= IW_PRIVACY_USER;
	return privacy;
}

void iw_identity_add(struct iw_headers *h, const char *name, const char *number, const char *params,
		     const char *host)
{
	iw_header_add(h, "P-Asserted-Identity", "%s<sip:%s%s@%s;user=phone>", name, number, params,
		      host);
}
