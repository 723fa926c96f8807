/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mapping: an IAM from a text of parameters, what becomes of it as text, and an IAM from an INVITE.
 *
 *	struct isup_msg iam = iam_of("20:0401 3d:0a");		(code in hex, octets)
 *	invite_text(IW_RFC3398, &iam, text, sizeof(text));
 *	iam_from(IW_RFC3398, "sip:+49301@x", "Privacy: id\r\n", true, &iam);
 */
#ifndef TRUNKGATE_UNIT_INTERWORK_MAPPING_H
#define TRUNKGATE_UNIT_INTERWORK_MAPPING_H

#include <stdlib.h>

#include "interwork/setup.h"
#include "isup/params.h"
#include "sipmsg.h"

static struct iw_numbering plan = IW_NUMBERING_DEFAULT;
static const struct iw_hosts hosts = { "there", "here", true, false };

static inline struct str unhex(const char *hex, uint8_t *buf)
{
	size_t n = 0;
	unsigned v;

	for (; hex[2 * n] && hex[2 * n] != ' '; n++) {
		assert_int_equal(sscanf(hex + 2 * n, "%2x", &v), 1);
		buf[n] = (uint8_t)v;
	}
	return str_n((const char *)buf, n);
}

/* An IAM to +49301 from +49200 with further parameters: "20:0401 3d:0a". */
static inline struct isup_msg iam_of(const char *params)
{
	const struct isup_number called = { .noa = 4, .npi = 1, .digits = "49301" };
	const struct isup_number calling = { .noa = 4, .npi = 1, .si = 3, .digits = "49200" };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_msg m;
	uint8_t buf[300];

	isup_msg_init(&m, ISUP_IAM, 0);
	assert_int_equal(isup_put_fci(&m, &fci), 0);
	assert_int_equal(isup_put_u8(&m, ISUP_P_CPC, 10), 0);
	assert_int_equal(isup_put_u8(&m, ISUP_P_TMR, 3), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &called), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLING_NUMBER, &calling), 0);
	for (const char *p = params; p && *p;) {
		unsigned code = (unsigned)strtoul(p, NULL, 16);

		assert_int_equal(isup_put(&m, (enum isup_param_code)code,
					  unhex(strchr(p, ':') + 1, buf)),
				 0);
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	return m;
}

/* All that goes out, as text. */
static inline const char *invite_text(uint8_t base, const struct isup_msg *iam, char *text,
				      size_t size)
{
	struct iw_profile p = { .base = base };
	struct iw_ctx x = { .profile = &p };
	struct iw_invite_out out;
	size_t len;

	assert_int_equal(iw_iam_to_invite(&x, iam, &plan, &hosts, &out), 0);
	len = (size_t)snprintf(text, size, "INVITE %s SIP/2.0\nFrom: %s;tag=1\r\nTo: %s\r\n",
			       out.uri, out.from, out.to);
	for (unsigned i = 0; i < out.headers.nr; i++)
		len += (size_t)snprintf(text + len, size - len, "%s: %s\r\n", out.headers.name[i],
					iw_header_value(&out.headers, i));
	if (out.max_forwards)
		snprintf(text + len, size - len, "X-Forwards: %u\r\n", out.max_forwards);
	return text;
}

static inline int iam_from(uint8_t base, const char *uri, const char *lines, bool trusted,
			   struct isup_msg *iam)
{
	struct iw_profile p = { .base = base };
	struct iw_ctx x = { .profile = &p };
	struct iw_invite_in in = { .trusted = trusted };
	char start[600];
	struct sip_test t;

	snprintf(start, sizeof(start), "INVITE %s SIP/2.0", uri);
	in.msg = sip_test_parse(&t, start, lines);
	return iw_invite_to_iam(&x, &in, &plan, iam, NULL);
}

#endif
