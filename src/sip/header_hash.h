/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/header_hash: a hash without collisions for header names, long and compact, in any case.
 * Written by src/sip/header_hash.py from header.def; not edited by hand.
 *
 *	id = sip_hdr_slot[sip_hdr_hash(name)];		(then the name has to be compared)
 */
#ifndef TRUNKGATE_SIP_HEADER_HASH_H
#define TRUNKGATE_SIP_HEADER_HASH_H

#include <trunkgate/sip/msg.h>

static const uint8_t sip_hdr_slot[256] = {
	[11] = SIP_HDR_CONTENT_DISPOSITION,
	[12] = SIP_HDR_CALL_ID,
	[31] = SIP_HDR_TO,
	[34] = SIP_HDR_CONTENT_ENCODING,
	[38] = SIP_HDR_P_ASSERTED_IDENTITY,
	[46] = SIP_HDR_TIMESTAMP,
	[49] = SIP_HDR_SUPPORTED,
	[54] = SIP_HDR_UNSUPPORTED,
	[59] = SIP_HDR_ACCEPT_LANGUAGE,
	[68] = SIP_HDR_CONTACT,
	[73] = SIP_HDR_REASON,
	[84] = SIP_HDR_SUPPORTED,
	[85] = SIP_HDR_FROM,
	[98] = SIP_HDR_SUBJECT,
	[122] = SIP_HDR_ACCEPT_ENCODING,
	[124] = SIP_HDR_ACCEPT,
	[130] = SIP_HDR_FROM,
	[133] = SIP_HDR_VIA,
	[134] = SIP_HDR_PROXY_REQUIRE,
	[135] = SIP_HDR_CONTENT_LENGTH,
	[148] = SIP_HDR_CONTENT_TYPE,
	[153] = SIP_HDR_DATE,
	[154] = SIP_HDR_MAX_FORWARDS,
	[164] = SIP_HDR_RECORD_ROUTE,
	[180] = SIP_HDR_TO,
	[182] = SIP_HDR_EXPIRES,
	[183] = SIP_HDR_CONTENT_ENCODING,
	[184] = SIP_HDR_USER_AGENT,
	[186] = SIP_HDR_CONTACT,
	[188] = SIP_HDR_CONTENT_TYPE,
	[189] = SIP_HDR_CSEQ,
	[190] = SIP_HDR_RETRY_AFTER,
	[205] = SIP_HDR_WARNING,
	[207] = SIP_HDR_ALLOW,
	[220] = SIP_HDR_PRIVACY,
	[229] = SIP_HDR_VIA,
	[234] = SIP_HDR_CONTENT_LENGTH,
	[236] = SIP_HDR_SUBJECT,
	[238] = SIP_HDR_CALL_ID,
	[247] = SIP_HDR_ROUTE,
	[249] = SIP_HDR_SERVER,
	[253] = SIP_HDR_REQUIRE,
};

/* The name is not empty. */
static inline uint8_t sip_hdr_hash(struct str name)
{
	unsigned first = (unsigned char)name.p[0] | 0x20, mid, last;

	mid = (unsigned char)name.p[name.len / 2] | 0x20;
	last = (unsigned char)name.p[name.len - 1] | 0x20;
	return (uint8_t)(first * 29 + last * 81 + mid * 197 + (unsigned)name.len * 3);
}

#endif
