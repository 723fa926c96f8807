/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/circuit: the inside of the stack, shared by its files: stack.c (inputs), circuit.c (the
 * state machine of one circuit), out.c (the outputs); supervision.h is about blocking and groups.
 *
 * The stack owns the circuits, each of which owns two timers (never more than two run), its state
 * machine and, while it waits for RLC, a copy of the REL that it repeats.
 *
 *	isup_circuit_feed(c, ISUP_RX_ACM, &(struct isup_input){ .msg = &m });
 *	isup_out_send(c, ISUP_RLC, 0, 0);
 */
#ifndef TRUNKGATE_ISUP_CIRCUIT_H
#define TRUNKGATE_ISUP_CIRCUIT_H

#include "base/fsm.h"
#include "base/htab.h"
#include "base/ids.h"
#include "base/list.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/timerq.h"
#include "isup/variant.h"

/* Q.703 2.3.8: 272 octets with the routing label, which takes 4. */
#define ISUP_MAX_ENCODED 268
/* Messages that wait in the output at one time; what has no parameters of its own needs none. */
#define ISUP_MAX_WAITING 64
/* One input may put out so many and one more: a message and what it makes known, a segment. */
#define ISUP_WAITING_PER_INPUT 3
/* The most outputs of one input to one circuit. */
#define ISUP_OUT_PER_INPUT 6
/* Places for each circuit, so that all may be told something before the output is drained. */
#define ISUP_OUT_PER_CIRCUIT 4
/* What was sent with one SLS may be so much later than what goes with another; no standard says it. */
#define ISUP_UNDER_WAY_MS 5000
/* Q.763 3.43: circuits of one GRS. */
#define ISUP_MAX_RANGE 32

enum isup_circuit_event {
	ISUP_RX_IAM,
	ISUP_RX_SAM,
	ISUP_RX_COT,
	ISUP_RX_ACM,
	ISUP_RX_CPG,
	ISUP_RX_CON,
	ISUP_RX_ANM,
	ISUP_RX_SUS_RES,
	ISUP_RX_INF,
	ISUP_RX_CCR,
	ISUP_RX_OLM,
	ISUP_RX_OTHER, /* what may come in any phase of a call */
	ISUP_RX_REL,
	ISUP_RX_RLC,
	ISUP_RX_RSC,
	ISUP_RX_GRS, /* this circuit is in its range */
	ISUP_RX_BLO,
	ISUP_RX_UCIC,
	ISUP_RX_CGB_M, /* this circuit is meant by it */
	ISUP_RX_CGB_H,
	ISUP_RX_GRA,
	ISUP_RX_UNKNOWN, /* whose compatibility information says: release the call */
	ISUP_RX_CRA,	 /* ANSI: our CRM is accepted */
	ISUP_RX_CRM,	 /* ANSI: the peer wants to seize it, too */
	ISUP_RX_LPA,	 /* ANSI: the loop is on */
	ISUP_RX_DAMAGED, /* an IAM that cannot be decoded */
	ISUP_TX_IAM,
	ISUP_TX_SAM,
	ISUP_TX_COT,
	ISUP_TX_ACM,
	ISUP_TX_CPG,
	ISUP_TX_CON,
	ISUP_TX_ANM,
	ISUP_TX_SUS_RES,
	ISUP_TX_INR,
	ISUP_TX_OTHER,
	ISUP_TX_REL,
	ISUP_RESET,	  /* from above */
	ISUP_RESET_GROUP, /* the same, by a GRS that another sends */
	ISUP_GONE,	  /* the timeslot */
	ISUP_CHECK_GOOD,  /* the media side's verdict */
	ISUP_CHECK_BAD,
	ISUP_TM, /* ISUP_TM + enum isup_timer, those of a circuit */
	ISUP_NR_EVENTS = ISUP_TM + ISUP_NR_CIRCUIT_TIMERS
};

/* What comes with an event. */
struct isup_input {
	const struct isup_msg *msg;
	struct str octets; /* TX: msg encoded */
	/* TX: what did not fit into it, or NULL */
	const struct isup_msg *sgm;
	struct str sgm_octets;
	bool check, previous; /* TX IAM: this circuit is checked; one before it is */
	/* RX IAM whose address is too short, TX IAM that waits for CRA: to be kept */
	struct isup_held *held;
};

