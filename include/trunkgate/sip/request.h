/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/request: requests outside dialogs that make none (RFC 3261 8, 10, 11, RFC 3428): the user's
 * own to send and, of the methods that sip_cfg.methods names, to answer.
 *
 *	struct sip_out_request r = { .path = 1, .target = registrar, .method = SIP_REGISTER,
 *				     .uri = STR("sip:example.net"), .from = aor, .to = aor };
 *	sip_request_send(s, now, &r);		(the result comes as SIP_EV_RESPONSE)
 *
 *	case SIP_EV_REQUEST:			(while draining)
 *		if (ev->msg->method == SIP_MESSAGE)
 *			sip_request_answer(s, now, 200, NULL);
 *
 * An answer is due before the next input: the transaction begins with it. What is not answered is
 * asked about again when the peer repeats it.
 */
#ifndef TRUNKGATE_SIP_REQUEST_H
#define TRUNKGATE_SIP_REQUEST_H

#include <trunkgate/sip/stack.h>

struct sip_out_request {
	sip_path_id path;
	struct addr target;	/* next hop, as in struct sip_invite; */
	struct str next;	/* this too */
	enum sip_method method; /* none of INVITE, ACK, CANCEL, BYE */
	struct str uri;		/* Request-URI */
	struct str from, to;	/* name-addr values without tag */
	struct str call_id;	/* empty: a new one */
	uint32_t cseq;		/* 0: 1 */
	struct sip_body body;
	void *user; /* comes back in the event */
};

/* TG_EINVAL, TG_ENOENT (path), TG_ELIMIT, TG_ENOMEM. A request that gets no answer has status 408,
 * one that cannot be sent 503, both with `local`. */
int sip_request_send(struct sip_stack *s, tick_t now, const struct sip_out_request *r);
/* The final response (200-699) to the request of the last SIP_EV_REQUEST. TG_ESTATE: there is none,
 * or it has been answered. */
int sip_request_answer(struct sip_stack *s, tick_t now, unsigned status,
		       const struct sip_body *body);

#endif
