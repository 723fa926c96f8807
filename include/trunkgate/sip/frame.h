/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/frame: where a message ends in the octets of a stream (RFC 3261 18.3). The lines are read by
 * the parser's own scanner, so that there is no second reading of the same octets: what is cut off
 * here is parsed to its last octet by sip_msg_parse_stream, or refused by it.
 *
 * A framer is one message's progress; what was read once is not read again, however the octets
 * trickle in. It owns nothing. `octets` starts behind the last verdict and only grows in between.
 *
 *	switch (sip_msg_frame(&conn->framer, octets, &diag)) {
 *	case SIP_FRAME_MORE:
 *		return;					(wait for octets)
 *	case SIP_FRAME_CRLF:				(keep-alive: two in a row are a ping)
 *	case SIP_FRAME_MESSAGE:
 *		use(str_n(octets.p, conn->framer.len));
 *		octets = str_from(octets, conn->framer.len);
 *		sip_framer_init(&conn->framer);
 *		break;
 *	case SIP_FRAME_BAD:
 *		answer(conn->framer.status, str_n(octets.p, conn->framer.len));	(0: nobody)
 *		close(conn);
 *	}
 */
#ifndef TRUNKGATE_SIP_FRAME_H
#define TRUNKGATE_SIP_FRAME_H

#include <trunkgate/sip/msg.h>

enum sip_frame {
	SIP_FRAME_MORE,	   /* not all of it is there */
	SIP_FRAME_CRLF,	   /* `len` is 2: an empty line between messages (RFC 5626 3.5.1) */
	SIP_FRAME_MESSAGE, /* `len` octets are a message */
	SIP_FRAME_BAD,	   /* where it ends cannot be known: close when it has been answered */
};

struct sip_framer {
	size_t len;	 /* see above; BAD: the octets up to the fault and as much behind it as
			    the answer may be made from (sip_msg_parse_stream refuses them too) */
	unsigned status; /* BAD: 400 or 513; 0 when this is not SIP at all */
	/* Private: the line that is being read, how far, and the quoted strings in it. */
	size_t line, at, quote_at;
	bool quoted, has_start_line, has_length;
	uint32_t length;
};

static inline void sip_framer_init(struct sip_framer *f)
{
	*f = (struct sip_framer){ 0 };
}

enum sip_frame sip_msg_frame(struct sip_framer *f, struct str octets, struct tg_diag *diag);

/* As sip_msg_parse, for one message of a stream: it must have a Content-Length, and its end must be
 * the end of `octets` (400). */
int sip_msg_parse_stream(struct sip_msg *m, struct str octets, struct tg_diag *diag);

#endif