/* A message that is kept until the rest of it comes: circuit_overlap.c. */
struct isup_held {
	struct isup_circuit *circuit;
	struct timer timer;   /* T34: a segment; T35: digits; none while CRA is awaited */
	bool check, previous; /* of an IAM of ours: struct isup_input */
	struct isup_msg msg;
};

/* What a circuit still waits for before its call goes on: bits. */
#define ISUP_AWAITS_CHECK    1 /* the media side's verdict: the tone is on */
#define ISUP_AWAITS_PREVIOUS 2 /* the user's COT, for the circuits before ours */
#define ISUP_AWAITS_COT	     4 /* the peer's */
#define ISUP_AWAITS_LOOP     8 /* and the loop is on */

struct isup_destination {
	struct list link;
	uint32_t dpc;
	bool available;
	bool no_user; /* its user part is unavailable: T4 */
	struct timer t4;
	struct list work;	  /* circuits of which something is to be said: queue.c */
	uint8_t congestion, shed; /* its level (Q.763 3.4), and whose turn it is: congestion.c */
	tick_t calmer;		  /* when the level goes down by one */
	uint8_t mtp_step;	  /* how much less goes out because the network is congested */
	tick_t t29, t30;	  /* of it: when they run out */
	uint32_t nr_heard;	  /* messages from there */
	unsigned outstanding;	  /* requests that it has not answered in time yet */
	struct log_limit limit;
};

/* Compatibility type B, and the ends' timers are not ours. */
static inline bool isup_is_transit(uint8_t role)
{
	return role == ISUP_TRANSIT || role == ISUP_TRANSIT_INTERNATIONAL;
}

/* Why we block a circuit: bits. */
#define ISUP_WHY_MAINTENANCE 1 /* the operator */
#define ISUP_WHY_HARDWARE    2 /* the operator */
#define ISUP_WHY_GONE	     4 /* its timeslot is gone */

/* A reset that waits in the queue: only if a release is still open then, or in any case. */
enum isup_reset_due { ISUP_RESET_NONE, ISUP_RESET_DOUBT, ISUP_RESET_SURE };

struct isup_circuit {
	struct htab_link link;
	struct isup *x;
	struct isup_destination *to;
	void *user;
	isup_circuit_id id;
	uint16_t cic;
	uint16_t news; /* calls and releases that wait in the output */
	bool had_call; /* since it was idle last, whoever knew of it */
	bool fresh;    /* since the start: what was on it before may not have ended for the peer */
	bool moved;    /* the peer has said something about its blocking since we asked by CQM */
	bool rests;    /* not seized before `settled`: circuit_steps.c */
	bool iam_away; /* before `settled` our IAM may still be under way: queue.c */
	bool rel_away; /* the same with our REL, or its RLC */
	tick_t settled;
	bool unusable;	   /* locally: no timeslot */
	bool unequipped;   /* at the peer: UCIC came */
	uint8_t single;	   /* a message about a group with it was not answered: request.c */
	bool doubt;	   /* something was sent to it while it could not be reached */
	uint8_t direction; /* enum isup_direction */
	/* supervision.h */
	uint8_t block[2]; /* ours, for maintenance and for hardware: enum isup_block_state */
	uint8_t remote;	  /* the peer's: enum isup_remote_state */
	uint8_t why;	  /* ISUP_WHY_* */
	uint8_t reset;	  /* enum isup_reset_due */
	uint8_t role;	  /* enum isup_role of the call */
	uint8_t onward;	  /* enum isup_onward of the call */
	uint8_t awaits;	  /* ISUP_AWAITS_* */
	struct isup_held *held;
	uint8_t test;	  /* enum isup_test */
	bool reserved;	  /* ANSI: by the peer's CRM, while TCRA runs in `slow` */
	struct list work; /* in its destination's queue, or nowhere */
	struct fsm fsm;
	/* T5, T17, T24, T33 in `slow`, T35 in `held`, the others in `fast`: `kind` says which it is. */
	struct timer fast, slow;
	struct timer aside; /* T37, T39: aside.c */
	/* The REL to repeat: its octets, or without memory for them its cause alone. */
	uint8_t *rel;
	uint16_t rel_len;
	uint8_t rel_cause;
};

