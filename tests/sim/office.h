/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/office: an exchange that does what a test tells it, message by message. What is link by link
 * (RLC, T1, T5) is its ISUP stack's, the same as the gateway's. In a world with `office` set it
 * stands where the emulated exchange is otherwise.
 *
 *	w = world_new(&(struct world_cfg){ .office = true });
 *	phone_call(w->phone[0], "100", NULL);
 *	world_run_ms(w, 100);
 *	office_acm(w, OFFICE_FREE, false);	(on the circuit of the last IAM)
 *	office_rel(w, 17, ISUP_LOC_USER);
 */
#ifndef TRUNKGATE_SIM_OFFICE_H
#define TRUNKGATE_SIM_OFFICE_H

#include "isup/stack.h"
#include "ss7/mtp.h"

struct world;

enum { OFFICE_NO_INDICATION, OFFICE_FREE }; /* Q.763 3.5, bits DC */

struct sim_office {
	struct world *w;
	struct isup *isup;
	struct isup_msg iam; /* the last one received */
	uint16_t cic;	     /* of the last IAM in either direction */
	unsigned nr_rel;     /* RELs heard */
};

/* The world runs on for 50 ms after each of these. */
void office_tx(struct world *w, const struct isup_msg *m);
void office_acm(struct world *w, uint8_t called_status, bool in_band);
void office_cpg(struct world *w, uint8_t event);
void office_anm(struct world *w);
void office_con(struct world *w);
void office_suspend(struct world *w, uint8_t type); /* SUS, RES */
void office_sam(struct world *w, const char *digits);
void office_cot(struct world *w);
void office_rel(struct world *w, uint8_t cause, uint8_t location);
/* SUS, RES and others that need no parameters of theirs. */
void office_iam(struct world *w, const struct isup_number *called,
		const struct isup_number *calling);
void office_call(struct world *w, const char *called); /* national, from +49 30 555 */
/* The same with a check on a circuit before this one: COT is to come. */
void office_call_with_check(struct world *w, const char *called);
void office_reset(struct world *w, uint16_t cic);

/* For world.c. */
struct sim_office *sim_office_new(struct world *w, unsigned nr_circuits);
void sim_office_rx(struct sim_office *o, const struct mtp_prim *p);
bool sim_office_next_out(struct sim_office *o, struct mtp_prim *p);

#endif
