/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/extension: which option tags and methods are spoken: RFC 3261 8.2.2.3, 19.2, 20.5, 20.37.
 *
 *	sip_build_header(&b, SIP_HDR_ALLOW, sip_allow(s, buf));
 *	if (sip_ext_unsupported(s, buf, sizeof(buf), &value)) ... 420
 */
#ifndef TRUNKGATE_SIP_EXTENSION_H
#define TRUNKGATE_SIP_EXTENSION_H

#include "sip/compose.h"

#define SIP_ALLOW_MAX 128

struct str sip_allow(const struct sip_stack *s, char *buf);
bool sip_ext_method(const struct sip_stack *s, enum sip_method method);
/* What is always supported, and what the configuration adds. */
struct str sip_ext_supported(const struct sip_stack *s);
/* Of the Require of the message in s->rx: 0: all is supported; 1: some is not, named in *value; 2:
 * none of it is. */
int sip_ext_unsupported(const struct sip_stack *s, char *buf, size_t size, struct str *value);
/* Lines of a request of this session. `first`: the INVITE that makes the dialog. */
void sip_ext_put_request(const struct sip_session *ses, enum sip_method method, bool first,
			 struct sip_build *b);

#endif
