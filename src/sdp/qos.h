/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sdp/qos: preconditions of a stream, RFC 3312: what must be reserved before anybody is called
 * (<trunkgate/sdp/sdp.h> has the table). For the parser and the printer.
 *
 *	sdp_qos_line(&media->qos, STR("des"), STR("qos mandatory local sendrecv"));
 *	sdp_qos_print(&w, &caps->qos);
 */
#ifndef TRUNKGATE_SDP_QOS_H
#define TRUNKGATE_SDP_QOS_H

#include <trunkgate/sdp/sdp.h>
#include "base/cursor.h"

/* The value of a=curr, a=des or a=conf; others, and what cannot be read, change nothing. */
void sdp_qos_line(struct sdp_qos *q, struct str name, struct str value);
void sdp_qos_print(struct wr *w, const struct sdp_qos *q);

#endif
