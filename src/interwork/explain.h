/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/explain: which row of which table decided each value of a call that was mapped, in the
 * order in which it happened. Bounded: what comes after IW_EXPLAIN_MAX is counted only.
 *
 *	struct iw_ctx x = { &profile, &call->explain };
 *	iw_explain(&x, "status", source, "486", "cause %u", 17);
 *	==> status: 486 -> cause 17 (RFC 3398 8.2.6.1)
 *
 * Every mapping function takes a struct iw_ctx; NULL, or a NULL in it, means rfc3398 and nobody who
 * wants to know.
 */
#ifndef TRUNKGATE_INTERWORK_EXPLAIN_H
#define TRUNKGATE_INTERWORK_EXPLAIN_H

#include "interwork/profile.h"

#define IW_EXPLAIN_MAX 40

struct iw_explained {
	const char *table;
	struct iw_source source;
	uint8_t leg; /* for the gateway: whose mapping it was */
	char from[56], to[56];
};

struct iw_explain {
	uint16_t nr, lost;
	struct iw_explained row[IW_EXPLAIN_MAX];
};

struct iw_ctx {
	const struct iw_profile *profile;
	struct iw_explain *explain;
	uint8_t leg;
};

const struct iw_profile *iw_profile_of(const struct iw_ctx *x);
void iw_explain(const struct iw_ctx *x, const char *table, struct iw_source source,
		const char *from, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* A mapping that is on: says so and is true. */
bool iw_mapped(const struct iw_ctx *x, enum iw_map map, const char *from, const char *to);
/* The value of a rule, and says so. */
uint16_t iw_ruled(const struct iw_ctx *x, enum iw_rule rule);
/* "status: 486 -> cause 17 (RFC 3398 8.2.6.1)"; returns buf. */
const char *iw_explained_print(const struct iw_explained *e, char *buf, size_t size);

#endif
