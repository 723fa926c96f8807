/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/transit: what a transit exchange changes in an IAM that passes through it: hop counter
 * (Q.764 2.1.1.2 e), propagation delay (2.6), satellite and echo control (2.7; Q.763 3.35). The
 * clauses are from memory, not checked against the ITU text. Only the message is touched.
 *
 *	if (isup_transit_iam(&iam, &isup_itu, &route) == TG_ELIMIT) ... release, cause 25
 */
#ifndef TRUNKGATE_ISUP_TRANSIT_H
#define TRUNKGATE_ISUP_TRANSIT_H

#include "isup/variant.h"

/* What is to be known of the circuit that the call goes out on. */
struct isup_transit {
	uint16_t delay_ms;    /* its propagation delay */
	bool satellite;	      /* it is one */
	bool echo_device;     /* an outgoing half echo control device is on it */
	uint8_t initial_hops; /* put into an IAM without a hop counter; 0: none */
};

/* TG_ELIMIT: the hop counter has come to 0: the call ends with cause 25; the message is as it was. */
int isup_transit_iam(struct isup_msg *iam, const struct isup_variant *v,
		     const struct isup_transit *t);

#endif
