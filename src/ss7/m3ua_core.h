/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/m3ua_core: the inside of M3UA, for the files of this folder. An association has one machine
 * for our ASPUP; each of its memberships in an AS has one for our ASPAC and one for the state of the
 * other end (RFC 4666 figure 3); each AS has one (figure 4). What came in is answered before the
 * machines hear of it, so that NTFY comes behind the acknowledgement (4.3.4.5).
 *
 *	m3ua_msg_begin(asp, M3UA_ASPAC, &w);
 *	m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, rc);
 *	m3ua_msg_send(asp, &w, 0);
 */
#ifndef TRUNKGATE_M3UA_CORE_H
#define TRUNKGATE_M3UA_CORE_H

#include "base/fsm.h"
#include "base/log.h"
#include "base/timerq.h"
#include "ss7/m3ua.h"
#include "ss7/m3ua_msg.h"

#define M3UA_OUTS	   1024 /* what one input can put out is below */
#define M3UA_BUFS	   256
#define M3UA_BUF_SIZE	   512
#define M3UA_PENDING	   128 /* messages that wait for T(r) */
#define M3UA_MAX_PCS	   256 /* of one message */
#define M3UA_T_ACK_MS	   2000
#define M3UA_T_R_MS	   2000
#define M3UA_RECONNECT_MS  500
#define M3UA_HEARTBEAT_MAX 300 /* octets that we echo */

enum m3ua_timer { M3UA_TM_ACK, M3UA_TM_BEAT, M3UA_TM_CONNECT, M3UA_TM_MEMBER, M3UA_TM_R };

/* Our ASPUP at the other end. */
enum { M3UA_UP_DOWN, M3UA_UP_SENT, M3UA_UP_UP, M3UA_UP_LEAVING, M3UA_UP_NR_STATES };
enum {
	M3UA_UP_EV_ASSOC,
	M3UA_UP_EV_LOST,
	M3UA_UP_EV_ACK,
	M3UA_UP_EV_DOWN_ACK,
	M3UA_UP_EV_LEAVE,
	M3UA_UP_EV_T_ACK,
	M3UA_UP_NR_EVENTS
};

/* Our ASPAC for one AS. */
enum {
	M3UA_TRAFFIC_INACTIVE,
	M3UA_TRAFFIC_ACTIVATING,
	M3UA_TRAFFIC_ACTIVE,
	M3UA_TRAFFIC_OVERRIDDEN,
	M3UA_TRAFFIC_LEAVING,
	M3UA_TRAFFIC_NR_STATES
};
enum {
	M3UA_TRAFFIC_EV_UP,
	M3UA_TRAFFIC_EV_DOWN,
	M3UA_TRAFFIC_EV_AC_ACK,
	M3UA_TRAFFIC_EV_IA_ACK,
	M3UA_TRAFFIC_EV_ALTERNATE,
	M3UA_TRAFFIC_EV_AS_IDLE,
	M3UA_TRAFFIC_EV_BLOCK,
	M3UA_TRAFFIC_EV_UNBLOCK,
	M3UA_TRAFFIC_EV_T_ACK,
	M3UA_TRAFFIC_NR_EVENTS
};

/* The other end, RFC 4666 figure 3. */
enum { M3UA_PEER_DOWN, M3UA_PEER_INACTIVE, M3UA_PEER_ACTIVE, M3UA_PEER_NR_STATES };
enum {
	M3UA_PEER_EV_ASPUP,
	M3UA_PEER_EV_ASPDN,
	M3UA_PEER_EV_ASPAC,
	M3UA_PEER_EV_ASPIA,
	M3UA_PEER_EV_CDI,
	M3UA_PEER_EV_OVERRIDE,
	M3UA_PEER_NR_EVENTS
};

/* RFC 4666 figure 4. */
enum { M3UA_AS_DOWN, M3UA_AS_INACTIVE, M3UA_AS_ACTIVE, M3UA_AS_PENDING, M3UA_AS_NR_STATES };
enum {
	M3UA_AS_EV_ACTIVE,   /* one ASP at least is active */
	M3UA_AS_EV_INACTIVE, /* none is, one at least is inactive */
	M3UA_AS_EV_DOWN,     /* all are down */
	M3UA_AS_EV_T_R,
	M3UA_AS_NR_EVENTS
};

