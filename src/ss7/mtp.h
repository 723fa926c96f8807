/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/mtp: the service access point of the message transfer part (Q.701 section 8): what passes
 * between MTP level 3 (or its stand-in M3UA, RFC 4666 1.4.1) and its users. Whatever carries the
 * signalling lies below this; ISUP lies above it and knows point codes only.
 *
 *	struct mtp_prim p = { .type = MTP_TRANSFER, .label = { .opc = 1, .dpc = 2, .sls = 5,
 *			      .si = MTP_SI_ISUP, .ni = 2 }, .sif = octets };
 */
#ifndef TRUNKGATE_MTP_H
#define TRUNKGATE_MTP_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include <trunkgate/base/tick.h>

#define MTP_SI_ISUP 5	/* Q.704 14.2.1: service indicator of ISUP */
#define MTP_MAX_SIF 272 /* Q.703 2.3.8: signalling information field, with the routing label */

enum mtp_prim_type { MTP_TRANSFER, MTP_PAUSE, MTP_RESUME, MTP_STATUS };

enum mtp_status_cause { /* Q.701 8.4 */
			MTP_STATUS_CONGESTION,
			MTP_STATUS_UPU_UNKNOWN,
			MTP_STATUS_UPU_UNEQUIPPED,
			MTP_STATUS_UPU_INACCESSIBLE,
};

/* Routing label and service information octet, in host types (Q.704 2.2, 14.2). */
struct mtp_label {
	uint32_t opc, dpc;
	uint8_t sls, si, ni, priority;
};

struct mtp_prim {
	enum mtp_prim_type type;
	struct mtp_label label; /* PAUSE, RESUME, STATUS: dpc is the affected one */
	struct str sif;		/* TRANSFER: what follows the routing label */
	enum mtp_status_cause cause;
	uint8_t congestion_level;
};

/* An MTP within one process: signalling points joined directly, in order, with a bound (the lab's
 * signalling link). A full queue drops and counts. Messages to a point code that is not attached
 * are dropped; attaching and detaching puts RESUME and PAUSE out to the others, ahead of what is
 * queued; what is queued for or from a detached point is dropped. Freed with its context.
 *
 *	mtp_local_attach(l, 1);
 *	mtp_local_tx(l, &p);
 *	while (mtp_local_next(l, &point_code, &p)) ...
 */
#define MTP_LOCAL_POINTS 16

struct mtp_local;

struct mtp_local *mtp_local_new(struct mem *m, unsigned max_queued);
/* TG_EEXIST: it is; TG_ELIMIT: MTP_LOCAL_POINTS are. */
int mtp_local_attach(struct mtp_local *l, uint32_t point_code);
void mtp_local_detach(struct mtp_local *l, uint32_t point_code);
/* Queues what one point sends (the octets are copied). TG_EINVAL: no MTP_TRANSFER, too long; and,
 * counted as dropped, TG_ENOENT: one of the two points is not attached, TG_ELIMIT: full. */
int mtp_local_tx(struct mtp_local *l, const struct mtp_prim *p);
/* The next primitive to hand over, and the attached point code that it is for; the view is valid
 * until the next call. */
bool mtp_local_next(struct mtp_local *l, uint32_t *point_code, struct mtp_prim *p);
uint64_t mtp_local_dropped(const struct mtp_local *l);

#endif