struct isup_waiting; /* a message in the output: out.c */

struct isup_record {
	struct isup_circuit *circuit; /* NULL: an answer for a CIC that we don't have */
	struct isup_waiting *waiting; /* NULL: made of what stands here */
	uint32_t dpc;
	uint16_t cic;
	uint8_t type, msg_type, cause, diagnostic;
	int8_t timer;
	bool local;
};

struct isup {
	struct mem *mem;
	const struct isup_variant *v;
	uint32_t opc;
	uint32_t timer_ms[ISUP_NR_TIMERS];
	struct ids *circuits;
	struct htab by_cic;
	struct list destinations;
	struct timerq timers;
	struct list requests; /* supervision.h */
	struct pool *request_pool;
	struct timer queue_timer;
	tick_t now, due; /* the last input; the last tick */
	struct isup_stats stats;
	struct log_limit limit; /* of point codes that are no destination */
	uint8_t role;		/* of a call of which nobody says another */
	uint8_t check_percent, check_turn;
	bool reserve;
	uint8_t min_digits; /* of a called address; 0: any */
	bool rests_after_start;
	uint8_t congestion; /* ours, for REL; 0: none */
	uint8_t sls_mask;
	uint8_t cause;	    /* why a message or parameter that nobody knows ends the call */
	uint8_t diagnostic; /* which one (Q.850); 0: none */
	int result;	    /* of the input: what a step refused */
	int8_t timer;	    /* the timer that is being handled, or -1 */
	struct isup_msg rx;
	/* outputs */
	struct isup_record *ring;
	size_t ring_size, head, nr;
	struct pool *waiting;
	struct isup_waiting *held; /* belongs to the output given last */
	struct isup_msg out_msg;
	uint8_t out_octets[ISUP_MAX_ENCODED];
};

/* circuit.c */
extern const struct fsm_def isup_circuit_def;
extern const struct fsm_state isup_circuit_states[ISUP_NR_STATES]; /* circuit_names.c */
extern const char *const isup_circuit_events[ISUP_NR_EVENTS];
void isup_circuit_init(struct isup_circuit *c);
void isup_circuit_feed(struct isup_circuit *c, enum isup_circuit_event event,
		       const struct isup_input *in);
bool isup_circuit_timeout(struct timer *t); /* false: not of a circuit */
/* For a test call (Q.763 3.11) a circuit is open even if it is blocked. */
bool isup_circuit_seizable(const struct isup_circuit *c, bool test_call);
bool isup_circuit_controlled(const struct isup_circuit *c);
struct isup_circuit *isup_get_circuit(const struct isup *x, isup_circuit_id id); /* or NULL */

/* circuit_cont.c: what our IAM says about continuity, and what is to be done for it. */
void isup_plan_check(struct isup *x, struct isup_msg *iam, struct isup_input *in);
void isup_put_continuity(struct isup_msg *iam, uint8_t continuity);

/* circuit_overlap.c */
struct isup_held *isup_held_new(struct isup_circuit *c, const struct isup_msg *m);
void isup_held_drop(struct isup_circuit *c);
bool isup_held_timeout(struct timer *t); /* false: not T34 */
bool isup_address_is_short(const struct isup *x, const struct isup_msg *iam);
/* true: the message is kept, or it was a segment; false: it goes on, whole. */
bool isup_segment_rx(struct isup_circuit *c, struct isup_msg *m);
/* Takes a message that is too long apart; false: there is nothing to be taken out. */
bool isup_segment_split(const struct isup_variant *v, struct isup_msg *m, struct isup_msg *sgm);

/* stack.c: a whole message of this circuit. */
int isup_message_rx(struct isup_circuit *c, const struct isup_msg *m);

