/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/stack: call control and circuits of one exchange (Q.764): no I/O, told messages and time,
 * asked what to send, what to present and when to wake.
 *
 * Above it speaks the call plane: IAM ACM CPG CON ANM REL and the like as struct isup_msg. What is
 * link by link stays in here: RLC, T1 and T5, RSC, dual seizure.
 *
 *	struct isup *x = isup_new(mem, &cfg);
 *	isup_circuit_add(x, &(struct isup_circuit_cfg){ .dpc = 2, .cic = 1 }, &circuit);
 *	isup_tx(x, now, circuit, &iam);			(or isup_rx, isup_tick ...)
 *	while (isup_next_out(x, &out)) ...
 *	wake at isup_deadline(x);
 *
 * After every input the caller drains isup_next_out to empty; while draining it may call isup_tx.
 * All circuits may be reset in one go before draining. Timers that one tick has no room for run
 * while it is drained. An input that finds no room is refused with TG_ELIMIT and changes nothing.
 *
 * The continuity check (Q.764 2.1.8): continuity 1 or 2 in the IAM given to isup_tx says that circuits
 * before this one are still being checked, and a COT will follow; whether this circuit is checked is
 * the configuration's, and what goes out is put right here. ISUP_OUT_CONTINUITY asks the media side.
 *
 * A local REL carries the cause: 19 T9, 28 T35, 31 reset by either side, 41 timeslot gone, COT failed, T8, T33; 97, 99
 * and 101 the peer's message made no sense, 102 T2, T6, T7; its location is the variant's.
 */
#ifndef TRUNKGATE_ISUP_STACK_H
#define TRUNKGATE_ISUP_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include "isup/msg.h"

struct isup;

typedef uint32_t isup_circuit_id; /* 1 and up; 0 is none */

/* Q.764 table A.1; those that this stack runs by now: first those of a circuit's own machine. */
enum isup_timer {
	ISUP_T1,
	ISUP_T5,
	ISUP_T7,
	ISUP_T9,
	ISUP_T16,
	ISUP_T17,
	ISUP_T2,
	ISUP_T6,
	ISUP_T8,
	ISUP_T33,
	ISUP_T3,
	ISUP_T24,
	ISUP_T25,
	ISUP_T26,
	ISUP_T27,
	ISUP_T35,
	ISUP_T36,
	ISUP_T38,
	ISUP_TCRM, /* ANSI */
	ISUP_TCCR,
	ISUP_NR_CIRCUIT_TIMERS,
	ISUP_T4 = ISUP_NR_CIRCUIT_TIMERS,
	ISUP_T12,
	ISUP_T13,
	ISUP_T14,
	ISUP_T15,
	ISUP_T18,
	ISUP_T19,
	ISUP_T20,
	ISUP_T21,
	ISUP_T22,
	ISUP_T23,
	ISUP_T28,
	ISUP_T29,
	ISUP_T30,
	ISUP_T34,
	ISUP_T37,
	ISUP_T39,
	ISUP_TCVT, /* ANSI */
	ISUP_TCRA,
	ISUP_NR_TIMERS
};

/* Q.764 2.1: what the exchange is in a call. */
enum isup_role {
	ISUP_END,		     /* it originates, or is the destination, or interworks */
	ISUP_TRANSIT,		     /* T2, T6 and T9 are the ends'; compatibility type B */
	ISUP_INCOMING_INTERNATIONAL, /* T38 */
	ISUP_TRANSIT_INTERNATIONAL, /* the same, and the call goes on by ISUP: T38, and as transit */
};

/* In what the call goes on behind this exchange, or began before it: what can be passed on (Q.764
 * 2.9.5.3). */
enum isup_onward {
	ISUP_ONWARD_ISUP, /* all of it, or it ends here */
	ISUP_ONWARD_NONE, /* a signalling that carries no ISUP: "pass on not possible" counts */
	ISUP_ONWARD_BROADBAND, /* B-ISUP or BICC: "broadband/narrowband interworking" counts */
};

struct isup_cfg {
	const struct isup_variant *variant; /* NULL: isup_itu */
	uint32_t opc;			    /* our point code */
	uint32_t max_circuits;		    /* 0: 1024 */
	enum isup_role role;		    /* of a call of which isup_circuit_role says nothing */
	uint8_t continuity_percent;	    /* of outgoing calls whose circuit is checked */
	uint8_t min_digits; /* an IAM with fewer, without ST, is kept until SAM brings them */
	bool reserve;	    /* ANSI: CRM before the IAM on a circuit that both ends may seize */
	uint8_t sls_bits;   /* 0: 4, ANSI 5; ANSI may have 8 */
	/* Circuits that a group reset is the first to bring back rest for 5 s: an ANM of a call before our
	 * start may be under way, and would answer the next one. RSC needs no such thing. */
	bool rests_after_start;
	uint32_t timer_ms[ISUP_NR_TIMERS]; /* 0: the variant's default */
	struct rng rng;
};

/* Who may seize a circuit. */
enum isup_direction { ISUP_BOTH_WAYS, ISUP_OUTGOING_ONLY, ISUP_INCOMING_ONLY };

