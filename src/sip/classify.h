/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/classify: what comes in by datagram waits here, in the order in which it matters, before any
 * work is done on it: responses and requests within dialogs, then emergency calls (RFC 5031), then
 * what is new (the priorities of RFC 7339 5.10.1). The queue is bounded in octets and in age; new
 * requests that would wait too long, or come from a source faster than it may, get 503 with
 * Retry-After (RFC 3261 21.5.4) without state. Looks at octets only: what it cannot read is new.
 *
 *	sip_classify_in(c, now, path, &from, octets);
 *	...
 *	while (time is left && sip_classify_next(c, now, &item))
 *		item.refusal ? send(item.octets, item.addr) : sip_stack_rx(s, now, item.path, ...);
 *
 * An item's octets are valid until the next call. All memory is there from the beginning.
 *
 * Messages from streams wait in their connections, in the order in which they have come; what they
 * are and whether there is time for them is asked, and counted, here too (sip_cfg.classify).
 */
#ifndef TRUNKGATE_SIP_CLASSIFY_H
#define TRUNKGATE_SIP_CLASSIFY_H

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/sip/stack.h>

enum sip_class { SIP_CLASS_PROGRESS, SIP_CLASS_EMERGENCY, SIP_CLASS_NEW, SIP_NR_CLASSES };

struct sip_classify;

struct sip_classify_cfg {
	struct rng rng;
	uint32_t max_octets; /* waiting, with 80 for each: half for what is in progress, an eighth
				 * for emergencies; 0: 2 MiB; at least 64 KiB */
	uint32_t max_age_ms; /* of what is new; 0: 500, T1: then the peer repeats it */
	uint32_t retry_after_s; /* 0: 5 */
	uint32_t source_rate;	/* new requests per second of one address; 0: no limit */
	uint32_t source_burst;	/* so many at once; 0: one second's */
};

struct sip_classify_item {
	bool refusal; /* a 503 that is to be sent to `addr` */
	sip_path_id path;
	struct addr addr;
	struct str octets;
};

struct sip_classify_stats {
	uint64_t in[SIP_NR_CLASSES];
	uint64_t refused; /* with 503: too old, too many, too fast */
	uint64_t dropped; /* what could not be answered, and what was in progress and too much */
	uint32_t waiting, waiting_octets;
	uint32_t oldest_ms[SIP_NR_CLASSES]; /* the longest that one has waited */
};

struct sip_classify *sip_classify_new(struct mem *parent, const struct sip_classify_cfg *cfg);
void sip_classify_free(struct sip_classify *c);
/* Another source_rate from now on, with a burst of one second. */
void sip_classify_rate(struct sip_classify *c, uint32_t source_rate);
/* Emergency: urn:service:sos (RFC 5031), and the upper values of Resource-Priority (RFC 4412). */
enum sip_class sip_class_of(struct str octets);
/* A message of a stream that has waited since then; false: 503 with Retry-After, which is counted. */
bool sip_classify_admits(struct sip_classify *c, tick_t now, tick_t since, enum sip_class class,
			 const struct addr *from);
uint32_t sip_classify_retry_after(const struct sip_classify *c);
/* TG_ELIMIT, TG_ENOMEM: dropped. */
int sip_classify_in(struct sip_classify *c, tick_t now, sip_path_id path, const struct addr *from,
		    struct str octets);
/* The next thing to do; false: nothing waits. */
bool sip_classify_next(struct sip_classify *c, tick_t now, struct sip_classify_item *out);
void sip_classify_stats(const struct sip_classify *c, struct sip_classify_stats *out);
void sip_classify_forget_ages(struct sip_classify *c);

#endif
