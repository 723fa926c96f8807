/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/resolve: what the DNS has said, as long as it is good, and what it is being asked. A question is
 * asked once, however many wait for its answer; answers are kept for their time to live, negative
 * ones for a minute at most (RFC 2308 5). When the DNS does not answer, the last good answer goes on
 * for a day, and whoever has one waits no longer than 1.8 s for a newer one (RFC 8767 4, 5). All of it
 * is bounded: names, questions at a time, records of an answer.
 *
 *	switch (sip_resolve(s, type, name, &hunt->waiting, &a)) {
 *	case SIP_RESOLVED:	... a->rec, a->nr
 *	case SIP_RESOLVING:	... sip_hunt_wake(waiting) comes, then a->rec, a->nr
 *	case SIP_UNRESOLVED:	... there is no room to ask: as if there were none
 *	}
 *
 * An answer belongs to the stack; it stays as long as somebody is on its list.
 */
#ifndef TRUNKGATE_SIP_RESOLVE_H
#define TRUNKGATE_SIP_RESOLVE_H

#include <trunkgate/sip/dns.h>

#include "sip/core.h"

#define SIP_MAX_ANSWERS	  512 /* names and types that are kept */
#define SIP_MAX_QUESTIONS 128 /* at a time */
#define SIP_MAX_RECORDS	  32  /* of an answer */

struct sip_answer {
	struct htab_link link;
	struct list recent;  /* among all: the one that was wanted last is at the end */
	struct list waiting; /* those who want it: struct sip_wait */
	struct timer timer;
	uint32_t id;
	uint8_t type;
	bool asked;	   /* the question is out */
	bool late;	   /* and the DNS takes too long for what there is to be held back */
	tick_t fresh, end; /* good until; better than nothing until */
	struct sip_dns_record *rec;
	unsigned nr;
	char name[];
};

struct sip_wait {
	struct list link;
	struct timer timer; /* SIP_TM_HUNT: the answer is there */
	struct sip_answer *answer;
};

enum sip_resolve_timer { SIP_TM_RESOLVE = 512, SIP_TM_HUNT };
enum sip_resolved { SIP_RESOLVED, SIP_RESOLVING, SIP_UNRESOLVED };

int sip_resolve_init(struct sip_stack *s);
enum sip_resolved sip_resolve(struct sip_stack *s, enum sip_dns_type type, struct str name,
			      struct sip_wait *w, const struct sip_answer **out);
/* Whoever waits or was woken lets go. */
void sip_resolve_leave(struct sip_stack *s, struct sip_wait *w);
void sip_resolve_timer(struct timer *t, struct sip_stack *s);

#endif