struct isup_circuit_cfg {
	uint32_t dpc;
	uint16_t cic;
	enum isup_direction direction;
	void *user; /* comes back in every output of this circuit */
};

struct isup *isup_new(struct mem *parent, const struct isup_cfg *cfg);
void isup_free(struct isup *x);
/* TG_EEXIST: this dpc and CIC are there already. */
int isup_circuit_add(struct isup *x, const struct isup_circuit_cfg *cfg, isup_circuit_id *id);
isup_circuit_id isup_circuit_find(const struct isup *x, uint32_t dpc, uint16_t cic);

/* Inputs. ------------------------------------------------------------------------------------ */
/* One message from `opc` (its point code), from the CIC on. The result is for counters. */
int isup_rx(struct isup *x, tick_t now, uint32_t opc, struct str octets);
/* MTP-PAUSE and MTP-RESUME for a destination. While paused nothing new is seized; calls stay. After
 * that releases that may have been lost become resets. */
int isup_mtp_available(struct isup *x, tick_t now, uint32_t dpc, bool available);
/* MTP-STATUS, user part unavailable: no new seizure until a message of it comes; UPT by T4 (Q.764
 * 2.13). */
int isup_user_part_unavailable(struct isup *x, tick_t now, uint32_t dpc);
/* Neither of the two: a message to this destination would arrive. */
bool isup_reaches(const struct isup *x, uint32_t dpc);
/* A call-plane message from above. An IAM seizes (TG_ESTATE when the circuit is not idle), a REL
 * releases in any busy state. TG_ESTATE: against the procedure; nothing was sent. */
int isup_tx(struct isup *x, tick_t now, isup_circuit_id c, const struct isup_msg *m);
/* The role in the call on this circuit; before an IAM given to isup_tx, or while there is a call. */
int isup_circuit_role(struct isup *x, isup_circuit_id c, enum isup_role role);
/* The same for what is behind; forgotten when the circuit is idle. */
int isup_circuit_onward(struct isup *x, isup_circuit_id c, enum isup_onward onward);
/* The verdict of a check that ISUP_OUT_CONTINUITY asked for: the tone came back, or cannot. */
int isup_continuity(struct isup *x, tick_t now, isup_circuit_id c, bool good);
/* Our own congestion, told in each REL (Q.764 2.11): 0 none, 1, 2. */
void isup_congestion(struct isup *x, unsigned level);
/* MTP-STATUS, congestion on the way to there: fewer calls by one step, more again by T30 (Q.764 2.10,
 * as Q.704 11.2.3 asks of a user part). Within T29 it counts once. */
int isup_mtp_congested(struct isup *x, tick_t now, uint32_t dpc);
/* Is this one of the calls that congestion there does not leave through: cause 42? To be asked once
 * a call, before a circuit is hunted for. */
bool isup_sheds(struct isup *x, tick_t now, uint32_t dpc);
/* Sends RSC and waits for RLC; a call on the circuit is presented a REL (Q.764 2.9.3.1). The
 * peer's blocking is forgotten: it blocks again if it means it. */
int isup_circuit_reset(struct isup *x, tick_t now, isup_circuit_id c);
/* The circuit is (not) usable locally: its timeslot is gone. Busy: REL presented and sent, cause
 * 41; the peer is told that it is blocked for hardware; it is not idle again before it is usable
 * again and the peer knows it. */
int isup_circuit_usable(struct isup *x, tick_t now, isup_circuit_id c, bool usable);
/* The same, but together with its neighbours by GRS: what is asked for within a moment is merged. */
int isup_circuit_reset_soon(struct isup *x, tick_t now, isup_circuit_id c);
/* Our blocking (Q.764 2.8.2): for maintenance a call stays, for hardware it is released as if the
 * timeslot were gone; neighbours are told in one message, soon. It may not be seized until the peer
 * has acknowledged its unblocking. */
enum isup_blocking { ISUP_MAINTENANCE, ISUP_HARDWARE };
int isup_circuit_block(struct isup *x, tick_t now, isup_circuit_id c, enum isup_blocking kind,
		       bool block);
/* CQM for `nr` circuits (1 to 32): where the peer's answer differs a circuit is reset or blocked
 * again (Q.764 2.8.3). TG_ENOENT: one of them is not there. */
int isup_circuit_query(struct isup *x, tick_t now, isup_circuit_id first, unsigned nr);
/* Asks the peer about one circuit: CVT in ANSI (T1.113), CQM elsewhere. TG_ELIMIT: not now. */
int isup_circuit_test(struct isup *x, tick_t now, isup_circuit_id c);
void isup_tick(struct isup *x, tick_t now);
tick_t isup_deadline(const struct isup *x);

