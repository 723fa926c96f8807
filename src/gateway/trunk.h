/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/trunk: trunks and their circuits: which timeslot a CIC is, which circuits may be seized,
 * and the choice among them (Q.764 2.9.1). Trunks between the same two points have one ISUP, because
 * groups and user parts know no trunks (Q.764 2.9.3.2, 2.13). Made at the start, they live as long
 * as the gateway.
 *
 *	struct gw_circuit *c = gw_trunk_hunt(trunk);	(NULL: none is free)
 *	isup_tx(trunk->isup, now, c->id, &iam);
 */
#ifndef TRUNKGATE_GATEWAY_TRUNK_H
#define TRUNKGATE_GATEWAY_TRUNK_H

#include "base/list.h"
#include "gateway/config.h"
#include "isup/stack.h"

struct gw_leg;
struct gw_trunk;

/* What an operator wants of a circuit and is still to be done. */
enum gw_wish {
	GW_WISH_NONE,
	GW_WISH_RESET,
	GW_WISH_TEST,
	GW_WISH_BLOCK_M,
	GW_WISH_UNBLOCK_M,
	GW_WISH_BLOCK_H,
	GW_WISH_UNBLOCK_H
};

struct gw_circuit {
	struct gw_trunk *trunk;
	isup_circuit_id id;
	uint16_t cic;
	uint8_t span, timeslot;
	enum isup_direction direction;
	bool ready;	    /* it has been reset since the start */
	bool usable;	    /* its span is up, and ISUP knows it */
	bool wanted;	    /* its span is up */
	bool overloaded;    /* the media side has too much to do there: no new calls */
	bool reset_due;	    /* an RSC waits for its turn */
	uint8_t wish;	    /* enum gw_wish */
	bool forced;	    /* and is sent even if there is a call */
	uint8_t check;	    /* enum isup_check: what the media side is to do */
	uint32_t check_leg; /* its id there */
	struct list check_due;
	struct gw_leg *leg; /* the call on it; NULL: none */
	struct list order;  /* in the trunk's list, by when they became idle */
	struct list work;   /* in the gateway's list of what is to be done, or nowhere */
};

struct gw_trunk {
	struct gw_trunk_cfg cfg;
	const struct isup_variant *variant;
	struct isup *isup;
	bool shares; /* the ISUP is that of an earlier trunk */
	unsigned nr_circuits;
	struct gw_circuit *circuit; /* by CIC */
	struct list order;	    /* circuits, longest idle first */
	unsigned last;		    /* round robin: the last one taken */
	bool available;		    /* by MTP */
	uint64_t calls_in, calls_out, overflow;
};

/* What a trunk is made with. */
struct gw_trunk_env {
	const struct isup_variant *variant; /* lives as long as the trunk */
	struct isup *isup;		    /* of an earlier trunk between these points, or NULL */
	unsigned max_circuits;		    /* of all trunks between them */
	struct rng rng;
};

/* TG_ENOMEM, or what ISUP says. */
int gw_trunk_init(struct gw_trunk *t, struct mem *m, const struct gw_trunk_cfg *cfg,
		  const struct gw_trunk_env *env);
/* May this circuit be seized for a call from here now? */
bool gw_circuit_is_free(const struct gw_circuit *c);
/* A free circuit by the trunk's policy, or NULL. */
struct gw_circuit *gw_trunk_hunt(struct gw_trunk *t);
/* It has just become idle: it is now the one that has been idle for the shortest time. */
void gw_circuit_idle(struct gw_circuit *c);
struct gw_circuit *gw_trunk_circuit(struct gw_trunk *t, uint16_t cic);

#endif