/* congestion.c */
void isup_congestion_rx(struct isup_circuit *c, const struct isup_msg *rel);
void isup_congestion_put(const struct isup *x, struct isup_msg *rel);

/* supervision.c: true when the message was about the circuit and is done with. */
bool isup_supervision_rx(struct isup_circuit *c, const struct isup_msg *m);
void isup_unequipped(struct isup_circuit *c);
int isup_unknown_circuit_rx(struct isup *x, uint32_t opc, const struct isup_msg *m);
/* unknown.c */
int isup_unknown_type_rx(struct isup_circuit *c, const struct isup_msg *m);
/* What is to be done about parameters that nobody knows: false, the message is done with. */
bool isup_unknown_parameters(struct isup_circuit *c, struct isup_msg *m);
/* A message of this destination, or word of its user part; T4. */
void isup_user_part_is(struct isup *x, struct isup_destination *to, bool available);
bool isup_user_part_timeout(struct isup *x, struct timer *t);
struct isup_circuit *isup_find(const struct isup *x, uint32_t dpc, uint16_t cic);
struct isup_destination *isup_find_destination(const struct isup *x, uint32_t dpc);

/* ansi.c: T1.113's own: validation (CVT, CVR) and reservation (CRM, CRA). False: not of these. */
bool isup_ansi_rx(struct isup_circuit *c, const struct isup_msg *m);
uint8_t isup_group_characteristic(const struct isup_circuit *c);
void isup_unreserve(struct isup_circuit *c);
bool isup_reserve_timeout(struct isup *x, struct timer *t);
bool isup_reserves(const struct isup_circuit *c); /* CRM before an IAM of ours? */

/* aside.c: T37 and T39, which end no call. A message of the call has gone out, or come. */
void isup_aside_tx(struct isup_circuit *c, uint8_t type);
void isup_aside_rx(struct isup_circuit *c, uint8_t type);
bool isup_aside_timeout(struct isup *x, struct timer *t); /* false: not of these */

/* damaged.c: what cannot be decoded: x->rx has its CIC and type, as far as they came. */
void isup_damaged_rx(struct isup *x, uint32_t opc, const struct tg_diag *diag);
/* Lines about what this point code sends: so many a second; the rest is counted. */
bool isup_may_log(struct isup *x, uint32_t opc, uint32_t *left_out);

/* adapt.c: the ACM and the ANM of a variant that has no CON; false: it has, or this is none. */
bool isup_con_split(const struct isup_variant *v, const struct isup_msg *con, struct isup_msg *acm,
		    struct isup_msg *anm);

/* out.c. Room for that many records, and for a message: asked before an input changes anything;
 * the functions that put take it for granted. */
int isup_out_init(struct isup *x, size_t max_circuits);
bool isup_out_room(const struct isup *x, size_t nr);
/* A message without parameters, or with what follows: REL, CFN: a cause. */
void isup_out_send(struct isup_circuit *c, uint8_t msg_type, uint8_t cause, uint8_t diagnostic);
void isup_out_send_to(struct isup *x, uint32_t dpc, uint16_t cic, uint8_t msg_type, uint8_t arg);
/* A message about a group: GRS, CGB, CGU, CQM and their answers. */
struct isup_group {
	uint16_t cic;
	uint8_t type, kind, range;
	const uint8_t *status; /* range / 8 + 1 octets; NULL: none */
	const uint8_t *states; /* CQR: range + 1 octets */
};
void isup_out_send_group(struct isup *x, const struct isup_destination *to,
			 const struct isup_group *g);
/* A whole message: `octets` is `m` encoded; m NULL: it is decoded from them. */
void isup_out_send_msg(struct isup_circuit *c, const struct isup_msg *m, struct str octets);
void isup_out_present(struct isup_circuit *c, const struct isup_msg *m);
void isup_out_present_rel(struct isup_circuit *c, uint8_t cause);
/* What waits to be told of a call that its user has just released: one input can have much to say. */
void isup_out_take_back(struct isup_circuit *c);
void isup_out_continuity(struct isup_circuit *c, enum isup_check what);
void isup_out_tell(struct isup_circuit *c, enum isup_out_type type);

#endif