/* State. -------------------------------------------------------------------------------------- */
enum isup_circuit_state {
	ISUP_IDLE,
	ISUP_OUT_SEIZED,    /* outgoing: IAM sent, T7 */
	ISUP_OUT_ADDRESSED, /* outgoing: ACM received, T9 */
	ISUP_OUT_ANSWERED,
	ISUP_IN_SEIZED,	   /* incoming: IAM received */
	ISUP_IN_ADDRESSED, /* incoming: ACM sent */
	ISUP_IN_ANSWERED,
	ISUP_RELEASING,	       /* REL sent, T1 and T5 */
	ISUP_RESETTING,	       /* RSC sent, T16 or T17 */
	ISUP_GROUP_RESETTING,  /* GRS sent, T22 or T23 */
	ISUP_IN_COLLECTING,    /* incoming: the address is not complete, T35 */
	ISUP_OUT_CHECK_FAILED, /* the call has gone elsewhere, T25 or T26 */
	ISUP_OUT_RECHECKING,   /* CCR sent, T24 */
	ISUP_IN_CHECK_FAILED,  /* COT failed came, T27 */
	ISUP_IN_RECHECKING,    /* CCR came, T36 */
	ISUP_OUT_OVERLOADED,   /* OLM came, T3 */
	ISUP_OUT_RESERVING,    /* ANSI: CRM sent, the IAM follows CRA; TCRM */
	ISUP_NR_STATES
};
enum isup_circuit_state isup_circuit_state(const struct isup *x, isup_circuit_id c);
/* Is there a call on it that its user knows of? */
bool isup_circuit_has_call(const struct isup *x, isup_circuit_id c);
const char *isup_circuit_state_name(enum isup_circuit_state s);
/* Who blocks it, as far as the peer knows of ours. */
struct isup_circuit_blocked {
	bool local_maintenance, local_hardware, remote_maintenance, remote_hardware;
	bool pending;	 /* the peer has not acknowledged ours yet */
	bool unequipped; /* the peer does not know the circuit (UCIC) */
};
struct isup_circuit_blocked isup_circuit_blocked(const struct isup *x, isup_circuit_id c);
/* What became of the last isup_circuit_test. */
enum isup_test {
	ISUP_TEST_NONE,
	ISUP_TEST_WAITING,
	ISUP_TEST_GOOD,
	ISUP_TEST_BAD,	 /* the peer sees it differently, or has no such circuit */
	ISUP_TEST_SILENT /* no answer by T28, TCVT */
};
enum isup_test isup_circuit_tested(const struct isup *x, isup_circuit_id c);
const char *isup_test_name(enum isup_test t);
/* May it be seized for an outgoing call now: idle, usable, of the right direction, its destination
 * available, blocked by nobody, not at rest after a message about a group ended its call (5 s; as of the
 * last input), and its last release has been taken out of the output? */
bool isup_circuit_is_free(const struct isup *x, isup_circuit_id c);
/* Q.764 2.9.1.3, method 2: the exchange with the higher point code controls the even CICs. */
bool isup_circuit_is_ours(const struct isup *x, isup_circuit_id c);

/* Outputs. ------------------------------------------------------------------------------------ */
enum isup_out_type {
	ISUP_OUT_SEND, /* octets to dpc with sls */
	ISUP_OUT_CALL, /* a call-plane message to present; IAM: a new incoming call */
	ISUP_OUT_LOST, /* our IAM came to nothing before any backward message; try another circuit
			     (Q.764 2.8.1). Dual seizure: the incoming IAM follows as ISUP_OUT_CALL.
			     RSC, GRS, BLO, UCIC, OLM, nonsense came, or the check failed: nothing follows but
			     ISUP_OUT_IDLE, when the circuit is free again */
	ISUP_OUT_IDLE, /* the circuit is free again */
	ISUP_OUT_CONTINUITY, /* `check`: what the media side is to do on this circuit */
	ISUP_OUT_ALARM, /* `timer` ran out, the maintenance is told: T5 or T17, RSC goes out; T23,
			     GRS; T13, T15, T19, T21: the peer does not answer to our blocking; T28:
			     nor to CQM or CVT; T37, T39: nor to NRM or IDR, the call goes on; TCRM: nor
			     to CRM; TCCR: nor to CCR; -1: it does not know the circuit that we reset */
};

enum isup_check {
	ISUP_CHECK_STOP, /* an end to tone or loop */
	ISUP_CHECK_TONE, /* send the check tone until it comes back: isup_continuity (Q.724 7) */
	ISUP_CHECK_LOOP, /* connect a loop */
};

struct isup_out {
	enum isup_out_type type;
	isup_circuit_id circuit; /* 0: SEND of an answer for a CIC that is not there */
	void *user;
	uint16_t cic;
	uint32_t dpc;
	uint8_t sls;
	struct str octets;	    /* SEND */
	const struct isup_msg *msg; /* SEND: what was encoded; CALL: what to present */
	enum isup_check check;	    /* CONTINUITY */
	bool local;		    /* CALL, a REL that nobody sent: timer, reset, circuit gone */
	int timer;		    /* CALL, ALARM: the enum isup_timer that ran out, or -1 */
};

bool isup_next_out(struct isup *x, struct isup_out *out);

struct isup_stats {
	uint32_t circuits, busy, timers;
	uint64_t rx, rx_bad, rx_unknown_circuit, tx;
};
void isup_stats(const struct isup *x, struct isup_stats *out);

#endif
