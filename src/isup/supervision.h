/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/supervision: blocking, groups and their requests (Q.764 2.8.2, 2.9.3, 2.8.3), inside of the
 * stack. What is wanted of a circuit is a state of its own (blocking.c, one octet for each kind);
 * what is due waits in its destination's queue (queue.c), which makes one message of neighbours and
 * few messages at a time; each message that waits for an answer is a request (request.c) with two
 * timers. group.c is for what comes in. The stack owns all of it; an idle circuit owns no timer.
 *
 *	isup_block_feed(c, ISUP_KIND_M, ISUP_B_BLOCK);	(the queue sends BLO or CGB soon)
 *	isup_block_feed(c, ISUP_KIND_M, ISUP_B_BLA);	(BLA or CGBA came)
 */
#ifndef TRUNKGATE_SUPERVISION_H
#define TRUNKGATE_SUPERVISION_H

#include "isup/circuit.h"

/* Q.763 3.13: the kinds of blocking, each with a state of its own. */
enum isup_kind { ISUP_KIND_M, ISUP_KIND_H, ISUP_NR_KINDS };

/* Our own blocking of a circuit, for one kind (the blocking sender). */
enum isup_block_state {
	ISUP_B_UNBLOCKED,
	ISUP_B_BLOCK_DUE,      /* waits in the queue */
	ISUP_B_BLOCKING,       /* sent */
	ISUP_B_BLOCKING_AGAIN, /* and something has changed since */
	ISUP_B_BLOCKED,
	ISUP_B_UNBLOCK_DUE,
	ISUP_B_UNBLOCKING,
	ISUP_B_UNBLOCKING_AGAIN,
	ISUP_B_NR_STATES
};
enum isup_block_event {
	ISUP_B_BLOCK,
	ISUP_B_UNBLOCK,
	ISUP_B_SENT,
	ISUP_B_BLA,   /* or CGBA */
	ISUP_B_UBA,   /* or CGUA */
	ISUP_B_RESET, /* the peer has forgotten it */
	ISUP_B_GRA,   /* our GRA has told the peer */
	ISUP_B_IAM,   /* on a circuit that we block */
	ISUP_B_SPLIT, /* the group is not answered: one by one */
	ISUP_B_NR_EVENTS
};

/* The peer's blocking of a circuit (the blocking receiver). */
enum isup_remote_state { ISUP_R_UNBLOCKED, ISUP_R_M, ISUP_R_H, ISUP_R_BOTH, ISUP_R_NR_STATES };
enum isup_remote_event {
	ISUP_R_BLOCK_M,	  /* BLO, CGB; GRA with its status bit */
	ISUP_R_UNBLOCK_M, /* UBL, CGU; IAM */
	ISUP_R_BLOCK_H,
	ISUP_R_UNBLOCK_H,
	ISUP_R_CLEAR, /* RSC, GRS */
	ISUP_R_NR_EVENTS
};

/* blocking.c */
extern const struct fsm_def isup_block_def, isup_remote_def;
void isup_block_feed(struct isup_circuit *c, enum isup_kind kind, enum isup_block_event event);
void isup_block_feed_both(struct isup_circuit *c, enum isup_block_event event);
void isup_remote_feed(struct isup_circuit *c, enum isup_remote_event event);
/* It is, or is about to be. */
bool isup_blocks(const struct isup_circuit *c, enum isup_kind kind);
/* Sets or clears a reason (ISUP_WHY_*) for which we block. */
void isup_block_why(struct isup_circuit *c, uint8_t reason, bool on);

/* isup_circuit.single: it goes alone; hardware by a group of two with the circuit behind it, or with
 * the one before. */
enum { ISUP_WITH_OTHERS, ISUP_ALONE, ISUP_ALONE_BEFORE };

/* Requests: one message that is repeated until its answer. */
enum isup_request_type {
	ISUP_Q_BLO,
	ISUP_Q_UBL,
	ISUP_Q_CGB,
	ISUP_Q_CGU,
	ISUP_Q_GRS,
	ISUP_Q_CQM,
	ISUP_Q_CVT, /* ANSI */
	ISUP_Q_NR_TYPES
};
enum isup_request_state {
	ISUP_Q_NEW,
	ISUP_Q_WAITING,
	ISUP_Q_OVERDUE,
	ISUP_Q_DONE,
	ISUP_Q_NR_STATES
};
enum isup_request_event { ISUP_Q_SEND, ISUP_Q_SHORT, ISUP_Q_LONG, ISUP_Q_ANSWER, ISUP_Q_NR_EVENTS };

struct isup_request {
	struct list link; /* in x->requests */
	struct isup *x;
	struct isup_destination *to;
	struct fsm fsm;
	struct timer fast, slow; /* T12 and T13, T18 and T19 ...: by type */
	uint32_t bits;		 /* circuits that wait: bit i is cic + i */
	uint16_t cic;
	uint8_t type, kind, range;
	uint8_t nr_sent;
	bool uncounted;	   /* not among the outstanding ones */
	uint32_t nr_heard; /* of its destination, when it was new */
};

extern const struct fsm_def isup_request_def;
int isup_requests_init(struct isup *x, size_t max_circuits);
/* NULL: there are too many. */
struct isup_request *isup_request_new(struct isup *x, struct isup_destination *to, uint16_t cic,
				      enum isup_request_type type);
void isup_request_send(struct isup_request *q);
/* That one, with an answer of the same range. */
struct isup_request *isup_request_find(const struct isup *x, uint32_t dpc, uint16_t cic,
				       enum isup_request_type type, enum isup_kind kind,
				       uint8_t range);
void isup_request_answered(struct isup_request *q);
/* A GRS with the circuit waits for its GRA. */
bool isup_is_reset_in_group(const struct isup_circuit *c);
/* The circuit waits for no request about this kind of blocking any more. */
void isup_request_leave(struct isup_circuit *c, enum isup_kind kind);
/* The way to there is back: what waits for an answer is sent again. */
void isup_requests_again(struct isup *x, struct isup_destination *to);
bool isup_request_timeout(struct isup *x, struct timer *t); /* false: not of a request */

/* queue.c */
void isup_queue_add(struct isup_circuit *c);
void isup_queue_wake(struct isup *x, struct isup_destination *to);
void isup_queue_run(struct isup *x);

/* group.c: what comes for more than one circuit. */
int isup_group_rx(struct isup *x, uint32_t opc, const struct isup_msg *m);
bool isup_is_group(uint8_t type);

#endif
