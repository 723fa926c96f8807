/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/locate: where a SIP URI leads: RFC 3263 with the weights of RFC 2782. Without I/O: it says
 * what to ask the DNS, is told the answers, and gives one target after the other, of which the next
 * is taken when one fails (4.3). Names are asked for when they are needed, so that one that is never
 * needed costs nothing; how much is kept of an answer, and so how much is asked, is bounded.
 *
 *	struct sip_locate *l = sip_locate_new(mem, &cfg, &uri);
 *	for (;;)
 *		switch (sip_locate_step(l, now, &blacklist, &step)) {
 *		case SIP_LOCATE_ASK:	... later: sip_locate_answer(l, records, nr); again
 *		case SIP_LOCATE_TARGET:	... send to step.transport, step.addr; when it fails: again
 *		case SIP_LOCATE_NONE:	... 503
 *		}
 *
 * The blacklist keeps away from what has failed, for 30 s at first and twice as long each time up to
 * ten minutes; what it holds comes last, for better than nothing. It belongs to its user.
 */
#ifndef TRUNKGATE_SIP_LOCATE_H
#define TRUNKGATE_SIP_LOCATE_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/sip/msg.h>
#include <trunkgate/sip/stack.h>
#include <trunkgate/sip/uri.h>

#define SIP_BLACKLIST_MAX 64

struct sip_locate_cfg {
	struct rng rng;
	bool transport[SIP_NR_TRANSPORTS]; /* those that we have */
	bool ip4, ip6;
};

struct sip_blacklist {
	struct {
		struct addr addr;
		enum sip_transport transport;
		tick_t until, forget;
		uint8_t times;
	} entry[SIP_BLACKLIST_MAX];
};

struct sip_locate_step {
	enum sip_dns_type type;	      /* ASK */
	struct str name;	      /* valid until the answer */
	enum sip_transport transport; /* TARGET */
	struct addr addr;
};

enum sip_locate_result { SIP_LOCATE_ASK, SIP_LOCATE_TARGET, SIP_LOCATE_NONE };

struct sip_locate;

/* NULL when out of memory, for a tel URI, for a name that is too long, and for a transport that we
 * have not. */
struct sip_locate *sip_locate_new(struct mem *m, const struct sip_locate_cfg *cfg,
				  const struct sip_uri *uri);
void sip_locate_free(struct sip_locate *l);
/* `b` may be NULL. */
enum sip_locate_result sip_locate_step(struct sip_locate *l, tick_t now,
				       const struct sip_blacklist *b, struct sip_locate_step *step);
/* The answer to the last question; no records for "no such name", a failure and a time-out.
 * TG_ESTATE: nothing was asked. */
int sip_locate_answer(struct sip_locate *l, const struct sip_dns_record *rec, unsigned nr);

/* 4.3: shall the next target be tried after this final response? NULL: time-out or transport. */
bool sip_locate_try_next(const struct sip_msg *response);
/* The same for the blacklist: not after a 503 with a Q.850 cause, which speaks of one call. */
bool sip_locate_is_down(const struct sip_msg *response);
void sip_blacklist_add(struct sip_blacklist *b, tick_t now, enum sip_transport transport,
		       const struct addr *addr);
/* It has answered. */
void sip_blacklist_clear(struct sip_blacklist *b, enum sip_transport transport,
			 const struct addr *addr);
bool sip_blacklist_has(const struct sip_blacklist *b, tick_t now, enum sip_transport transport,
		       const struct addr *addr);

#endif