extern const struct fsm_def m3ua_up_def, m3ua_traffic_def, m3ua_peer_def, m3ua_as_def;

struct m3ua_asp;
struct m3ua_as;

struct m3ua_member {
	struct m3ua_as *as;
	struct m3ua_asp *asp;
	struct fsm traffic, peer;
	struct timer t_ack;
};

struct m3ua_asp {
	struct m3ua *m;
	unsigned number;
	struct m3ua_asp_cfg cfg;
	bool up, blocked, opening, leaving;
	uint16_t nr_streams;
	struct fsm fsm;
	struct timer t_ack, t_beat, t_connect;
	unsigned nr_tries; /* of ASPUP */
	uint32_t beats;
	tick_t heard, since;
	uint32_t nr_ups;
	char trouble[96];
	uint64_t rx[M3UA_NR_TYPES], tx[M3UA_NR_TYPES], dropped;
	unsigned part_len; /* of a stream's message, the octets so far */
	uint8_t part[M3UA_MAX_MSG];
};

struct m3ua_pending {
	struct mtp_label label;
	uint16_t len;
	uint8_t sif[MTP_MAX_SIF];
};

struct m3ua_as {
	struct m3ua *m;
	unsigned number;
	struct m3ua_as_cfg cfg;
	bool blocked; /* by the operator */
	struct fsm fsm;
	struct timer t_r;
	struct m3ua_member member[M3UA_MAX_MEMBERS];
	struct m3ua_pending *pending; /* M3UA_PENDING of them */
	unsigned nr_pending;
	uint64_t rx, tx, queued, lost;
};

struct m3ua {
	struct mem *mem;
	tick_t now;
	struct timerq timers;
	uint32_t reconnect_ms;
	unsigned nr_asps, nr_as;
	struct m3ua_asp *asp;
	struct m3ua_as *as;
	unsigned out_head, nr_out, buf_head, nr_buf;
	bool buf_given; /* the first buffer is with the caller */
	struct m3ua_out out[M3UA_OUTS];
	uint8_t buf[M3UA_BUFS][M3UA_BUF_SIZE];
};

/* m3ua.c */
/* Room for an output, filled with type, asp and as; NULL when there is none. */
struct m3ua_out *m3ua_put_out(struct m3ua *m, enum m3ua_out_type type, unsigned asp, unsigned as);
/* A message in the next buffer; without room the writer has err set. Sent, it is counted. */
void m3ua_msg_begin(struct m3ua_asp *a, enum m3ua_type t, struct wr *w);
void m3ua_msg_send(struct m3ua_asp *a, struct wr *w, uint16_t stream);
void m3ua_send_error(struct m3ua_asp *a, enum m3ua_error code, const struct m3ua_msg *about,
		     struct str diagnostic);
/* Kept for the operator, and logged when it is another than the last. */
void m3ua_trouble(struct m3ua_asp *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The association is given up; a client connects again. */
void m3ua_close(struct m3ua_asp *a);
/* Feeds the machine of our ASPUP. */
void m3ua_up_feed(struct m3ua_asp *a, uint8_t event);

/* m3ua_rx.c */
void m3ua_rx_msg(struct m3ua_asp *a, struct str octets);

/* m3ua_asp.c, m3ua_as.c */
/* Its members' states have changed. */
void m3ua_as_update(struct m3ua_as *as);
bool m3ua_member_usable(const struct m3ua_member *mb);
/* The i-th membership of an association; NULL at the end. */
struct m3ua_member *m3ua_member_of(struct m3ua_asp *a, unsigned i);
int m3ua_member_send(struct m3ua_member *mb, const struct mtp_prim *p);
/* Do we lead: do we send ASPUP and ASPAC? */
bool m3ua_leads(const struct m3ua_asp *a);
/* Must the other end lead too? */
bool m3ua_follows(const struct m3ua_asp *a);
void m3ua_notify(struct m3ua_member *mb, uint16_t type, uint16_t info);
void m3ua_audit(struct m3ua_member *mb);

#endif
