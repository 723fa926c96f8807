/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipmsg: SIP messages for these tests, from a start line and the lines that matter; what every
 * message must have is put in, unless a line has it.
 *
 *	struct sip_test t;
 *	const struct sip_msg *m = sip_test_parse(&t, "INVITE sip:100@x SIP/2.0", "Privacy: id\r\n");
 */
#ifndef TRUNKGATE_UNIT_INTERWORK_SIPMSG_H
#define TRUNKGATE_UNIT_INTERWORK_SIPMSG_H

#include <stdio.h>

#include <trunkgate/sip/msg.h>
#include "unit/support.h"

struct sip_test {
	char text[2000];
	struct sip_msg msg;
};

static inline const struct sip_msg *sip_test_parse(struct sip_test *t, const char *start,
						   const char *lines)
{
	struct tg_diag d = TG_DIAG_NONE;
	char method[20] = "INVITE";

	if (strncmp(start, "SIP/2.0", 7) != 0)
		sscanf(start, "%19s", method);
	snprintf(t->text, sizeof(t->text),
		 "%s\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n%s%sCall-ID: 1@x\r\n"
		 "CSeq: 1 %s\r\nContact: <sip:a@192.0.2.9>\r\nMax-Forwards: 70\r\n%s"
		 "Content-Length: 0\r\n\r\n",
		 start, strstr(lines, "From:") ? "" : "From: <sip:a@192.0.2.9>;tag=1\r\n",
		 strstr(lines, "To:") ? "" : "To: <sip:b@192.0.2.8>\r\n", method, lines);
	if (sip_msg_parse(&t->msg, str_of(t->text), &d) < 0)
		fail_msg("%s: %s", start, d.text);
	return &t->msg;
}

#endif
